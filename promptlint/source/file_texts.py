"""The texts of files that the code reads: only below the project's root, only text, and not too much of it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from promptlint.files import Files
from promptlint.request import Piece, Place, Problem, Run, Text
from promptlint.source import paths
from promptlint.source.values import Value

MAX_BYTES = 1_000_000
"""No larger file is read as a prompt, in bytes: a million characters are more than any model's context."""

LINE_END = re.compile(r"\r\n|\r|\n")
_ERRORS = frozenset({"strict", "ignore", "replace", "backslashreplace"})


class Unavailable(Exception):
    """A file whose text cannot be told; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How code reads a file: its `open` arguments as far as they are known. `newline` None joins line ends."""

    encoding: str = "utf-8"
    errors: str = "strict"
    newline: str | None = None


class FileTexts:
    """Reads the files that code names, each once. `problems` takes what a user should know of.

    `texts` are the texts that were read, by path; `parsed` is what was loaded from a text, by function.
    """

    def __init__(self, files: Files, problems: list[Problem]) -> None:
        self.texts: dict[str, str] = {}
        self.parsed: dict[tuple[str, Text], Value] = {}
        self.files = files
        self._problems = problems
        self._pieces: dict[tuple[str, Reading], Piece] = {}
        self._refused: dict[tuple[str, Reading], str] = {}

    def report(self, problem: Problem) -> None:
        """Note a problem, once."""
        if problem not in self._problems:
            self._problems.append(problem)

    def find(self, path: str, place: Place, named_in: str = "") -> str:
        """The file that a path in the code at `place` means; `named_in` is the file that names it for that code.

        Raises `Unavailable`.
        """
        possible = list(paths.candidates(path, place.path))
        if named_in not in ("", place.path):
            possible += paths.candidates(path, named_in)
        if possible[0].startswith("/") and (inside := self.files.relative(Path(possible[0]))) is not None:
            possible = [inside]
        inner = [candidate for candidate in possible if not _lies_outside(candidate)]
        for candidate in inner:
            if self.files.has(candidate):
                return candidate
        leaving = next((candidate for candidate in inner if self._leads_out(candidate)), None)
        if inner and leaving is None:
            raise Unavailable(f"there is no file {inner[0]} in the project")
        shown = leaving or path.removeprefix(paths.ROOT).removeprefix(paths.CWD)
        how = "leads through a link out of" if leaving else "lies outside of"
        if (
            leaving or path.startswith((paths.ROOT, paths.CWD)) or not path.startswith("/")
        ):  # an absolute path is of the machine that runs the code
            message = f"reads {shown!r}, which {how} the project's root"
            advice = "keep prompt files in the project"
            self.report(Problem(place.path, message, place.line, place.column, advice, place.cell))
        raise Unavailable(f"{shown!r} {how} the project's root")

    def exists(self, path: str, place: Place) -> bool:
        """Whether a path in the code at `place` means a file of the project; nothing is reported."""
        return any(not _lies_outside(c) and self.files.has(c) for c in paths.candidates(path, place.path))

    def piece(self, path: str, reading: Reading) -> Piece:
        """The text of a file, with the place of each line. Raises `Unavailable`."""
        key = (path, reading)
        if key not in self._pieces and key not in self._refused:
            try:
                self._pieces[key] = self._read(path, reading)
            except Unavailable as error:
                self._refused[key] = str(error)
        if key in self._refused:
            raise Unavailable(self._refused[key])
        return self._pieces[key]

    def _read(self, path: str, reading: Reading) -> Piece:
        text = self._decoded(path, self._bytes(path), reading)
        self.texts.setdefault(path, text)
        return with_lines(path, text, reading.newline)

    def _bytes(self, path: str) -> bytes:
        try:
            kept = self.files.kept(path)
            size = len(kept) if kept is not None else self.files.absolute(path).stat().st_size
            if size > MAX_BYTES:
                raise self._refusal(path, f"the file is larger than {MAX_BYTES // 1_000_000} MB")
            return self.files.bytes(path)
        except OSError as error:
            raise self._refusal(path, f"cannot be read: {error.strerror or error}") from None

    def _decoded(self, path: str, data: bytes, reading: Reading) -> str:
        try:
            text = data.decode(reading.encoding, reading.errors if reading.errors in _ERRORS else "strict")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            message = f"byte 0x{data[error.start]:02x} is not valid {error.encoding}"
            raise self._refusal(path, message, line, "save the file as UTF-8") from None
        except (LookupError, ValueError) as error:
            raise self._refusal(path, f"the encoding it is read with cannot be used: {error}") from None
        if "\0" in text:
            raise self._refusal(
                path, "is read as text, but is a binary file", text.count("\n", 0, text.index("\0")) + 1
            )
        return text

    def _refusal(self, path: str, message: str, line: int | None = None, advice: str = "") -> Unavailable:
        self.report(Problem(path, message, line, help=advice or "what the code sends of it is not known"))
        return Unavailable(f"{path}: {message}")

    def _leads_out(self, path: str) -> bool:
        try:
            return not Path(os.path.realpath(self.files.absolute(path))).is_relative_to(self.files.root)
        except (OSError, ValueError):
            return False


def with_lines(path: str, text: str, newline: str | None = None) -> Piece:
    """The text of a file with the place of each line; where `newline` is None, its line ends become line feeds."""
    if newline is None:
        text = LINE_END.sub("\n", text)
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    if len(starts) > 1 and starts[-1] == len(text):
        starts.pop()
    runs = tuple(Run(start, number, 1) for number, start in enumerate(starts, 1))
    last = len(text) - starts[-1]
    return Piece(text, Place(path, 1, 1, len(starts), last + 1), runs)


def _lies_outside(path: str) -> bool:
    return path.startswith(("/", "../")) or path == ".."
