"""A tool's call in the conversation, as the model reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from promptlint.request import Block, Hole, Part, Piece, Text, Variant

_SPACE = "antml"
"""The namespace that the elements of a call stand in."""


def spoken(blocks: Iterable[Block]) -> Text:
    """The texts and calls of one message joined, in order. Calls that follow each other stand in one element."""
    parts: list[Part] = []
    open_calls: Piece | None = None
    for block in blocks:
        if block.kind == "tool_use":
            if open_calls is None:
                parts.append(Piece(f"<{_SPACE}:function_calls>\n", block.place))
                open_calls = Piece(f"</{_SPACE}:function_calls>", block.place)
            parts += _maybe(block, _call(block))
        elif block.kind == "text" and block.text is not None:
            if open_calls is not None:
                parts.append(open_calls)
                open_calls = None
            parts += _maybe(block, block.text.parts)
    return Text((*parts, open_calls) if open_calls is not None else tuple(parts))


def _maybe(block: Block, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return (Variant((Text(parts), Text())),) if block.optional else parts


def _call(block: Block) -> tuple[Part, ...]:
    call = read(block)
    if not isinstance(call.get("name"), str) or not isinstance(call.get("input"), dict):
        return (Hole("tool_use", block.place, reason="the tool's input is known at run time only"),)
    return (Piece("".join(_invocation(call["name"], call["input"])), block.place),)


def _invocation(name: str, given: dict[str, Any]) -> Iterator[str]:
    yield f'<{_SPACE}:invoke name="{name}">\n'
    for key, value in given.items():
        written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f'<{_SPACE}:parameter name="{key}">{written}</{_SPACE}:parameter>\n'
    yield f"</{_SPACE}:invoke>\n"


def read(block: Block) -> dict[str, Any]:
    """The JSON of a block as a mapping; an empty one where it is not known."""
    found = json.loads(block.definition) if block.definition is not None else {}
    return found if isinstance(found, dict) else {}
