"""One source file: its text, its syntax tree, and places in it."""

from __future__ import annotations

import ast
import codecs
import io
import re
import sys
import tokenize
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from promptlint.request import Place, Problem
from promptlint.request.place import source_key

MAX_BYTES = 20_000_000
LARGE = 1_000_000  # bytes: below that no number of f-strings takes long
MAX_FSTRING_WORK = 200_000_000_000  # bytes times f-strings: Python's parser takes some ten seconds for that
_FSTRING = re.compile(rb"\b(?:[fF][rR]?|[rR][fF])[\"']")
_LINE_END = re.compile(r"\r\n|\r|\n")
_CODING = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*coding[:=]")


class Unreadable(Exception):
    """A file that was needed and cannot be analysed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell of a notebook: its number among all cells, from 1, and its text as the user sees it."""

    number: int
    text: str


@dataclass(frozen=True, eq=False)
class SourceFile:
    """A decoded file and its tree. `path` is relative to the project's root.

    The text of a notebook has one line and the code of a cell, of as many lines as its text, for each of `cells`.
    """

    path: str
    text: str
    tree: ast.Module
    cells: tuple[Cell, ...] = ()

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, as `ast` counts them."""
        return _LINE_END.split(self.text)

    @cached_property
    def _above(self) -> dict[int, int]:
        """How many lines of the text stand above each cell, by its number."""
        found, above = {}, 0
        for cell in self.cells:
            found[cell.number] = above = above + 1
            above += len(_LINE_END.split(cell.text))
        return found

    @property
    def sources(self) -> dict[str, str]:
        """The text as the user sees it, or that of each cell, under the keys of `Project.sources`."""
        if not self.cells:
            return {self.path: self.text}
        return {source_key(self.path, cell.number): cell.text for cell in self.cells}

    def column(self, line: int, byte_offset: int) -> int:
        """The 1-based code point column of a 0-based UTF-8 byte offset, which is what `ast` gives."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return byte_offset + 1
        return len(text.encode("utf-8", "surrogatepass")[:byte_offset].decode("utf-8", "ignore")) + 1

    def place(self, node: ast.expr | ast.stmt | ast.keyword | ast.excepthandler | ast.arg) -> Place:
        """The span of a node."""
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        return self.span(node.lineno, self.column(node.lineno, node.col_offset), end_line, self.column(end_line, end))

    def span(self, line: int, column: int, end_line: int, end_column: int) -> Place:
        """The place of a span of the text; in a notebook it lies in one cell."""
        if not self.cells:
            return Place(self.path, line, column, end_line, end_column)
        index = max(0, bisect_right(list(self._above.values()), line - 1) - 1)
        cell = self.cells[index].number
        above = self._above[cell]
        return Place(self.path, line - above, column, end_line - above, end_column, cell)

    def segment(self, place: Place) -> str:
        """The source text of a span."""
        above = self._above.get(place.cell, 0)
        lines = self.lines[above + place.line - 1 : above + place.end_line]
        lines[-1] = lines[-1][: place.end_column - 1]
        lines[0] = lines[0][place.column - 1 :]
        return "\n".join(lines)


def parse(path: str, data: bytes) -> SourceFile:
    """Decode and parse a file. Raises `Unreadable` with the place, the reason and what to do."""
    if len(data) > MAX_BYTES:
        raise Unreadable(Problem(path, f"the file is larger than {MAX_BYTES // 1_000_000} MB", help="exclude it"))
    text = decode(path, data)
    return SourceFile(path, text, tree_of(path, text, data))


