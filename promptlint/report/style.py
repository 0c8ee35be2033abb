"""Terminal styling, and what keeps untrusted text from steering the terminal.

Everything that stems from analysed files passes through `visible` before it is printed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "accent": "1;34",
    "strong": "1",
    "quiet": "2",
    "good": "1;32",
}

_DELETE = 0x7F
_STEERS_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Palette:
    """Wraps text in ANSI styles, or leaves it alone where `color` is off."""

    color: bool

    def paint(self, style: str, text: str) -> str:
        """`text` in a named style: a severity, `accent`, `strong`, `quiet` or `good`."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.color and text else text


def visible(text: str) -> str:
    """The text with every control character replaced by a picture of it, one column wide; tabs and newlines too."""
    return text if text.isascii() and text.isprintable() else "".join(map(_picture, text))


def width(text: str) -> int:
    """The columns that a text of visible characters takes in a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _picture(char: str) -> str:
    point = ord(char)
    if point < ord(" "):
        return chr(0x2400 + point)
    if point == _DELETE:
        return "\u2421"
    if char in _STEERS_DIRECTION or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
        return "\ufffd"
    return char


def _columns(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1
