"""The text of a file and its bytes: places in the one as spans of the other."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from promptlint.edits import Edit, Refused
from promptlint.request import Place
from promptlint.source.text_file import Unreadable, decode, decoded

_LINE_END = re.compile(r"\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class TextSpans:
    """A file as it was read. `text` is what the analysis saw of it: decoded, and without a byte order mark."""

    path: str
    data: bytes
    text: str
    encoding: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @property
    def newline(self) -> str:
        """The line end that the file uses first."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    def offset(self, line: int, column: int) -> int:
        """Where a position lies in the text, in code points from 0."""
        return self._starts[line - 1] + column - 1

    def segment(self, place: Place) -> str:
        """The text of a span."""
        start, end = self.span(place)
        return self.text[start:end]

    def span(self, place: Place) -> tuple[int, int]:
        """The offsets of a place."""
        return self.offset(place.line, place.column), self.offset(place.end_line, place.end_column)

    def place(self, start: int, end: int) -> Place:
        """The place of a span of the text."""
        return Place(self.path, *self._position(start), *self._position(end))

    def line(self, number: int) -> tuple[int, int]:
        """The span of a whole line, its end included."""
        last = number >= len(self._starts)
        return self._starts[number - 1], len(self.text) if last else self._starts[number]

    def _position(self, offset: int) -> tuple[int, int]:
        from bisect import bisect_right

        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def replaced(self, edits: Iterable[Edit]) -> bytes:
        """The bytes of the file after these edits; what they do not touch is kept byte by byte.

        Raises `Refused` where the file's encoding lacks a character, or would not say the same of the rest.
        """
        spans = sorted((self.span(edit.place), edit.content) for edit in edits)
        if any(end > start for ((_, end), _), ((start, _), _) in pairwise(spans)):
            raise Refused("two edits overlap")
        text, data, at, byte = "", b"", 0, 0
        for (start, end), content in spans:
            first, last = self._byte(start), self._byte(end)
            text += self.text[at:start] + content
            data += self.data[byte:first] + self._encoded(content)
            at, byte = end, last
        text, data = text + self.text[at:], data + self.data[byte:]
        if data.removeprefix(_BOM).decode(self.encoding, "replace") != text:
            raise Refused(f"the encoding {self.encoding} does not let a part of the file be replaced")
        return data

    def _byte(self, offset: int) -> int:
        mark = len(_BOM) if self.data.startswith(_BOM) else 0
        return mark + len(self.text[:offset].encode(self.encoding))

    def _encoded(self, content: str) -> bytes:
        try:
            return content.encode(self.encoding)
        except UnicodeEncodeError:
            raise Refused(f"the encoding {self.encoding} of the file lacks a character of the fix") from None


def read_spans(path: str, data: bytes) -> TextSpans:
    """A file's text. Raises `Refused` where its bytes are not those that the text is written with."""
    python = path.endswith((".py", ".pyw"))
    try:
        text = decode(path, data) if python else decoded(path, data, "utf-8-sig")
    except Unreadable as error:
        raise Refused(error.problem.message) from None
    encoding = (_declared(data) if python else "utf-8").replace("utf-8-sig", "utf-8")
    if text.encode(encoding, "replace") != data.removeprefix(_BOM if encoding == "utf-8" else b""):
        raise Refused(f"the bytes of the file are not those that {encoding} writes")
    return TextSpans(path, data, text, encoding)


def _declared(data: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError:  # a first line that is no UTF-8 although the file has no coding line: `decode` has checked
        return "utf-8"
