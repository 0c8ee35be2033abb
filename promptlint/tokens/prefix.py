"""The part of a request that stays the same from request to request, and the part that is marked for the cache."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.request import Hole, Messages, System, Text, Tools
from promptlint.tokens.texts import fixed_for_process

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.request import Block, CacheMarker, Message, Request, Tool


@dataclass(frozen=True, slots=True)
class Cut[T]:
    """What stands before the first thing that can differ between two requests.

    `whole` if nothing was cut off; `sharp` if what follows surely differs: otherwise the prefix may go on.
    """

    kept: T
    whole: bool
    sharp: bool = True


def constant_prefix(request: Request) -> Cut[Request]:
    """The request up to the first part that can differ from request to request: tools, system, messages."""
    tools = _tools(request.tools)
    kept = replace(request, tools=tools.kept, system=System(), messages=Messages(), cache=None, opaque=())
    if not tools.whole:
        return Cut(kept, whole=False, sharp=tools.sharp)
    system = _system(request.system)
    kept = replace(kept, system=system.kept)
    if not system.whole:
        return Cut(kept, whole=False, sharp=system.sharp)
    messages = _messages(request.messages)
    return Cut(replace(kept, messages=messages.kept), messages.whole, messages.sharp)


def marked_prefix(request: Request) -> Request | None:
    """The request up to its last cache marker, whatever stands in it; None without a marker."""
    if request.cache is not None:
        return request
    messages = request.messages.messages
    for at in range(len(messages) - 1, -1, -1):
        upto = _last_marked([block.cache for block in messages[at].blocks])
        if upto:
            last = replace(messages[at], blocks=messages[at].blocks[:upto])
            return replace(request, messages=replace(request.messages, messages=(*messages[:at], last)))
    upto = _last_marked([block.cache for block in request.system.blocks])
    if upto:
        system = replace(request.system, blocks=request.system.blocks[:upto], complete=True)
        return replace(request, system=system, messages=Messages())
    upto = _last_marked([tool.cache for tool in request.tools.tools])
    if upto:
        tools = replace(request.tools, tools=request.tools.tools[:upto])
        return replace(request, tools=tools, system=System(), messages=Messages())
    return None


def _last_marked(markers: Sequence[CacheMarker | None]) -> int:
    return max((count for count, marker in enumerate(markers, 1) if marker is not None), default=0)


def _tools(tools: Tools) -> Cut[Tools]:
    if tools.present is None:
        return Cut(Tools(), whole=False, sharp=False)
    kept: list[Tool] = []
    for tool in tools.tools:
        if tool.definition is None and not _described(tool.static):
            cut = _text(tool.static)
            return Cut(replace(tools, tools=tuple(kept), complete=True), whole=False, sharp=cut.sharp and not cut.whole)
        kept.append(tool)
    return Cut(replace(tools, complete=True), whole=tools.complete, sharp=False)


def _described(text: Text) -> bool:
    """Whether a definition that is partly unknown is at least fixed: its holes say so."""
    return any(isinstance(part, Hole) for part in text.parts) and all(map(fixed_for_process, text.parts))


def _system(system: System) -> Cut[System]:
    if system.present is None:
        return Cut(System(), whole=False, sharp=False)
    blocks = _blocks(system.blocks)
    kept = replace(system, blocks=blocks.kept, complete=True)
    if not blocks.whole:
        return Cut(kept, whole=False, sharp=blocks.sharp)
    return Cut(kept, whole=system.complete, sharp=False)


def _messages(messages: Messages) -> Cut[Messages]:
    kept: list[Message] = []
    for message in messages.messages:
        if message.optional or message.repeated:
            return Cut(replace(messages, messages=tuple(kept), complete=True, grows=False), whole=False, sharp=False)
        blocks = _blocks(message.blocks)
        kept.append(replace(message, blocks=blocks.kept))
        if not blocks.whole:
            cut = replace(messages, messages=tuple(kept), complete=True, grows=False)
            return Cut(cut, whole=False, sharp=blocks.sharp)
    whole = messages.complete and not messages.grows
    return Cut(replace(messages, complete=True, grows=False), whole=whole, sharp=whole)


def _blocks(blocks: tuple[Block, ...]) -> Cut[tuple[Block, ...]]:
    kept: list[Block] = []
    for block in blocks:
        if block.optional or block.text is None:
            return Cut(tuple(kept), whole=False, sharp=False)
        text = _text(block.text)
        kept.append(replace(block, text=text.kept))
        if not text.whole:
            return Cut(tuple(kept), whole=False, sharp=text.sharp)
    return Cut(tuple(kept), whole=True)


def _text(text: Text) -> Cut[Text]:
    for at, part in enumerate(text.parts):
        if not fixed_for_process(part):
            sharp = isinstance(part, Hole) and part.lifetime in ("conversation", "request")
            return Cut(Text(text.parts[:at]), whole=False, sharp=sharp)
    return Cut(text, whole=True)
