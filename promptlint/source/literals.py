"""Where the characters of a string literal stand: escapes and concatenation are read again from the source."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_right
from dataclasses import dataclass

from promptlint.request import Piece, Place, Run
from promptlint.source.text_file import SourceFile

_OPENING = re.compile(r"([A-Za-z]*)(\"\"\"|'''|\"|')")
_ESCAPE = re.compile(
    r"\\(?:\r\n|[\r\n]|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]+\}|.)", re.DOTALL
)
_KNOWN_ESCAPES = frozenset("\\'\"abfnrtv01234567xuUN")
_STRING_TOKENS = (tokenize.STRING, tokenize.FSTRING_START, tokenize.FSTRING_END)
_LONGEST = 200_000  # characters: a longer literal is data, and its own place is enough


@dataclass(frozen=True, slots=True)
class _Body:
    """The inside of one string token: from `start` to `end` of the segment."""

    start: int
    end: int
    raw: bool
    braces: bool


def string_piece(file: SourceFile, node: ast.Constant) -> Piece:
    """The piece of a string constant that is no part of an f-string."""
    value = str(node.value)
    place = file.place(node)
    segment = file.segment(place)
    if simple := _simple_runs(segment, place):
        return Piece(value, place, simple)
    return Piece(value, place, _part_runs(segment, place, [], [value])[0])


def fstring_pieces(file: SourceFile, node: ast.JoinedStr) -> dict[ast.Constant, Piece]:
    """The pieces of an f-string's literal parts, by node."""
    place = file.place(node)
    segment = file.segment(place)
    gaps = [file.place(part) for part in node.values if isinstance(part, ast.FormattedValue)]
    values = [""]
    for part in node.values:
        if isinstance(part, ast.Constant):
            values[-1] += str(part.value)
        else:
            values.append("")
    runs = iter(zip(_part_runs(segment, place, gaps, values), values, strict=True))
    found: dict[ast.Constant, Piece] = {}
    current = next(runs)[0]
    for part in node.values:
        if isinstance(part, ast.Constant):
            text = str(part.value)
            found[part] = Piece(text, _tight(file.place(part), current, text), current)
        else:
            current = next(runs)[0]
    return found


def _tight(place: Place, runs: tuple[Run, ...], value: str) -> Place:
    """The place of a part without the quotes that `ast` counts to it."""
    return Piece(value, place, runs).locate(0, len(value)) if runs and value else place


def _simple_runs(segment: str, place: Place) -> tuple[Run, ...]:
    opening = _OPENING.match(segment)
    if opening is None or place.line != place.end_line or "\\" in segment:
        return ()
    quote = opening.group(2)
    if segment.find(quote, opening.end()) != len(segment) - len(quote):
        return ()
    return (Run(0, place.line, place.column + opening.end()),)


def _part_runs(segment: str, place: Place, gaps: list[Place], values: list[str]) -> list[tuple[Run, ...]]:
    """The runs of each literal part between the gaps; empty where the source cannot be read back to the value."""
    nothing: list[tuple[Run, ...]] = [() for _ in values]
    if len(segment) > _LONGEST:
        return nothing
    starts = _line_starts(segment)
    spans = [(_offset(starts, place, g.line, g.column), _offset(starts, place, g.end_line, g.end_column)) for g in gaps]
    parts: list[list[_Body]] = [[] for _ in values]
    for body in _bodies(segment, starts):
        for index, piece in _without(body, spans):
            parts[index].append(piece)
    found = []
    for bodies, value in zip(parts, values, strict=True):
        reader = _Reader(segment, starts, place)
        for body in bodies:
            reader.read(body)
        found.append(tuple(reader.runs) if reader.length == len(value) else ())
    return found


def _without(body: _Body, gaps: list[tuple[int, int]]) -> list[tuple[int, _Body]]:
    """A body less the gaps in it, each rest with the number of the gaps before it."""
    rests = []
    start = body.start
    index = sum(1 for _, end in gaps if end <= body.start)
    while index < len(gaps) and gaps[index][0] < body.end:
        rests.append((index, _Body(start, gaps[index][0], body.raw, body.braces)))
        start = gaps[index][1]
        index += 1
    return [*rests, (index, _Body(start, body.end, body.raw, body.braces))]


def _bodies(segment: str, starts: list[int]) -> list[_Body]:
    """The insides of the string tokens of a segment, in order, nested ones left out."""
    # In parentheses a concatenation over several lines tokenizes; they shift the first line by one.
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(f"({segment})").readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    found: list[_Body] = []
    depth, opened = 0, (0, False)
    for token in tokens:
        if token.type not in _STRING_TOKENS:
            continue
        start = starts[token.start[0] - 1] + token.start[1] - (token.start[0] == 1)
        end = start + len(token.string)  # Python 3.12.1 miscounts the end of a token over lines that are not ASCII
        if token.type == tokenize.FSTRING_START:
            depth += 1
            if depth == 1:
                opened = (end, "r" in token.string.lower())
        elif token.type == tokenize.FSTRING_END:
            depth -= 1
            if depth == 0:
                found.append(_Body(opened[0], start, opened[1], True))
        elif token.type == tokenize.STRING and depth == 0 and (opening := _OPENING.match(token.string)):
            raw = "r" in opening.group(1).lower()
            found.append(_Body(start + opening.end(), end - len(opening.group(2)), raw, False))
    return found


def _line_starts(segment: str) -> list[int]:
    starts = [0]
    while (at := segment.find("\n", starts[-1])) >= 0:
        starts.append(at + 1)
    return starts


def _offset(starts: list[int], place: Place, line: int, column: int) -> int:
    return starts[line - place.line] + column - (place.column if line == place.line else 1)


class _Reader:
    """Reads bodies one after the other and notes where each run of characters stands."""

    def __init__(self, segment: str, starts: list[int], place: Place) -> None:
        self.runs: list[Run] = []
        self.length = 0
        self._segment = segment
        self._starts = starts
        self._place = place

    def read(self, body: _Body) -> None:
        at = body.start
        self._note(at)
        while at < body.end:
            width, produced = self._character(at, body)
            newline = "\n" in self._segment[at : at + width]
            at += width
            self.length += produced
            if (newline or width != produced) and at < body.end:
                self._note(at)

    def _character(self, at: int, body: _Body) -> tuple[int, int]:
        """How many characters of source the next character takes, and how many it makes."""
        char = self._segment[at]
        if char == "\\" and not body.raw and (escape := _ESCAPE.match(self._segment, at, body.end)):
            text = escape.group()
            if text[1] in "\r\n":
                return len(text), 0
            return len(text), 1 if text[1] in _KNOWN_ESCAPES else 2
        if body.braces and self._segment[at : at + 2] in ("{{", "}}"):
            return 2, 1
        return 1, 1

    def _note(self, at: int) -> None:
        line = bisect_right(self._starts, at) - 1
        column = at - self._starts[line] + (self._place.column if line == 0 else 1)
        self.runs.append(Run(self.length, self._place.line + line, column))
