"""Values that are written in one word: a string, a number."""

from __future__ import annotations

import re

import libcst as cst

from promptlint.edits import Edit, Refused
from promptlint.fixes.bench import Bench
from promptlint.fixes.code import Code
from promptlint.request import Place

_PLAIN = re.compile(r"[\w.:@/-]+", re.ASCII)
"""A part of a string that means what it is written as."""


def another_string(place: Place, text: str, bench: Bench) -> Edit:
    """The edit that writes another string, in the quotes of the one that is there. Raises `Refused`."""
    code = bench.code(place)
    if _PLAIN.fullmatch(code.spans.segment(place)):
        return _within_string(place, text, code)
    old = code.expression(place)
    if not isinstance(old, cst.SimpleString) or old.prefix or "\\" in text or old.quote in text:
        raise Refused("the name is put together from parts")
    return code.replaced(old, cst.SimpleString(f"{old.quote}{text}{old.quote}"))


def _within_string(place: Place, text: str, code: Code) -> Edit:
    """The edit of a part of a string that needs no escapes: the name behind `bedrock/`, for instance."""
    if not isinstance(code.enclosing(place, (cst.BaseExpression,)), cst.SimpleString) or not _PLAIN.fullmatch(text):
        raise Refused("the name is put together from parts")
    return Edit(place, text)


def another_number(place: Place, number: int, bench: Bench) -> Edit:
    """The edit that writes another whole number, grouped as the one that is there. Raises `Refused`."""
    code = bench.code(place)
    old = code.expression(place)
    if not isinstance(old, cst.Integer):
        raise Refused("the number is worked out, not written")
    return code.replaced(old, cst.Integer(f"{number:_}" if "_" in old.value else str(number)))
