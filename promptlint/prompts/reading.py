"""The text of a file that was named as a prompt."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from promptlint.request import Piece, Problem
from promptlint.source.file_texts import MAX_BYTES, with_lines
from promptlint.source.text_file import Unreadable

if TYPE_CHECKING:
    from promptlint.source.file_texts import FileTexts

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(texts: FileTexts, path: str, most: int = MAX_BYTES, advice: str = "no prompt is that long") -> Piece:
    """The text of a file with the place of each line, its line ends as line feeds; the file is kept as a source.

    Raises `Unreadable`, for a file of more than `most` bytes with this advice.
    """
    text = _decoded(path, _bytes(texts, path, most, advice))
    texts.texts[path] = text
    return with_lines(path, text)


def _bytes(texts: FileTexts, path: str, most: int, advice: str) -> bytes:
    if texts.files.size(path) > most:
        raise Unreadable(Problem(path, f"the file is larger than {most // 1_000_000} MB", help=advice))
    try:
        return texts.files.bytes(path)
    except OSError as error:
        raise Unreadable(Problem(path, f"cannot be read: {error.strerror or error}")) from None


def _decoded(path: str, data: bytes) -> str:
    if data.startswith(_UTF_16):
        raise Unreadable(Problem(path, "is encoded as UTF-16", 1, help="save the file as UTF-8"))
    if b"\0" in data:
        raise Unreadable(Problem(path, "is a binary file, not a prompt", help="name text files"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not valid UTF-8"
        raise Unreadable(Problem(path, message, line, help="save the file as UTF-8")) from None
