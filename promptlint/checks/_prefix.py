"""The prefix of a request: tools, then system, then messages, as the cache reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from promptlint.prices.names import platform_of
from promptlint.prices.table import find
from promptlint.request import Hole, Messages, System, Text, Variant
from promptlint.tokens.prefix import constant_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import Block, CacheMarker, CallSite, Part, Request

VOLATILE = frozenset({"clock", "random"})


Kind = Literal["tool", "system", "message"]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the prefix, in its order. `moving`: it is said anew in each turn of a conversation."""

    kind: Kind
    text: Text
    marker: CacheMarker | None
    moving: bool = False


def sections(request: Request) -> Iterator[Section]:
    """The parts of a request in the order in which the cache compares them."""
    for tool in request.tools.tools:
        yield Section("tool", tool.static, tool.cache)
    for block in request.system.blocks:
        yield Section("system", block.text or Text(), block.cache)
    for message in request.messages.messages:
        for block in message.blocks:
            yield Section("message", block.text or Text(), block.cache, request.messages.grows or message.repeated)


def marked(call: CallSite) -> Iterator[tuple[CacheMarker, CallSite]]:
    """Each marker on a tool or a block, with the same call as if its request ended there.

    Markers on a conversation are left out: it grows past any length.
    """
    request = replace(call.request, cache=None)
    for index, tool in enumerate(request.tools.tools):
        if tool.cache is not None:
            tools = replace(request.tools, tools=request.tools.tools[: index + 1])
            yield tool.cache, replace(call, request=replace(request, tools=tools, system=System(), messages=Messages()))
    for index, block in enumerate(request.system.blocks):
        if block.cache is not None:
            system = replace(request.system, blocks=request.system.blocks[: index + 1])
            yield block.cache, replace(call, request=replace(request, system=system, messages=Messages()))
    if not request.messages.grows:
        for marker, messages in _marked_messages(request.messages):
            yield marker, replace(call, request=replace(request, messages=messages))


def _marked_messages(messages: Messages) -> Iterator[tuple[CacheMarker, Messages]]:
    for index, message in enumerate(messages.messages):
        if message.repeated:
            return
        for position, block in enumerate(message.blocks):
            if block.cache is not None:
                last = replace(message, blocks=message.blocks[: position + 1])
                yield block.cache, replace(messages, messages=(*messages.messages[:index], last))


def without_volatile(call: CallSite) -> CallSite:
    """The same call as if clocks and random numbers were moved out of its system prompt."""
    system = call.request.system
    blocks = tuple(_changed(block, _steady) for block in system.blocks)
    return replace(call, request=replace(call.request, system=replace(system, blocks=blocks)))


def _changed(block: Block, change: Callable[[Text], Text]) -> Block:
    return block if block.text is None else replace(block, text=change(block.text))


def _steady(text: Text) -> Text:
    return Text(tuple(_part(part) for part in text.parts if not (isinstance(part, Hole) and part.origin in VOLATILE)))


def _part(part: Part) -> Part:
    return Variant(tuple(map(_steady, part.options))) if isinstance(part, Variant) else part


def last_section(request: Request) -> Kind:
    """Where the constant prefix ends, and a marker belongs: what is before it is cached with it."""
    sizes: dict[Kind, int] = {"tool": 0, "system": 0, "message": 0}
    for section in sections(constant_prefix(request).kept):
        sizes[section.kind] += len(section.text.static.strip())
    if sizes["system"] and sizes["system"] >= sizes["message"]:
        return "system"
    return "message" if sizes["message"] else "tool"


def constant_text(request: Request) -> str:
    """What the request begins with, up to where a marker belongs: calls with the same text share one cache entry."""
    kept, kinds = constant_prefix(request).kept, {"system", last_section(request)} - {"tool"}
    definitions = (tool.definition or tool.static.static for tool in kept.tools.tools)
    texts = (section.text.static for section in sections(kept) if section.kind in kinds)
    return "\0".join((*definitions, *texts))


def minimum(call: CallSite, model: Model) -> int | None:
    """The least length that is cached, in tokens; None where it is not known: Bedrock has a table of its own."""
    return None if on_bedrock(call) else model.min_cacheable_tokens


def on_bedrock(call: CallSite) -> bool:
    """Whether Amazon Bedrock answers a call, by its client or by the name of a model."""
    by_name = any(platform_of(name) == "bedrock" for name in call.request.model.values)
    return call.sdk == "bedrock" or call.client.platform == "bedrock" or by_name


def possible_models(call: CallSite, audit: Audit) -> tuple[Model, ...]:
    """Every model that the call can use; none where one of them is not known."""
    names = call.request.model
    return audit.ledger.models(call) if names.complete and all(map(find, names.values)) else ()
