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
_MARK = b'"messages"'
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
    text = _decoded(path, _bytes(path))
    if isinstance(text, Problem):
        raise UserError(f"{path}: {text.message}", text.help)
    yield from map(_request, bodies.of_lines(path.as_posix(), text))


def inputs(paths: Sequence[Path]) -> Iterator[Input]:
    """The prompts and requests of files; of a directory those that are prompts or requests by their names and content.

    Raises `UserError` for a path that does not exist.
    """
    for path in paths:
        if path.is_dir():
            for inner in sorted(inner for inner in path.rglob("*") if inner.is_file()):
                if not _hidden(inner.relative_to(path)) and _counts(inner):
                    yield from _file(inner)
        elif path.exists() or path == Path(STDIN):
            yield from _file(path)
        else:
            raise UserError(f"{path}: there is no such file or directory", "name one that exists")


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _counts(path: Path) -> bool:
    if path.suffix in _PROMPTS:
        return True
    return path.suffix in _BODIES and _MARK in _bytes(path)


def _file(path: Path) -> Iterator[Input]:
    shown = path.as_posix()
    text = _decoded(path, _bytes(path))
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


def _bytes(path: Path) -> bytes:
    try:
        if path == Path(STDIN):
            return sys.stdin.buffer.read(_MOST)
        if path.stat().st_size > _MOST:
            raise UserError(f"{path}: is larger than {_MOST // 1_000_000} MB", "split it")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}", "name a file that can") from None


def _decoded(path: Path, data: bytes) -> str | Problem:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not valid UTF-8"
        return Problem(path.as_posix(), message, line, help="save the file as UTF-8")
    if "\0" in text:
        return Problem(path.as_posix(), "is a binary file", help="name a file of text")
    return text
