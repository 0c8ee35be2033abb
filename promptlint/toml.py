"""Reading a TOML file that a person has written: every mistake is named with its file, line and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from promptlint.errors import UserError


class WrongValue(Exception):
    """What is wrong with the value of a key, to be said after the key's name; `help` is what to write instead."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


def read(path: Path) -> str:
    """The text of a file that the user has to be able to put right. Raises `UserError`."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{shown(path)}: {error.reason} at byte {error.start}", "save the file as UTF-8") from None
    except OSError as error:
        raise UserError(f"{shown(path)}: {(error.strerror or str(error)).lower()}") from None


def parse(path: Path, text: str) -> dict[str, Any]:
    """The tables of a TOML file. Raises `UserError` with the place of what is wrong."""
    import tomli  # not needed where there is nothing to read

    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        place = f"{shown(path)}:{error.lineno}:{error.colno}"
        message = error.msg[:1].lower() + error.msg[1:]
        raise UserError(f"{place}: this is not valid TOML: {message}", "correct the file there") from None


def shown(path: Path) -> str:
    """The path as a message names it: relative to the current directory where it lies below."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
