"""A wholly known text that something else is read out of: what is found in it keeps its places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from promptlint.request import Piece, Place, Run, Text
from promptlint.source.strings import cut
from promptlint.source.values import NOWHERE

Mark = tuple[int, int]
"""From this character of a value on, its characters stand one by one from that character of the source."""


class Malformed(Exception):
    """A text that is not of its format, and where that shows; `path` where that is another file than was asked for."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None, path: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.path = path


class Spans:
    """The stretches of a known text, whose `pieces` may come from several literals or files."""

    def __init__(self, text: Text) -> None:
        self.text = text.known or ""
        self.pieces = [piece for piece in text.pieces() if piece.text]
        self._starts = [0]
        for piece in self.pieces:
            self._starts.append(self._starts[-1] + len(piece.text))

    @property
    def whole(self) -> Text:
        """All of the text."""
        return Text(tuple(self.pieces))

    @property
    def path(self) -> str:
        """The file that the text begins in."""
        return self.pieces[0].place.path if self.pieces else ""

    @staticmethod
    def as_text(piece: Piece) -> Text:
        """The text that a piece makes; one of no characters has no pieces."""
        return Text((piece,) if piece.text else ())

    def cut(self, start: int, end: int) -> Text:
        """The characters `start` to `end`, with their places."""
        parts = []
        for index in range(self._index(start), len(self.pieces)):
            first, last = self._starts[index], self._starts[index + 1]
            if first >= end:
                break
            parts.append(cut(self.pieces[index], max(start - first, 0), min(end, last) - first))
        return Text(tuple(part for part in parts if part.text))

    def place(self, start: int, end: int) -> Place:
        """Where the characters `start` to `end` stand, as far as that is one file."""
        if not self.pieces:
            return NOWHERE
        index = self._index(start)
        piece, first = self.pieces[index], self._starts[index]
        return piece.locate(start - first, min(end - first, len(piece.text)))

    def made(self, value: str, start: int, end: int, marks: Sequence[Mark] = ()) -> Piece:
        """What is read out of the characters `start` to `end`; without marks its characters have no places."""
        if not self.pieces:
            return Piece(value, NOWHERE)
        index = self._index(start)
        piece, first = self.pieces[index], self._starts[index]
        place = self.place(start, end)
        if not piece.runs or end - first > len(piece.text):
            return Piece(value, place, (), piece.trail)
        runs: list[Run] = []
        for number, (offset, source) in enumerate(marks):
            length = (marks[number + 1][0] if number + 1 < len(marks) else len(value)) - offset
            inner = cut(piece, source - first, source - first + length) if length else replace(piece, runs=())
            runs += [replace(run, offset=run.offset + offset) for run in inner.runs]
        return Piece(value, place, tuple(runs), piece.trail)

    def _index(self, offset: int) -> int:
        return max(0, min(bisect_right(self._starts, offset) - 1, len(self.pieces) - 1))
