"""One source file: its text, its syntax tree, and places in it."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import warnings
from dataclasses import dataclass
from functools import cached_property

from promptlint.request import Place, Problem

MAX_BYTES = 20_000_000
_LINE_END = re.compile(r"\r\n|\r|\n")
_CODING = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*coding[:=]")


class Unreadable(Exception):
    """A file that was needed and cannot be analysed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, eq=False)
class SourceFile:
    """A decoded file and its tree. `path` is relative to the project's root."""

    path: str
    text: str
    tree: ast.Module

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, as `ast` counts them."""
        return _LINE_END.split(self.text)

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
        return Place(
            self.path,
            node.lineno,
            self.column(node.lineno, node.col_offset),
            end_line,
            self.column(end_line, end),
        )

    def segment(self, place: Place) -> str:
        """The source text of a span."""
        if place.line == place.end_line:
            return self.lines[place.line - 1][place.column - 1 : place.end_column - 1]
        first = self.lines[place.line - 1][place.column - 1 :]
        last = self.lines[place.end_line - 1][: place.end_column - 1]
        return "\n".join([first, *self.lines[place.line : place.end_line - 1], last])


def parse(path: str, data: bytes) -> SourceFile:
    """Decode and parse a file. Raises `Unreadable` with the place, the reason and what to do."""
    if len(data) > MAX_BYTES:
        raise Unreadable(Problem(path, f"the file is larger than {MAX_BYTES // 1_000_000} MB", help="exclude it"))
    text = decode(path, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        raise Unreadable(_syntax_problem(path, text, error)) from None
    except (RecursionError, MemoryError):
        raise Unreadable(
            Problem(path, "the code is nested too deeply to parse", help="exclude the file if it is generated")
        ) from None
    except ValueError as error:
        raise Unreadable(Problem(path, f"the file cannot be parsed: {error}")) from None
    return SourceFile(path, text, tree)


def decode(path: str, data: bytes) -> str:
    """The text of a Python file in its declared encoding (PEP 263). Raises `Unreadable`."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        if not _CODING.search(data):
            return _decoded(path, data, "utf-8")
        advice = "correct the coding line"
        raise Unreadable(Problem(path, f"the declared encoding is unknown: {error.msg}", 1, help=advice)) from None
    return _decoded(path, data, encoding)


def _decoded(path: str, data: bytes, encoding: str) -> str:
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
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    python_2 = re.search(r"(?m)^\s*(print\s+[\"'\w]|except\s+\w+\s*,\s*\w+\s*:|exec\s+[\"'])", text)
    advice = (
        "this is Python 2 code: exclude it"
        if python_2
        else f"if the code is right, it needs a newer Python than the {version} that runs promptlint"
    )
    return Problem(path, f"syntax error: {error.msg}", error.lineno, error.offset, help=advice)
