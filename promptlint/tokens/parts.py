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
    from collections.abc import Iterable, Iterator

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


def of_call(request: Request) -> tuple[Part, ...]:
    """Every part that is worth a question, each once: of the whole request, and of what a cache may hold of it."""
    without = _plain(request)
    found = [smallest(), whole(request)]
    for one in (without, constant_prefix(without).kept, *_marked(without)):
        found += [tools(one), head(one), whole(one) if one is without or _can_end(one) else None]
    return _each_once(found)


def of_request(request: Request) -> tuple[Part, ...]:
    """The parts that tell the tokens of a request in all."""
    return _each_once([smallest(), whole(request), plain(request)])


def of_text(text: str) -> tuple[Part, ...]:
    """The parts that tell the tokens of a text alone."""
    return _each_once([smallest(), message(text)])


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


def plain(request: Request) -> Part | None:
    """The request without the settings that change the prompt."""
    return whole(_plain(request))


def message(text: str) -> Part | None:
    """A text as the one message of a request."""
    said = {"role": "user", "content": [{"type": "text", "text": text}]}
    return _part_or_none({"messages": [said]}) if text.strip() else None


def _plain(request: Request) -> Request:
    return replace(request, thinking=Argument(), others={})


def _each_once(found: Iterable[Part | None]) -> tuple[Part, ...]:
    return tuple(dict.fromkeys(part for part in found if part is not None))


def _part(body: Body) -> Part:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Part(sha256(text.encode()).hexdigest(), body)


def _part_or_none(body: Body) -> Part | None:
    try:
        return _part(body)
    except (TypeError, ValueError):  # half a surrogate pair, or a value that JSON does not have, cannot be sent
        return None


def _can_end(request: Request) -> bool:
    """Whether a request that was cut off is one still: the API refuses an answer begun, and a call without result."""
    messages = request.messages.messages
    kinds = {block.kind for message in messages for block in message.blocks}
    return bool(messages) and messages[-1].role == "user" and kinds == {"text"}


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
    choice = _tool_choice(request)
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


def _tool_choice(request: Request) -> Body | None:
    if request.tool_choice.present is False:
        return {}
    kind, serial = request.tool_choice.only, request.serial_tools
    if not request.tool_choice.present or kind is None or not serial.complete or len(serial.values) > 1:
        return None
    choice: Body = {"type": kind, **({"disable_parallel_tool_use": serial.only} if serial.values else {})}
    if kind == "tool":
        choice["name"] = request.forced_tool.only
    return None if None in choice.values() else {"tool_choice": choice}


def _system(system: System) -> Body | None:
    if system.present is False:
        return {}
    blocks = _blocks(system.blocks)
    if not system.present or not system.complete or blocks is None:
        return None
    return {"system": blocks} if blocks else {}


def _messages(messages: Messages) -> Body | None:
    if not messages.messages or not messages.complete or messages.grows:
        return None
    found = []
    for message in messages.messages:
        blocks = _blocks(message.blocks)
        if not blocks or message.optional or message.repeated or message.role is None:
            return None
        found.append({"role": message.role, "content": blocks})
    return {"messages": found}


def _blocks(blocks: Iterable[Block]) -> list[Body] | None:
    """Blocks as they are sent, without empty texts; None where one may be absent, or is not known."""
    found = []
    for block in blocks:
        sent = None if block.optional else _block(block)
        if sent is None:
            return None
        if sent.get("text") != "":
            found.append(sent)
    return found


def _block(block: Block) -> Body | None:
    if block.kind == "text":
        text = block.text.known if block.text is not None else None
        # The API refuses a text of nothing but spaces.
        return {"type": "text", "text": text} if text is not None and (not text or text.strip()) else None
    if block.definition is None or block.kind not in ("tool_use", "tool_result"):
        return None
    sent: Body = json.loads(block.definition)
    inner = _blocks(block.inner)
    return None if inner is None else {**sent, **({"content": inner} if inner else {})}


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
        if not isinstance(config.only, dict) or _has_gap(config.only):
            return None
        found["output_config"] = config.only
    return found


def _has_gap(value: object) -> bool:
    """Whether there is a None in it: it stands for what is not known."""
    if isinstance(value, dict):
        return any(map(_has_gap, value.values()))
    return any(map(_has_gap, value)) if isinstance(value, list) else value is None
