"""JSON text as values: each text with the place of its characters in the file."""

from __future__ import annotations

import json
import re
from typing import Any

from promptlint.source.spans import Malformed, Mark, Spans
from promptlint.source.values import Const, Entry, Item, Map, Seq, Str, Value

_BLANK = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ATOM = re.compile(r"[^\s,\]}]+")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)")


def parse(spans: Spans) -> Value:
    """The value of a JSON text. Raises `Malformed`."""
    try:
        json.loads(spans.text)
        return _Reader(spans).value(_blank(spans.text, 0))[0]
    except json.JSONDecodeError as error:
        message = error.msg[:1].lower() + error.msg[1:]
        raise Malformed(f"this is not valid JSON: {message}", error.lineno, error.colno) from None
    except (RecursionError, ValueError):
        raise Malformed("this JSON is nested too deeply, or holds a number that is too long") from None


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


class _Reader:
    """Reads a text that is known to be JSON, with the places of its parts; each method returns where it ends."""

    def __init__(self, spans: Spans) -> None:
        self._spans = spans
        self._text = spans.text

    def value(self, at: int) -> tuple[Value, int]:
        match self._text[at]:
            case "{":
                return self._mapping(at)
            case "[":
                return self._sequence(at)
            case '"':
                return self._string(at)
            case _:
                return self._atom(at)

    def _mapping(self, at: int) -> tuple[Value, int]:
        entries: dict[str, Entry] = {}
        end = _blank(self._text, at + 1)
        while self._text[end] != "}":
            key, after = self._string(end)
            place = self._spans.place(end, after)
            value, end = self.value(_blank(self._text, _blank(self._text, after) + 1))
            name = key.text.known or ""
            entries[name] = Entry(name, value, place)
            end = self._next(end)
        return Map(tuple(entries.values()), self._spans.place(at, end + 1)), end + 1

    def _sequence(self, at: int) -> tuple[Value, int]:
        items: list[Item] = []
        end = _blank(self._text, at + 1)
        while self._text[end] != "]":
            value, end = self.value(end)
            items.append(Item(value))
            end = self._next(end)
        return Seq("list", tuple(items), self._spans.place(at, end + 1)), end + 1

    def _next(self, end: int) -> int:
        """Where the next element begins, or else the bracket that closes."""
        end = _blank(self._text, end)
        return _blank(self._text, end + 1) if self._text[end] == "," else end

    def _string(self, at: int) -> tuple[Str, int]:
        found = _STRING.match(self._text, at)
        assert found is not None
        value: str = json.loads(found.group())
        marks: list[Mark] = [(0, at + 1)]
        shorter = at + 1
        for escape in _ESCAPE.finditer(self._text, at + 1, found.end() - 1):
            shorter += len(escape.group()) - 1
            marks.append((escape.end() - shorter, escape.end()))
        piece = self._spans.made(value, at, found.end(), marks)
        return Str(Spans.as_text(piece), piece.place), found.end()

    def _atom(self, at: int) -> tuple[Value, int]:
        found = _ATOM.match(self._text, at)
        assert found is not None
        value: Any = json.loads(found.group())
        piece = self._spans.made(found.group(), at, found.end())
        return Const(value, piece.place, piece.trail), found.end()
