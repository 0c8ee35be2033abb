"""Strings that a fix writes, in quotes that fit where they are put."""

from __future__ import annotations

import libcst as cst

from promptlint.edits import Refused
from promptlint.fixes.bench import Bench
from promptlint.fixes.code import Code

PEP_701 = (3, 12)
"""From this Python on, a replacement field of an f-string may hold the quotes of the f-string itself."""


def quote_at(node: cst.CSTNode, code: Code, bench: Bench) -> str:
    """A quote that a new string at a node can have: within an f-string not one of those around it.

    Raises `Refused` where the project's `requires-python` leaves none.
    """
    taken = {around.end[0] for around in code.around(node) if isinstance(around, cst.FormattedString)}
    free = [quote for quote in ('"', "'") if quote not in taken]
    if free:
        return free[0]
    if bench.oldest_python >= PEP_701:
        return '"'
    raise Refused("both kinds of quotes are taken here, and the project supports Pythons before 3.12")


def literal(text: str, quote: str = '"') -> cst.SimpleString:
    """A string of one line between these quotes."""
    escaped = text.encode("unicode_escape").decode("ascii") if any(map(str.isspace, text.replace(" ", ""))) else text
    escaped = escaped if escaped is not text else text.replace("\\", "\\\\")
    return cst.SimpleString(quote + escaped.replace(quote, "\\" + quote) + quote)
