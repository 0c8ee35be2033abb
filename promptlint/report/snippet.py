"""The excerpt of a source file under a finding, with carets under the words that are meant."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.report.style import Palette, visible, width
from promptlint.request import Place
from promptlint.secrets import blotted

_TAB = "    "
_CUT = "..."
_SHOWN_WHOLE = 4
_LEAD = 20
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What to draw: the span, the text of its file, what stands beside the carets, and in which colours.

    `columns` is the width of the terminal, `margin` that of the line numbers.
    """

    place: Place
    source: str
    label: str
    severity: str
    palette: Palette
    columns: int
    margin: int

    def render(self) -> list[str]:
        """The lines of the excerpt below an empty gutter; none where the source does not reach that far."""
        lines = _LINE_END.split(blotted(self.source))
        if not 1 <= self.place.line <= len(lines):
            return []
        block = self._block(lines) if self._is_block(lines) else self._single(lines)
        return [self._gutter(), *block]

    def _single(self, lines: list[str]) -> Iterator[str]:
        line = lines[self.place.line - 1]
        end = self.place.end_column - 1 if self.place.end_line == self.place.line else len(line.rstrip())
        before, words, after = _split(line, self.place.column - 1, end)
        code, start, length = _window(before, words, after, self.columns - self.margin - 3)
        if self.place.line > 1 and lines[self.place.line - 2].strip():
            yield self._row(self.place.line - 1, self._clip(_flat(lines[self.place.line - 2]), 0))
        yield self._row(self.place.line, code)
        yield from self._carets(start, length)

    def _carets(self, start: int, length: int) -> Iterator[str]:
        yield from self._labelled(" " * start + self._meant("^" * length), start, start + length)

    def _labelled(self, mark: str, start: int, end: int) -> Iterator[str]:
        """The carets with the label beside them, or below them where it does not fit."""
        room = self.columns - self.margin - 3
        if not self.label or end + 1 + width(self.label) <= room:
            yield self._row(None, f"{mark} {self._meant(self.label)}".rstrip())
            return
        yield self._row(None, mark)
        lines = textwrap.wrap(self.label, room)
        indent = max(0, min(start, room - max(map(width, lines))))
        yield from (self._row(None, " " * indent + self._meant(line)) for line in lines)

    def _is_block(self, lines: list[str]) -> bool:
        """Whether the span is drawn with a bar at its left; not where its ends lie too far to the right for that."""
        reach = max(self.place.column, self.place.end_column) + self.margin + 8
        return self.place.line < self.place.end_line <= len(lines) and reach < self.columns

    def _block(self, lines: list[str]) -> Iterator[str]:
        first, last = self.place.line, self.place.end_line
        opening, _, _ = _split(lines[first - 1], self.place.column - 1, self.place.column - 1)
        bar = self._meant("|")
        if opening.strip():
            yield self._row(first, "  " + self._clip(_flat(lines[first - 1]), 2))
            yield self._row(None, " " + self._meant("_" * (width(opening) + 1) + "^"))
        else:
            yield self._row(first, self._meant("/") + " " + self._clip(_flat(lines[first - 1]), 2))
        for number in self._middle(first, last):
            yield (
                self._row(number, f"{bar} {self._clip(_flat(lines[number - 1]), 2)}".rstrip())
                if number
                else self._gap()
            )
        yield self._row(last, f"{bar} {self._clip(_flat(lines[last - 1]), 2)}")
        closing = width(_flat(lines[last - 1][: max(0, self.place.end_column - 2)]))
        mark = self._meant("|" + "_" * (closing + 1) + "^")
        yield from self._labelled(mark, 2, closing + 3)

    def _middle(self, first: int, last: int) -> list[int]:
        """The lines between the first and the last that are shown; 0 stands for those left out."""
        return list(range(first + 1, last)) if last - first < _SHOWN_WHOLE else [first + 1, 0]

    def _clip(self, code: str, indent: int) -> str:
        return _cut_right(code, self.columns - self.margin - 3 - indent)

    def _gutter(self) -> str:
        return " " * self.margin + self.palette.paint("accent", " |")

    def _gap(self) -> str:
        return self.palette.paint("accent", "...".ljust(self.margin + 2)) + " " + self._meant("|")

    def _row(self, number: int | None, code: str) -> str:
        numeral = str(number or "").rjust(self.margin)
        return (self.palette.paint("accent", f"{numeral} |") + f" {code}").rstrip()

    def _meant(self, text: str) -> str:
        return self.palette.paint(self.severity, text)


def _flat(code: str) -> str:
    """A source line as it is shown: tabs as four spaces, control characters as pictures."""
    return _TAB.join(map(visible, code.split("\t")))


def _split(line: str, start: int, end: int) -> tuple[str, str, str]:
    return _flat(line[:start]), _flat(line[start:end]), _flat(line[end:])


def _window(before: str, words: str, after: str, room: int) -> tuple[str, int, int]:
    """The part of a line around its words that fits in `room` columns, and where in it the words stand."""
    if width(before + words + after) > room and width(before + words) > room - len(_CUT):
        lead = max(_LEAD, min(room * 2 // 3, room - width(words) - 2 * len(_CUT)))
        if width(before) > lead:
            before = _CUT + _take_right(before, lead)
    start = width(before)
    code = _cut_right(before + words + after, room)
    return code, start, max(1, min(width(words), width(code) - start))


def _cut_right(code: str, room: int) -> str:
    if width(code) <= room:
        return code.rstrip()
    return _take_left(code, room - len(_CUT)) + _CUT


def _take_left(text: str, room: int) -> str:
    taken = 0
    for index, char in enumerate(text):
        taken += width(char)
        if taken > room:
            return text[:index]
    return text


def _take_right(text: str, room: int) -> str:
    taken = 0
    for index in range(len(text) - 1, -1, -1):
        taken += width(text[index])
        if taken > room:
            return text[index + 1 :]
    return text
