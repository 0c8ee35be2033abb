"""TOML text as values. Its reader tells no places: a text has one where it stands in the file as it is, and once."""

from __future__ import annotations

import re
from typing import Any

from promptlint.request import Piece
from promptlint.source.spans import Malformed, Spans
from promptlint.source.values import Const, Entry, Item, Map, Seq, Str, Value


def parse(spans: Spans) -> Value:
    """The value of a TOML text. Raises `Malformed`."""
    import tomli  # not needed where there is nothing to read

    try:
        return _value(tomli.loads(spans.text), spans)
    except tomli.TOMLDecodeError as error:
        message = error.msg[:1].lower() + error.msg[1:]
        raise Malformed(f"this is not valid TOML: {message}", error.lineno, error.colno) from None
    except (RecursionError, ValueError):
        raise Malformed("this TOML is nested too deeply, or holds a number that is too long") from None


def _value(found: Any, spans: Spans) -> Value:
    whole = spans.made("", 0, len(spans.text))
    match found:
        case dict():
            entries = (Entry(key, _value(value, spans), _key(key, spans).place) for key, value in found.items())
            return Map(tuple(entries), whole.place.start)
        case list():
            return Seq("list", tuple(Item(_value(value, spans)) for value in found), whole.place.start)
        case str():
            piece = _unique(found, re.escape(found), spans)
            return Str(Spans.as_text(piece), piece.place)
        case _:
            return Const(found, whole.place.start, whole.trail)


def _key(key: str, spans: Spans) -> Piece:
    return _unique(key, rf"(?m)^[ \t]*(?:\[[^\n\]]*)?\b{re.escape(key)}\b(?=[ \t]*[=\]])", spans)


def _unique(text: str, pattern: str, spans: Spans) -> Piece:
    """A text at the only place of the file where it can stand, else at the file's start."""
    found = [match for match, _ in zip(re.finditer(pattern, spans.text), range(2), strict=False)] if text else []
    if len(found) != 1:
        start = spans.made(text, 0, 0)
        return Piece(text, start.place.start, (), start.trail)
    at = found[0].end() - len(text)
    return spans.made(text, at, at + len(text), [(0, at)])
