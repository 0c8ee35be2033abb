"""Writing to the terminal, a pipe or a file: never a crash, and colour only where it is wanted."""

from __future__ import annotations

import io
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from promptlint.errors import UserError
from promptlint.report.style import Palette

_WHERE_NO_TERMINAL = 120
_NARROWEST = 40
_UNLIMITED = 10_000
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Stream:
    """A text stream: characters that its encoding lacks are escaped, a reader that went away is no error."""

    stream: TextIO

    def write(self, text: str) -> None:
        """Write the text and flush it. Raises `UserError`. After a failure everything further is dropped."""
        if isinstance(self.stream, io.TextIOWrapper):
            self.stream.reconfigure(errors="backslashreplace")
        try:
            self.stream.write(text)
            self.stream.flush()
        except OSError as error:
            # What is left in the buffer is flushed once more at exit: let that go nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())
            if not isinstance(error, BrokenPipeError):
                name = self.stream.name.strip("<>")
                raise UserError(
                    f"cannot write to {name}: {error.strerror}", "make room, or use --output-file"
                ) from None


@dataclass(frozen=True, slots=True)
class Output:
    """Where a report goes: to `file` if one is named, else to stdout. `color` is auto, always or never."""

    file: Path | None
    color: str

    @property
    def palette(self) -> Palette:
        """Colour for the report itself."""
        return Palette(wants_color(self.color, None if self.file else sys.stdout))

    @property
    def is_raw(self) -> bool:
        """Whether a program reads it: to a terminal nothing is written that could steer it."""
        return self.file is not None or not sys.stdout.isatty()

    @property
    def columns(self) -> int:
        """The width to write for; a fixed one where no terminal is written to, so that logs do not differ."""
        return self._columns_or(_WHERE_NO_TERMINAL)

    @property
    def table_columns(self) -> int:
        """The width for a table, which takes no more than it needs: no limit but a terminal's, or COLUMNS."""
        if os.environ.get("COLUMNS", "").isdecimal() and not self.file:
            return max(_NARROWEST, int(os.environ["COLUMNS"]))
        return self._columns_or(_UNLIMITED)

    def _columns_or(self, fixed: int) -> int:
        if self.file or not sys.stdout.isatty():
            return fixed
        return max(_NARROWEST, shutil.get_terminal_size((_WHERE_NO_TERMINAL, 24)).columns)

    def write(self, text: str) -> None:
        """Write the report. A file that cannot be written is the user's to put right."""
        if self.file is None:
            Stream(sys.stdout).write(text)
            return
        replace_file(self.file, text, "name another --output-file")


def replace_file(path: Path, text: str, help: str) -> None:
    """Write a file at once: whoever reads it meanwhile sees the old text or the new one. Raises `UserError`."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        path = path.resolve()  # what a link leads to is written, and the link stays
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or a pipe
            return
        beside = path.with_name(f".{path.name[:_LONGEST_NAME]}.{os.getpid()}.tmp")
        try:
            beside.write_bytes(data)
            if path.exists():
                shutil.copymode(path, beside)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UserError(f"cannot write {path}: {reason}", help) from error


def wants_color(choice: str, stream: TextIO | None) -> bool:
    """Whether to colour: the option first, then NO_COLOR, FORCE_COLOR, and whether a terminal is written to."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