def tree_of(path: str, text: str, data: bytes) -> ast.Module:
    """Parse a text, whose bytes are `data`. Raises `Unreadable`."""
    if len(data) > LARGE and len(data) * len(_FSTRING.findall(data)) > MAX_FSTRING_WORK:
        message = f"the file has too many f-strings to parse in {len(data) / 1_000_000:.1f} MB of code"
        raise Unreadable(Problem(path, message, help="exclude the file if it is generated"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise Unreadable(_syntax_problem(path, text, error)) from None
    except (RecursionError, MemoryError):
        raise Unreadable(
            Problem(path, "the code is nested too deeply to parse", help="exclude the file if it is generated")
        ) from None
    except ValueError as error:
        raise Unreadable(Problem(path, f"the file cannot be parsed: {error}")) from None


def decode(path: str, data: bytes) -> str:
    """The text of a Python file in its declared encoding (PEP 263). Raises `Unreadable`."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        marked = data.startswith(codecs.BOM_UTF8)
        if not _CODING.search(data.removeprefix(codecs.BOM_UTF8)):
            return decoded(path, data, "utf-8-sig" if marked else "utf-8")
        if marked:
            message = "the byte order mark says UTF-8, and the coding line says otherwise"
            raise Unreadable(Problem(path, message, 1, help="remove one of the two")) from None
        advice = "correct the coding line"
        raise Unreadable(Problem(path, f"the declared encoding is unknown: {error.msg}", 1, help=advice)) from None
    return decoded(path, data, encoding)


def decoded(path: str, data: bytes, encoding: str) -> str:
    """The text of these bytes. Raises `Unreadable`."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not valid {error.encoding}"
        raise Unreadable(Problem(path, message, line, help="save the file as UTF-8")) from None
    except (LookupError, ValueError) as error:  # codecs such as base64 make no text
        message = f"the declared encoding cannot be used: {error}"
        raise Unreadable(Problem(path, message, 1, help="save the file as UTF-8")) from None


def _syntax_problem(path: str, text: str, error: SyntaxError) -> Problem:
    if "null bytes" in error.msg:
        line = text.count("\n", 0, text.index("\0")) + 1
        return Problem(
            path, "the file holds a NUL byte, which no Python source may", line, help="remove it, or exclude it"
        )
    if "too many nested" in error.msg or "too many statically nested" in error.msg:
        advice = "exclude the file if it is generated"
        return Problem(path, "the code is nested too deeply to parse", error.lineno, error.offset, advice)
    return Problem(path, f"syntax error: {error.msg}", error.lineno, error.offset, _advice(text, error))


_PYTHON_2 = re.compile(r"(?m)^\s*print\s+[\"']")
_PYTHON_2_LINE = re.compile(r"^\s*(?:print\s+[\w%]|exec\s+[\w\"']|raise\s+\w+\s*,)")
_PYTHON_2_HERE = re.compile(r".*(?<![\w\"'])ur\0[\"']|.*\0(?:<>|`)|.*[0-9]\0?[lL]\b", re.IGNORECASE)
_PYTHON_2_WORDS = ("leading zeros in decimal", "parameters cannot be parenthesized", "inconsistent use of tabs")
_NEWER = (
    ("Python 3.13 or later", re.compile(r"\s*(?:async\s+)?(?:def|class|type)\s+\w+\0?\s*\[[^\]]*=")),
    ("Python 3.14 or later", re.compile(r".*(?<![\w\"'])(?:t|rt|tr)\0[\"']", re.IGNORECASE)),
    ("Python 3.15 or later", re.compile(r"\s*lazy\s+\0(?:import|from)\s|.*(?:\[\s*\0\*|\{\s*\0\*\*).*\bfor\b")),
)
"""Syntax that came later than the oldest Python that runs promptlint; a null character stands before the error."""

_EXCEPT = re.compile(r"\s*except\s[^:#]*,[^:#]*:")
_WRONG_IN_ALL = (
    "was never closed",
    "unterminated",
    "unmatched",
    "does not match",
    "invalid character",
    "non-printable",
    "expected an indented block",
)


def _advice(text: str, error: SyntaxError) -> str:
    """What to do, and which Python could read the file."""
    lines = _LINE_END.split(text)
    line = lines[error.lineno - 1] if error.lineno and error.lineno <= len(lines) else ""
    column = max(0, (error.offset or 1) - 1)
    marked = f"{line[:column]}\0{line[column:]}"
    if _PYTHON_2.search(text) or _PYTHON_2_LINE.match(line) or any(words in error.msg for words in _PYTHON_2_WORDS):
        return "this is Python 2 code: exclude it"
    if _EXCEPT.match(line):
        readers = "no Python" if " as " in line else "only Python 3.14 or later, or Python 2,"
        return f"{readers} reads this: put the exceptions in parentheses"
    if isinstance(error, IndentationError) or any(words in error.msg for words in _WRONG_IN_ALL):
        return "correct the code, or exclude the file"
    if _PYTHON_2_HERE.match(marked):
        return "this is Python 2 code: exclude it"
    needed = next((version for version, pattern in _NEWER if pattern.match(marked)), None)
    if needed is not None:
        return f"{needed} reads this: run promptlint with that Python"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"if the code is right, it needs a newer Python than the {version} that runs promptlint"
