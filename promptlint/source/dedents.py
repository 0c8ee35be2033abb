"""What was put into a text before `textwrap.dedent` or `inspect.cleandoc`, and keeps these from their work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from promptlint.request import Dedent, Hole, Part, Piece, Place, Text, Variant
from promptlint.source.strings import margin_of


def told(name: str, text: Text, call: Place) -> Text:
    """The text in which each such value, and each hole that may be one, names the call that is about to dedent it."""
    around = (part if _is_own(part, call) else Hole("value", call) for part in text.parts)
    indent = margin_of(Text(tuple(around)), after_first=name == "cleandoc")
    if not indent:
        return text
    parts: list[Part] = []
    for own, group in groupby(text.parts, lambda part: _is_own(part, call)):
        run = list(group)
        parts += run if own else _marked(run, Dedent(name, call, indent))
    return Text(tuple(parts))


def _is_own(part: Part, call: Place) -> bool:
    """Whether it is of the literal that is dedented, which stands in the call."""
    return isinstance(part, Piece) and call.contains(part.place)


def _marked(values: list[Part], dedent: Dedent) -> list[Part]:
    """What stands between two pieces of the literal: it spoils the margin, or each hole in it may."""
    later = [line for line in _shape(values).split("\n")[1:] if line.strip()]
    if all(line.startswith(dedent.indent) for line in later):
        may = replace(dedent, certain=False)
        return [replace(part, dedent=may) if isinstance(part, Hole) else part for part in values]
    alone = (at for at, part in enumerate(values) if isinstance(part, Hole) or (isinstance(part, Piece) and part.text))
    at = next(alone, None)
    if at is not None:
        return [*values[:at], _named(values[at], dedent), *values[at + 1 :]]
    return [_named(part, dedent) for part in values]


def _named(part: Part, dedent: Dedent) -> Part:
    if not isinstance(part, Variant):
        return replace(part, dedent=dedent)
    return Variant(tuple(Text(tuple(_named(inner, dedent) for inner in option.parts)) for option in part.options))


def _shape(parts: Sequence[Part]) -> str:
    """The lines of a value. A hole is a word; one that stands for further items is as the one before it."""
    shape = item = ""
    for part in parts:
        if isinstance(part, Variant):
            item = max((_shape(option.parts) for option in part.options), key=len, default="")
            shape += item
        elif isinstance(part, Hole):
            ends_lines = part.separator.endswith("\n")
            shape += "\n" * ends_lines + (item or ("x\nx" if ends_lines else "x"))
        else:
            shape += part.text
            item = item if not part.text else ""
    return shape
