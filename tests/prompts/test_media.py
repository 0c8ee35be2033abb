from __future__ import annotations

import base64
import struct

import pytest

from promptlint.prompts.media import document, image
from promptlint.request import Media

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 640, 480)
JPEG = (
    b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9) + b"\xff\xff\xd0"
    b"\xff\xc2" + struct.pack(">HBHH", 17, 8, 480, 640)
)
VP8X = (
    b"RIFF\0\0\0\0WEBPVP8X"
    + struct.pack("<I", 10)
    + bytes(4)
    + (639).to_bytes(3, "little")
    + (479).to_bytes(3, "little")
)
VP8L = b"RIFF\0\0\0\0WEBPVP8L" + struct.pack("<IB", 9, 0x2F) + struct.pack("<I", 639 | 479 << 14)
VP8 = b"RIFF\0\0\0\0WEBPVP8 " + struct.pack("<I", 9) + bytes(6) + struct.pack("<HH", 640, 480 | 1 << 14)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("data", [PNG, GIF, JPEG, VP8X, VP8L, VP8])
def test_the_size_stands_in_the_header(data: bytes) -> None:
    assert image(encoded(data)) == Media(640, 480)


@pytest.mark.parametrize("data", [b"", b"BM", PNG[:20], JPEG[:24], VP8[:20], b"RIFF", b"\xff\xd8"])
def test_what_is_cut_off_or_unknown_has_no_size(data: bytes) -> None:
    assert image(encoded(data)).reason == "the image is no PNG, JPEG, GIF or WebP"


def test_what_is_no_base64_has_no_size() -> None:
    assert image("%%%").reason == "the image is no PNG, JPEG, GIF or WebP"


@pytest.mark.parametrize(
    ("tree", "pages"),
    [
        (b"<< /Type /Pages /Kids [3 0 R] /Count 12 >>", (12, 12)),
        (b"<< /Count 7 /Kids [3 0 R] /Type /Pages >>", (7, 7)),
        (b"<</Type/Pages/Count 2>> <</Type/Pages/Count 5>>", (5, 5)),
        (b"<< /Type /Page >> << /Type /Page /Parent 2 0 R >>", (2, 2)),
        (b"<< /Type /ObjStm >> stream", (1, 600)),
    ],
)
def test_pages_of_a_pdf(tree: bytes, pages: tuple[int, int]) -> None:
    assert document(encoded(b"%PDF-1.7\n" + tree)) == Media(pages=pages)


def test_what_is_no_pdf_has_no_pages() -> None:
    assert document(encoded(b"PK\3\4")) == Media(reason="the document is no PDF")
