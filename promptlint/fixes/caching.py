"""Which texts of a project a cache holds: to change one means to write the cache anew."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks._uncached import may_hide_marker
from promptlint.fixes.bench import Bench
from promptlint.request import Block, CallSite, Hole, Place

_CACHES_ITSELF = frozenset({"claude_agent_sdk", "openai"})


def is_cached(place: Place, bench: Bench) -> bool:
    """Whether a cache may hold what is sent from a place: true where it cannot be told."""
    found = senders(place, bench)
    caches = bench.audit.settings.caching != "none"
    return caches or not found or any(_is_cached(call, place) for call in found)


def senders(place: Place, bench: Bench) -> list[CallSite]:
    """The calls whose text holds a value from a place."""
    return [call for call in bench.audit.project.calls if _sends(call, place)]


def holes_at(place: Place, bench: Bench) -> list[Hole]:
    """What calls make of a place whose value is known at run time only."""
    blocks = [block for call in bench.audit.project.calls for block in _blocks(call)]
    texts = [block.text for block in blocks if block.text is not None]
    return [hole for text in texts for hole in text.holes() if hole.place == place]


def _is_cached(call: CallSite, place: Place) -> bool:
    if call.request.cache is not None or call.sdk in _CACHES_ITSELF or may_hide_marker(call):
        return True
    blocks = list(_blocks(call))
    last = max((at for at, block in enumerate(blocks) if block.cache is not None), default=-1)
    return any(_holds(block, place) for block in blocks[: last + 1])


def _sends(call: CallSite, place: Place) -> bool:
    return any(_holds(block, place) for block in _blocks(call))


def _blocks(call: CallSite) -> Iterator[Block]:
    """The blocks behind the tools, in the order in which the cache compares them."""
    yield from call.request.system.blocks
    for message in call.request.messages.messages:
        yield from message.blocks


def _holds(block: Block, place: Place) -> bool:
    holes = block.text.holes() if block.text is not None else ()
    return any(hole.place == place for hole in holes) or any(_holds(inner, place) for inner in block.inner)
