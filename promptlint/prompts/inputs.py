"""Files that a user names to have them counted: prompts as they stand, and request bodies."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from promptlint.errors import UserError
from promptlint.prompts import bodies
from promptlint.request import Place, Problem, Request

STDIN = "-"
_PROMPTS = frozenset({".md", ".txt", ".prompt", ".j2", ".jinja", ".jinja2"})
_BODIES = frozenset({".json", ".jsonl", ".ndjson"})
_LINES = frozenset({".jsonl", ".ndjson"})
_MARK = '"messages"'
_MOST = 256_000_000
"""No larger file is read, in bytes: it is the most that a batch may hold."""


@dataclass(frozen=True, slots=True)
class Input:
    """What is to be counted: the text of a prompt, or a request; `problem` where it is neither.

    `name` is the `custom_id` of a batch request, or else empty.
    """

    place: Place
    text: str | None = None
    request: Request | None = None
    name: str = ""
    problem: Problem | None = None


def requests(path: Path) -> Iterator[Input]:
    """The request bodies of a JSON lines file, one a line; `-` reads stdin. Raises `UserError`."""
    text = _text(path)
    if isinstance(text, Problem):
        raise UserError(f"{path}: {text.message}", text.help)
    yield from map(_request, bodies.of_lines(path.as_posix(), text))


def inputs(paths: Sequence[Path]) -> Iterator[Input]:
    """The prompts and requests of files; of a directory those that are prompts or requests by their names and content.

    Raises `UserError` for a path that does not exist.
    """
    for path in paths:
        if path.is_dir():
            yield from _of_directory(path)
        elif path.exists() or path == Path(STDIN):
            yield from _of_file(path, _text(path))
        else:
            raise UserError(f"{path}: there is no such file or directory", "name one that exists")


def _of_directory(folder: Path) -> Iterator[Input]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.suffix not in _PROMPTS | _BODIES or path.is_symlink() or not path.is_file():
            continue
        text = _text(path)
        if path.suffix in _PROMPTS or isinstance(text, Problem) or _MARK in text:
            yield from _of_file(path, text)


def _of_file(path: Path, text: str | Problem) -> Iterator[Input]:
    shown = path.as_posix()
    if isinstance(text, Problem):
        yield Input(Place(shown, 1, 1, 1, 1), problem=text)
    elif path.suffix in _LINES:
        yield from map(_request, bodies.of_lines(shown, text))
    elif path.suffix in _BODIES:
        yield from map(_request, bodies.of_document(shown, text))
    else:
        yield Input(Place(shown, 1, 1, text.count("\n") + 1, 1), text=text)


def _request(body: bodies.Body) -> Input:
    return Input(body.place, None, body.request, body.name, body.problem)


def _text(path: Path) -> str | Problem:
    shown = path.as_posix()
    try:
        if path != Path(STDIN) and path.stat().st_size > _MOST:
            return Problem(shown, f"is larger than {_MOST // 1_000_000} MB", help="split it")
        return _decoded(shown, sys.stdin.buffer.read(_MOST) if path == Path(STDIN) else path.read_bytes())
    except OSError as error:
        return Problem(shown, f"cannot be read: {error.strerror or error}", help="name a file that can")


def _decoded(shown: str, data: bytes) -> str | Problem:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem(shown, f"byte 0x{data[error.start]:02x} is not valid UTF-8", line, help="save the file as UTF-8")
    if "\0" in text:
        return Problem(shown, "is a binary file", help="name a file of text")
    return text
