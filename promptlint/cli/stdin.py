"""The text on stdin, and what kind of file it is when nobody says."""

from __future__ import annotations

import json
import re
import sys

from promptlint.files import MAX_BYTES

_PYTHON = re.compile(
    r"(?:\s*(?:#.*)?\n)*"
    r"(?:import\s+[\w.]+|from\s+[\w.]+\s+import\s|(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[:(]|@\w[\w.]*\s*(?:\(|\n)"
    r"|[rR]?(?:\"\"\"|''')|[A-Za-z_]\w*(?:\.\w+)*\s*(?:=|:\s*\w+\s*=|\())"
)
"""How Python code begins, comments aside: no prose begins like this."""


def read() -> bytes:
    """The bytes on stdin; of more than any file may have only so much that this shows."""
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def name_for(data: bytes) -> str:
    """A name whose suffix says what the text is: JSON, JSON lines, Python, or else a prompt."""
    text = data.decode("utf-8-sig", "replace")
    if text.lstrip()[:1] in ("{", "["):
        return f"stdin.{_json_suffix(text)}"
    return "stdin.py" if _PYTHON.match(text) else "stdin.txt"


def _json_suffix(text: str) -> str:
    """`txt` where not even the first line begins as JSON does: `{name}, you are ..` is a prompt."""
    first, _, rest = text.strip().partition("\n")
    if rest.strip() and _is_json(first):
        return "jsonl"
    return "json" if re.match(r"\{\s*(?:\"|\}|$)|\[\s*(?:\{|\]|$)", text.strip()) else "txt"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
