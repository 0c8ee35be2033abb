"""Reading a TOML file that a person has written: every mistake is named with its file, line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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


_HEADER = re.compile(r"[ \t]*\[{1,2}[ \t]*(?P<name>[^\[\]]+?)[ \t]*\]{1,2}")
_KEY = re.compile(r"[ \t]*(?P<name>[\w.\"'-]+?)[ \t]*=")


def line_of(text: str, table: str, key: str, nth: int = 1, word: str = "") -> int | None:
    """The line of a key in the `nth` table of a name ("" is the top), or of the table where it has no such key.

    With `word` the first line of the table that holds it; what stands in a text of several lines is no key. None where
    the table has no line of its own.
    """
    current, seen, found = "", 0, None if table else 1
    for number, line, is_text in _lines(text):
        header = None if is_text else _HEADER.match(line)
        if header:
            current = header["name"]
            seen += current == (table or key)
            if current == (table or key) and seen == nth:
                found = number
        inside = current == table and (seen == nth or not table)
        named = _KEY.match(line) if inside and not is_text and not header else None
        if named and key and named["name"].strip("\"'").split(".")[0] == key:
            return number
        if inside and word and (word in line or json.dumps(word, ensure_ascii=False)[1:-1] in line):
            return number
    return found


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each line with its number, and whether it begins inside a text of several lines."""
    closing = ""
    for number, line in enumerate(text.split("\n"), 1):
        yield number, line, bool(closing)
        position = 0
        while True:
            mark = re.compile(re.escape(closing) if closing else r"'''|\"\"\"").search(line, position)
            if mark is None:
                break
            closing, position = "" if closing else mark[0], mark.end()
