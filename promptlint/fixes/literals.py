"""Values that are written in one word: a string, a number."""

from __future__ import annotations

import libcst as cst

from promptlint.edits import Edit, Refused
from promptlint.fixes.bench import Bench
from promptlint.request import Place


def another_string(place: Place, text: str, bench: Bench) -> Edit:
    """The edit that writes another string, in the quotes of the one that is there. Raises `Refused`."""
    code = bench.code(place)
    old = code.expression(place)
    if not isinstance(old, cst.SimpleString) or old.prefix or "\\" in text or old.quote in text:
        raise Refused("the name is put together from parts")
    return code.replaced(old, cst.SimpleString(f"{old.quote}{text}{old.quote}"))


def another_number(place: Place, number: int, bench: Bench) -> Edit:
    """The edit that writes another whole number, grouped as the one that is there. Raises `Refused`."""
    code = bench.code(place)
    old = code.expression(place)
    if not isinstance(old, cst.Integer):
        raise Refused("the number is worked out, not written")
    return code.replaced(old, cst.Integer(f"{number:_}" if "_" in old.value else str(number)))
