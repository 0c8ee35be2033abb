"""Calls that take turns in one conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, price_of, prices
from promptlint.checks._uncached import takes_markers
from promptlint.money import usd
from promptlint.prices.in_use import caches_conversation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Message


@dataclass(frozen=True, slots=True)
class Turns:
    """Two calls of one cached conversation: `second` sends what `first` answered, and `back` tells that it also
    happens the other way round. `together` if the code shows both in one run: in one function, or one loop.
    """

    first: CallSite
    second: CallSite
    back: bool
    together: bool


def cached_turns(audit: Audit) -> Iterator[Turns]:
    """Every two calls of which one goes on with the other's conversation, each pair once."""
    calls = [call for call in audit.project.calls if _talks(call)]
    for at, one in enumerate(calls):
        for other in calls[at + 1 :]:
            there, back = _goes_on(one, other), _goes_on(other, one)
            if (there or back) and _is_same_talk(one, other) and not _either_or(one, other):
                first, second = (one, other) if there else (other, one)
                yield Turns(first, second, there and back, _together(one, other))


def same_before_messages(one: CallSite, other: CallSite) -> bool:
    """Whether two calls send the same tools and system prompt, and nothing that cannot be seen."""
    first, second = one.request, other.request
    seen = all(r.tools.complete and r.system.complete and r.system.present is not None for r in (first, second))
    tools = [[tool.definition or tool.name for tool in request.tools.tools] for request in (first, second)]
    return seen and not first.opaque and not second.opaque and tools[0] == tools[1] and _system(one) == _system(other)


def cost_of_history(calls: tuple[CallSite, CallSite], models: tuple[Model, Model]) -> str:
    """USD of 1,000 tokens of what was said: written for the cheaper of two calls, instead of read by the dearer."""
    found = [(price, model) for call, model in zip(calls, models, strict=True) if (price := prices(call, model))]
    written = [(price.cache_write_5m, model.id) for price, model in found if price.cache_write_5m is not None]
    read = [(price.cache_read, model.id) for price, model in found if price.cache_read is not None]
    if not written or not read:
        return UNKNOWN_MODEL
    (write_price, writer), (read_price, reader) = min(written), max(read)
    return (
        f"each 1,000 tokens of what was said cost {usd(write_price / 1000)} to write once more"
        f"{f' for {writer}' if writer != reader else ''}, and {usd(read_price / 1000)} to read "
        f"({reader}, {price_of(*models)}); how long the conversation gets, the code does not tell"
    )


def _system(call: CallSite) -> list[tuple[str, list[str]]]:
    texts = [block.text for block in call.request.system.blocks if block.text is not None]
    return [(text.static, [hole.name for hole in text.holes()]) for text in texts]


def _talks(call: CallSite) -> bool:
    return takes_markers(call) and not call.request.batch and caches_conversation(call.request)


def _goes_on(one: CallSite, other: CallSite) -> bool:
    """Whether a call sends messages of another, and what that one answered."""
    sent = {message.place for message in one.request.messages.messages}
    messages = other.request.messages.messages
    return any(message.place in sent for message in messages if message.role == "user") and any(
        _is_answer_of(one, message) for message in messages if message.role == "assistant"
    )


def _is_answer_of(call: CallSite, message: Message) -> bool:
    holes = (hole for block in message.blocks if block.text is not None for hole in block.text.holes())
    made = [place for hole in holes if hole.origin == "reply" for place in (hole.place, *(s.place for s in hole.trail))]
    return any(place.contains(call.place) or call.place.contains(place) for place in made)


def _is_same_talk(one: CallSite, other: CallSite) -> bool:
    """Whether the list that two calls share is one: each object has its own, of those that methods fill."""
    owners = {call.function.rpartition(".")[0] for call in (one, other)}
    return len(owners) == 1 and not any(call.via and "." in call.via.function for call in (one, other))


def _either_or(one: CallSite, other: CallSite) -> bool:
    """Whether a branch whose condition stays as it is decides which of two calls a conversation makes."""
    numbers = {arm.place: arm for arm in one.context.arms}
    return any(
        not arm.differs and arm.place in numbers and numbers[arm.place].number != arm.number
        for arm in other.context.arms
    )


def _together(one: CallSite, other: CallSite) -> bool:
    loops = {loop.place for loop in one.context.loops}
    same = (one.place.path, one.function) == (other.place.path, other.function)
    return same or any(loop.place in loops for loop in other.context.loops)
