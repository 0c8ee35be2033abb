"""What a call sends, as values that can be compared: equal wherever the code stands and however it is laid out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from promptlint.request import Hole, Piece, Text, Variant
from promptlint.tokens.prefix import marked_prefix

if TYPE_CHECKING:
    from promptlint.request import Argument, Block, CacheMarker, CallSite, Media, Message, Request

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
    writer = _Writer()
    facets: dict[Facet, Hashable] = {
        "model": _argument(request.model),
        "tools": writer.tools(request),
        "system": (request.system.present, request.system.complete, *map(writer.block, request.system.blocks)),
        "messages": (
            request.messages.complete,
            request.messages.grows,
            request.messages.window is not None,
            *map(writer.message, request.messages.messages),
        ),
        "caching": caching(request),
        "max_tokens": _argument(request.max_tokens),
        "thinking": (_argument(request.thinking), _argument(request.thinking_budget), _argument(request.effort)),
        "other arguments": (
            _argument(request.reply_format),
            tuple((name, _argument(value)) for name, value in sorted(request.others.items())),
            request.opaque,
        ),
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
    if not request.cache_breakpoints:
        return ()
    tools = tuple(_marker(tool.cache) for tool in request.tools.tools)
    system = tuple(_marker(block.cache) for block in request.system.blocks)
    messages = tuple(tuple(_marker(block.cache) for block in message.blocks) for message in request.messages.messages)
    return (tools, system, messages, _marker(request.cache))


def cached_prefix(request: Request) -> Hashable | None:
    """What stands before the last cache marker; None without one."""
    kept = marked_prefix(request)
    if kept is None:
        return None
    writer = _Writer()
    blocks, messages = map(writer.block, kept.system.blocks), map(writer.message, kept.messages.messages)
    return _argument(kept.model), writer.tools(kept), tuple(blocks), tuple(messages)


def texts(request: Request) -> Iterator[str]:
    """Every literal text of a request, each variant's once: what a person would know it by."""
    for tool in request.tools.tools:
        yield tool.definition if tool.definition is not None else tool.static.static
    seen: set[int] = set()
    for text in (request.system.text, request.messages.text):
        yield from _literals(text, seen)


def _literals(text: Text, seen: set[int]) -> Iterator[str]:
    for part in text.parts:
        if isinstance(part, Piece):
            yield part.text
        elif isinstance(part, Variant) and id(part) not in seen:
            seen.add(id(part))
            for option in part.options:
                yield from _literals(option, seen)


def hole_name(hole: Hole) -> str:
    """The expression that fills a hole, without its blanks."""
    return "".join(hole.name.split())


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the parts of one request as values.

    Variants stand within variants, and the same one in several of their options: each is written once, as a digest.
    """

    known: dict[int, str] = field(default_factory=dict)

    def tools(self, request: Request) -> Hashable:
        tools = request.tools
        chosen = (_argument(request.tool_choice), _argument(request.forced_tool), _argument(request.serial_tools))
        listed = tuple((tool.name, tool.kind, tool.definition, self.text(tool.static)) for tool in tools.tools)
        return tools.present, tools.complete, tools.unordered is not None, listed, chosen

    def message(self, message: Message) -> Hashable:
        return message.role, message.optional, message.repeated, tuple(map(self.block, message.blocks))

    def block(self, block: Block) -> Hashable:
        text = None if block.text is None else self.text(block.text)
        media = None if block.media is None else self.media(block.media)
        return block.kind, text, block.optional, media, block.definition, tuple(map(self.block, block.inner))

    def media(self, media: Media) -> Hashable:
        """Its size, and what it is made of: where in the code that stands does not count."""
        return media.width, media.height, media.pages, tuple(map(self.part, media.data))

    def text(self, text: Text) -> Hashable:
        """Literal text joined, however it is laid out, and each hole by what fills it."""
        found: list[Hashable] = []
        literal = ""
        for part in text.parts:
            if isinstance(part, Piece):
                literal += part.text
                continue
            found += [literal, self.part(part)] if literal else [self.part(part)]
            literal = ""
        return (*found, literal) if literal else tuple(found)

    def part(self, part: Hole | Variant) -> Hashable:
        if isinstance(part, Hole):
            return "hole", hole_name(part), part.origin, part.lifetime, part.detail
        if id(part) not in self.known:
            options = repr([self.text(option) for option in part.options])
            self.known[id(part)] = hashlib.sha256(options.encode("utf-8", "surrogatepass")).hexdigest()
        return "variant", self.known[id(part)]


def _argument(argument: Argument[Any]) -> Hashable:
    return tuple(map(_plain, argument.values)), argument.complete, argument.present


def _plain(value: object) -> Hashable:
    return value if isinstance(value, str | int | float | bool) else json.dumps(value, sort_keys=True, default=repr)


def _marker(marker: CacheMarker | None) -> Hashable:
    return None if marker is None else (marker.ttl, marker.certain)
