"""The lines between two `---` at the beginning of a prompt file, as in Claude Code's agents and skills.

`model: ID` and `max_tokens: N` count; all else is the business of whoever loads the file, and so is a word such as
`inherit` or `sonnet` for a model. None of it is sent. The lines are not read as YAML: what agents have in their
descriptions often is none, and is loaded all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from promptlint.request import Argument, Place
from promptlint.source.spans import Spans

_BLOCK = re.compile(r"---[ \t]*\n(?=\s*(?:#.*\n\s*)*[\w-]+:(?:\s|$))(?P<lines>(?:.*\n)*?)---[ \t]*(?:\n|\Z)")
_ENTRY = r"^(?P<key>{key}):[ \t]+[\"']?(?P<value>{value})[\"']?[ \t]*(?:#.*)?$"
_MODEL = re.compile(_ENTRY.format(key="model", value=r"[^\s\"'#]*claude[^\s\"'#]*"), re.MULTILINE)
_MAX_TOKENS = re.compile(_ENTRY.format(key="max_tokens", value=r"[0-9]{1,9}"), re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parts:
    """A prompt file without its front matter, and what that says."""

    body: Spans
    model: Argument[str]
    max_tokens: Argument[int]


def split(source: Spans) -> Parts:
    """Take the front matter off, if there is any."""
    block = _BLOCK.match(source.text)
    if block is None:
        return Parts(source, Argument(), Argument())
    body = Spans(source.cut(block.end(), len(source.text)))
    model = _MODEL.search(source.text, *block.span("lines"))
    cap = _MAX_TOKENS.search(source.text, *block.span("lines"))
    return Parts(
        body,
        _argument(model["value"], model, source) if model else Argument(),
        _argument(int(cap["value"]), cap, source) if cap else Argument(),
    )


def _argument[T](value: T, found: re.Match[str], source: Spans) -> Argument[T]:
    def place(group: str) -> Place:
        return source.place(*found.span(group))

    return Argument((value,), True, True, "literal", place("key"), place("value"), (place("value"),))
