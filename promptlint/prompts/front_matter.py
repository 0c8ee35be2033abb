"""The YAML between two lines of `---` at the beginning of a prompt file, as in Claude Code's agents and skills.

`model` and `max_tokens` count; all else is the business of whoever loads the file. None of it is sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from promptlint.request import Argument
from promptlint.source import yaml_values
from promptlint.source.operators import known
from promptlint.source.spans import Malformed, Spans
from promptlint.source.values import Map, place_of

_BLOCK = re.compile(r"---[ \t]*\n(?=\s*(?:#.*\n\s*)*[\w-]+:(?:\s|$))(?P<yaml>.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_INHERIT = "inherit"  # what Claude Code has for "that of the conversation"


@dataclass(frozen=True, slots=True)
class Parts:
    """A prompt file without its front matter, and what that says."""

    body: Spans
    model: Argument[str]
    max_tokens: Argument[int]


def split(source: Spans) -> Parts:
    """Take the front matter off, if there is any. Raises `Malformed` if it is not YAML."""
    found = _BLOCK.match(source.text)
    values = _parsed(Spans(source.cut(*found.span("yaml")))) if found is not None else None
    if found is None or not isinstance(values, Map):
        return Parts(source, Argument(), Argument())
    body = Spans(source.cut(found.end(), len(source.text)))
    return Parts(body, _argument(values, "model", str), _argument(values, "max_tokens", int))


def _parsed(source: Spans) -> object:
    try:
        return yaml_values.parse(source)
    except Malformed as error:
        line = error.line + source.place(0, 1).line - 1 if error.line is not None else None
        raise Malformed(f"the front matter: {error}", line, error.column) from None


def _argument(values: Map, key: str, kind: type) -> Argument[Any]:
    entry = values.get(key)
    value = known(entry.value) if entry is not None else None
    if entry is None or not isinstance(value, kind) or isinstance(value, bool) or value == _INHERIT:
        return Argument()
    place = place_of(entry.value)
    return Argument((value,), True, True, "literal", entry.key_place, place, (place,))
