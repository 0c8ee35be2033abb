"""Numbers on the command line: what is no number, negative or absurd is named."""

from __future__ import annotations

import argparse
import math
import re

from promptlint.errors import UserError

_MOST_TOKENS = 1_000_000_000
_MOST_CALLS = 1_000_000_000_000
_MOST_TURNS = 10_000
_HOURS = 24
_NUMBER = re.compile(r"[+-]?(\d[\d_]*)?(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
_TOLERANCE = 1e-6


def tokens(text: str) -> float:
    """A whole number of tokens from 0 on."""
    return _whole(text, 0, _MOST_TOKENS)


def count(text: str) -> int:
    """A number of things from 1 on."""
    return int(_whole(text, 1, _MOST_CALLS))


def turns(text: str) -> int:
    """The calls of a conversation."""
    return int(_whole(text, 1, _MOST_TURNS))


def calls(text: str) -> float:
    """Calls a day, more than none; a fraction of one too."""
    return _between(text, 0, _MOST_CALLS, above=True)


def hours(text: str) -> float:
    """Hours of a day."""
    return _between(text, 0, _HOURS, above=True)


def share(text: str) -> float:
    """A share from 0 to 1, or in percent."""
    if text.endswith("%"):
        return _between(text.removesuffix("%"), 0, 100) / 100
    return _between(text, 0, 1)


def shares(text: str) -> list[tuple[str, float]]:
    """`MODEL:SHARE,..`, shares that sum to 1. Raises `UserError`."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        model, colon, portion = part.rpartition(":")
        if not colon:
            raise argparse.ArgumentTypeError(f"{part!r} has no share; write MODEL:SHARE,MODEL:SHARE")
        found.append((model.strip(), share(portion.strip())))
    total = sum(portion for _, portion in found)
    if abs(total - 1) > _TOLERANCE:
        raise UserError(f"the shares of --route sum to {total:g}, not to 1", "give every call to one of the models")
    twice = next((model for model, _ in found if sum(model == other for other, _ in found) > 1), None)
    if twice is not None:
        raise UserError(f"--route names {twice} twice", "give each model one share")
    return found


def _whole(text: str, least: int, most: int) -> float:
    number = _between(text, least, most)
    if number != int(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return number


def _between(text: str, least: float, most: float, *, above: bool = False) -> float:
    number = float(text) if text and _NUMBER.fullmatch(text) and text not in ("+", "-") else math.nan
    if math.isnan(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    if number < least or number > most or (above and number == least):
        bounds = f"more than {least:,}, at most {most:,}" if above else f"from {least:,} to {most:,}"
        raise argparse.ArgumentTypeError(f"{text} is out of range: {bounds}")
    return number
