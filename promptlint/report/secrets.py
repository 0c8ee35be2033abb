"""Secrets in analysed code: never printed whole, wherever a report quotes a text."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

HIDDEN = "***"


def masked(text: str) -> str:
    """The text with the greater part of each key, token and password in it left out."""
    patterns, shown = _patterns()
    for pattern in patterns:
        text = pattern.sub(lambda found: _shortened(found, shown), text)
    return text


def _shortened(found: re.Match[str], shown: int) -> str:
    start = found.start(1) - found.start()
    whole, secret = found.group(), found.group(1)
    if secret.endswith(HIDDEN):
        return whole
    return whole[: start + shown] + HIDDEN + whole[start + len(secret) :]


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ...], int]:
    import tomli

    table = tomli.loads((files("promptlint.report") / "secrets.toml").read_text("utf-8"))
    return tuple(re.compile(pattern) for pattern in table["patterns"]), table["shown"]
