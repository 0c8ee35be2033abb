"""What a call sends, as values that can be compared: equal wherever the code stands and however it is laid out."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from promptlint.request import Hole, Piece, Text, Variant
from promptlint.tokens.prefix import marked_prefix

if TYPE_CHECKING:
    from promptlint.request import Argument, Block, CacheMarker, CallSite, Message, Part, Request, Tool

Facet = str
"""One aspect of a call, by the name that a person knows it by."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The aspects of a call by name. Two calls with equal ones send the same, as far as the code tells."""

    facets: tuple[tuple[Facet, Hashable], ...]

    def changed(self, other: Sent) -> tuple[Facet, ...]:
        """The names of the aspects in which another differs, in the order of a request."""
        theirs = dict(other.facets)
        return tuple(name for name, value in self.facets if theirs[name] != value)


def sent(call: CallSite) -> Sent:
    """What a call sends, with what decides how often and at what price."""
    request, client, context = call.request, call.client, call.context
    others = {name: _argument(value) for name, value in sorted(request.others.items())}
    facets: dict[Facet, Hashable] = {
        "model": _argument(request.model),
        "tools": _tools(request),
        "system": (request.system.present, request.system.complete, *map(_block, request.system.blocks)),
        "messages": (
            request.messages.complete,
            request.messages.grows,
            request.messages.window is not None,
            *map(_message, request.messages.messages),
        ),
        "caching": caching(request),
        "max_tokens": _argument(request.max_tokens),
        "thinking": (
            _argument(request.thinking),
            _argument(request.thinking_budget),
            _argument(request.effort),
        ),
        "other arguments": (_argument(request.reply_format), tuple(others.items()), request.opaque),
        "batch": request.batch,
        "streaming": request.streaming,
        "client": (call.api, client.platform, client.betas, _argument(client.base_url)),
        "retries": (
            _argument(client.max_retries),
            tuple((retry.kind, retry.attempts, retry.bounded) for retry in context.retries),
        ),
        "repetition": tuple((loop.kind, loop.bound) for loop in context.loops),
    }
    return Sent(tuple(facets.items()))


def caching(request: Request) -> Hashable:
    """The cache markers with their position in the request."""
    tools = tuple(_marker(tool.cache) for tool in request.tools.tools)
    system = tuple(_marker(block.cache) for block in request.system.blocks)
    messages = tuple(tuple(_marker(block.cache) for block in message.blocks) for message in request.messages.messages)
    if not request.cache_breakpoints:
        return ()
    return (tools, system, messages, _marker(request.cache))


def cached_prefix(request: Request) -> Hashable | None:
    """What stands before the last cache marker; None without one."""
    kept = marked_prefix(request)
    if kept is None:
        return None
    messages = tuple(map(_message, kept.messages.messages))
    return (_argument(kept.model), _tools(kept), tuple(map(_block, kept.system.blocks)), messages)


def texts(request: Request) -> Iterator[str]:
    """Every literal text of a request: what a person would know it by."""
    for tool in request.tools.tools:
        yield tool.definition if tool.definition is not None else tool.static.static
    for text in (request.system.text, request.messages.text):
        yield from (piece.text for piece in text.pieces())


def _argument(argument: Argument[Any]) -> Hashable:
    return tuple(map(_plain, argument.values)), argument.complete, argument.present


def _plain(value: object) -> Hashable:
    return value if isinstance(value, str | int | float | bool) else json.dumps(value, sort_keys=True, default=repr)


def _tools(request: Request) -> Hashable:
    tools = request.tools
    chosen = (_argument(request.tool_choice), _argument(request.forced_tool), _argument(request.serial_tools))
    return tools.present, tools.complete, tools.unordered is not None, tuple(map(_tool, tools.tools)), chosen


def _tool(tool: Tool) -> Hashable:
    return tool.name, tool.kind, tool.definition, _text(tool.static)


def _message(message: Message) -> Hashable:
    return message.role, message.optional, message.repeated, tuple(map(_block, message.blocks))


def _block(block: Block) -> Hashable:
    text = None if block.text is None else _text(block.text)
    return block.kind, text, block.optional, block.media, block.definition, tuple(map(_block, block.inner))


def _marker(marker: CacheMarker | None) -> Hashable:
    return None if marker is None else (marker.ttl, marker.certain)


def _text(text: Text) -> Hashable:
    """Literal text joined, however it is laid out, and each hole by what fills it."""
    found: list[Hashable] = []
    literal = ""
    for part in text.parts:
        if isinstance(part, Piece):
            literal += part.text
            continue
        found += [literal, _part(part)] if literal else [_part(part)]
        literal = ""
    return (*found, literal) if literal else tuple(found)


def _part(part: Part) -> Hashable:
    match part:
        case Hole():
            return "hole", hole_name(part), part.origin, part.lifetime, part.detail
        case Variant():
            return "variant", tuple(map(_text, part.options))
        case Piece():
            return part.text


def hole_name(hole: Hole) -> str:
    """The expression that fills a hole, without its blanks."""
    return "".join(hole.name.split())
