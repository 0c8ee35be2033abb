"""The parts of a request that the API can count: those of which everything is known.

A part is a body of `count_tokens` without its model. The sizes of sections are differences between parts: the
system prompt is what tools and system have more than the tools alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from promptlint.request import Argument, Messages, System
from promptlint.tokens import structure
from promptlint.tokens.prefix import constant_prefix
from promptlint.tokens.tools import is_own, normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from promptlint.request import Block, Request, Tool

Body = dict[str, Any]

_SMALLEST: Body = {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}]}
"""The API counts no request without a message. Its one letter is one token."""

_CHANGES_NO_PROMPT = frozenset(
    {"inference_geo", "metadata", "service_tier", "stop_sequences", "temperature", "top_k", "top_p"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """What `count_tokens` is asked, but for the model. Parts with the same `digest` are the same.

    The digest is the SHA-256 of the body as JSON: keys sorted, no spaces, UTF-8.
    """

    digest: str
    body: Body = field(compare=False, repr=False)


def parts(request: Request) -> Iterator[Part]:
    """Every part that is worth a question, each once: of the whole request, and of what a cache may hold of it."""
    plain = replace(request, thinking=Argument(), others={})
    found = [smallest(), whole(request)]
    for one in (plain, constant_prefix(plain).kept, *_marked(plain)):
        found += [tools(one), head(one), whole(one)]
    yield from dict.fromkeys(part for part in found if part is not None)


@cache
def smallest() -> Part:
    """The shortest request there is: what every other part has as well."""
    return _part(_SMALLEST)


def tools(request: Request) -> Part | None:
    """The tools alone; the smallest part for a request without tools."""
    body = _tools(request)
    return None if body is None else _part_or_none({**_SMALLEST, **body})


def head(request: Request) -> Part | None:
    """Tools and system prompt."""
    before, system = _tools(request), _system(request.system)
    return None if before is None or system is None else _part_or_none({**_SMALLEST, **before, **system})


def whole(request: Request) -> Part | None:
    """The request itself, with what else changes the prompt."""
    pieces = (_tools(request), _system(request.system), _messages(request.messages), _settings(request))
    body: Body = {}
    for piece in pieces:
        if piece is None:
            return None
        body |= piece
    return _part_or_none(body)


def _part(body: Body) -> Part:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Part(sha256(text.encode()).hexdigest(), body)


def _part_or_none(body: Body) -> Part | None:
    try:
        return _part(body)
    except (TypeError, ValueError):  # half a surrogate pair, or a value that JSON does not have, cannot be sent
        return None


def _marked(request: Request) -> Iterator[Request]:
    """The request as if it ended at each cache marker of its tools and its system prompt."""
    for count, tool in enumerate(request.tools.tools, 1):
        if tool.cache is not None:
            upto = replace(request.tools, tools=request.tools.tools[:count])
            yield replace(request, tools=upto, system=System(), messages=Messages())
    for count, block in enumerate(request.system.blocks, 1):
        if block.cache is not None:
            system = replace(request.system, blocks=request.system.blocks[:count], complete=True)
            yield replace(request, system=system, messages=Messages())


def _tools(request: Request) -> Body | None:
    tools = request.tools
    if tools.present is False or (tools.present and tools.complete and not tools.tools):
        return {}
    if not tools.present or not tools.complete:
        return None
    found = [tool for tool in map(_tool, tools.tools) if tool is not None]
    choice = _tool_choice(request.tool_choice, found)
    return None if len(found) < len(tools.tools) or choice is None else {"tools": found, **choice}


def _tool(tool: Tool) -> Body | None:
    if tool.definition is None or not (is_own(tool) or tool.kind in structure.countable_tools()):
        return None
    try:
        definition = json.loads(tool.definition)
    except ValueError:
        return None
    if not isinstance(definition, dict):
        return None
    return normal(definition) if is_own(tool) else definition


def _tool_choice(choice: Argument[str], tools: Sequence[Body]) -> Body | None:
    if choice.present is False:
        return {}
    kind = choice.only if choice.present else None
    if kind in ("auto", "any", "none"):
        return {"tool_choice": {"type": kind}}
    if kind == "tool" and len(tools) == 1:
        return {"tool_choice": {"type": kind, "name": tools[0].get("name")}}
    return None


def _system(system: System) -> Body | None:
    if system.present is False:
        return {}
    blocks = _texts(system.blocks)
    if not system.present or not system.complete or blocks is None:
        return None
    return {"system": blocks} if blocks else {}


def _messages(messages: Messages) -> Body | None:
    if not messages.messages or not messages.complete or messages.grows:
        return None
    found = []
    for message in messages.messages:
        blocks = _texts(message.blocks)
        if not blocks or message.optional or message.repeated or message.role not in ("user", "assistant"):
            return None
        found.append({"role": message.role, "content": blocks})
    return {"messages": found}


def _texts(blocks: Iterable[Block]) -> list[Body] | None:
    """Blocks of text as they are sent; None where one is no text, may be absent, is not known or would be refused."""
    found = []
    for block in blocks:
        text = block.text.known if block.text is not None else None
        if block.kind != "text" or block.optional or text is None:
            return None
        if text and not text.strip():
            return None
        found += [{"type": "text", "text": text}] if text else []
    return found


def _settings(request: Request) -> Body | None:
    """The arguments besides the three sections that change the prompt; None where one of them is not known."""
    others = {name: value for name, value in request.others.items() if name not in _CHANGES_NO_PROMPT}
    config = others.pop("output_config", Argument())
    if request.opaque or others or None in (config.present, request.thinking.present):
        return None
    found: Body = {}
    if request.thinking.present:
        # A budget is not in the hall, and `enabled` goes nowhere without one.
        if request.thinking.only not in ("adaptive", "disabled"):
            return None
        found["thinking"] = {"type": request.thinking.only}
    if config.present:
        if not isinstance(config.only, dict):
            return None
        found["output_config"] = config.only
    return found
