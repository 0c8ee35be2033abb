"""Secrets in analysed code: never printed whole, wherever a report quotes a text."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

HIDDEN = "***"
_INK = re.compile(r"[^\r\n]")


def masked(text: str) -> str:
    """The text with the greater part of each key, token and password in it left out."""
    patterns, named, shown = _patterns()
    for pattern in (*patterns, *named):
        text = pattern.sub(lambda found: _shortened(found, shown), text)
    return text


@lru_cache(maxsize=8)
def blotted(source: str) -> str:
    """A source text with a `*` for each hidden character of a key or password: its lines stay as long as they were."""
    patterns, _, shown = _patterns()
    for pattern in patterns:
        source = pattern.sub(lambda found: _blotted(found, shown), source)
    return source


def _blotted(found: re.Match[str], shown: int) -> str:
    start, end = found.start(1) - found.start() + shown, found.end(1) - found.start()
    whole = found.group()
    return whole[:start] + _INK.sub("*", whole[start:end]) + whole[end:]


def _shortened(found: re.Match[str], shown: int) -> str:
    start = found.start(1) - found.start()
    whole, secret = found.group(), found.group(1)
    if secret.endswith(HIDDEN):
        return whole
    return whole[: start + shown] + HIDDEN + whole[start + len(secret) :]


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...], int]:
    import tomli

    table = tomli.loads((files("promptlint") / "secrets.toml").read_text("utf-8"))
    patterns, named = (tuple(map(re.compile, table[key])) for key in ("patterns", "named"))
    return patterns, named, table["shown"]
