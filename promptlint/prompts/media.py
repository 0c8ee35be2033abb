"""How large an image is and how many pages a PDF has, read from their own bytes."""

from __future__ import annotations

import binascii
import re
import struct
from collections.abc import Callable

from promptlint.request import Media

_LONGEST = 60_000_000  # base64 characters: more than any request may hold
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_SIZES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_PAGES = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_COUNTS = re.compile(rb"/Type\s*/Pages\b[^>]{0,400}?/Count\s+(\d{1,6})|/Count\s+(\d{1,6})[^>]{0,400}?/Type\s*/Pages\b")
_MOST_PAGES = 600

Size = tuple[int, int]


def image(data: str) -> Media:
    """The size of an image in base64, in pixels, from its header."""
    size = size_of(_decoded(data))
    return Media(reason="the image is no PNG, JPEG, GIF or WebP") if size is None else Media(*size)


def document(data: str) -> Media:
    """The pages of a PDF in base64."""
    pages = pages_of(_decoded(data))
    return Media(reason="the document is no PDF") if pages is None else Media(pages=pages)


def size_of(data: bytes) -> Size | None:
    """Width and height of an image; None where its format is not known or its header is cut off."""
    for magic, read in _FORMATS:
        if data.startswith(magic):
            try:
                return read(data)
            except (struct.error, IndexError):
                return None
    return None


def pages_of(data: bytes) -> tuple[int, int] | None:
    """The least and the most pages of a PDF, None for what is none.

    Newer files keep their page tree in compressed streams: then nothing but the API's own limit is known.
    """
    if b"%PDF-" not in data[:1024]:
        return None
    counts = [int(one or other) for one, other in _COUNTS.findall(data)]
    count = max(counts, default=0) or len(_PAGES.findall(data))
    return (count, count) if count else (1, _MOST_PAGES)


def _decoded(data: str) -> bytes:
    if len(data) > _LONGEST:
        return b""
    try:
        return binascii.a2b_base64(data)
    except (binascii.Error, ValueError):
        return b""


def _png(data: bytes) -> Size:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> Size:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _jpeg(data: bytes) -> Size | None:
    """The frame header stands behind segments that each tell their length."""
    at = 2
    while True:
        marker = data[at + 1]
        if data[at] != 0xFF or marker == 0xFF:
            at += 1
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        elif marker in _JPEG_ALONE:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]


def _webp(data: bytes) -> Size | None:
    if data[8:12] != b"WEBP":
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


_FORMATS: tuple[tuple[bytes, Callable[[bytes], Size | None]], ...] = (
    (_PNG, _png),
    (b"\xff\xd8", _jpeg),
    (b"GIF8", _gif),
    (b"RIFF", _webp),
)
