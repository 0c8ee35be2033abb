"""PL111: a conversation that is sent again with each turn, at the full price of all that was said before."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, price_of, prices
from promptlint.checks._out_of_sight import marks_out_of_sight
from promptlint.checks._prefix import on_bedrock, possible_models
from promptlint.checks._uncached import may_hide_marker, takes_markers, uncached_prefix
from promptlint.findings import Hit, Related
from promptlint.money import usd
from promptlint.prices.in_use import caches_conversation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place

_FEW_TURNS = 3
_BLOCKS_OF_A_REPLY = re.compile(r"\.(?:content|tool_calls)$")
"""What a loop over the blocks of one reply runs over: it asks again once for each tool call, which are few."""
_REDUCER = "langgraph.graph.add_messages"  # what piles up the messages of a graph's steps
_TOP_LEVEL = frozenset({"anthropic", "http"})
_WHOLE_REQUEST = """\
Let the marker move on with the conversation; tools and system prompt are cached with it:
    client.messages.create(..., cache_control={"type": "ephemeral"})"""
_FIRST = (
    "First let the history grow and drop old messages many at a time: a window that moves each turn is never read.\n"
)
_LAST_BLOCK = """\
Mark the last block of the last message anew before each request, and take the mark from the one before:
    {"type": "text", "text": ..., "cache_control": {"type": "ephemeral"}}"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each conversation once, with the calls that send it."""
    if audit.settings.caching == "external":
        return
    shared: defaultdict[Place, list[CallSite]] = defaultdict(list)
    for call in audit.project.calls:
        if not _resends(call) or not _is_of_claude(call, audit) or marks_out_of_sight(call, audit):
            continue
        if uncached_prefix(call, audit) is None:
            shared[call.request.messages.place or call.place].append(call)
    for place, calls in shared.items():
        yield _hit(place, calls, audit)


def _resends(call: CallSite) -> bool:
    """Whether what the model said comes back in the next request, for more than a few turns, and none is marked."""
    if not takes_markers(call) or call.request.batch or may_hide_marker(call) or not call.request.messages.grows:
        return False
    if caches_conversation(call.request) or not _holds_replies(call) or _passes_once(call):
        return False
    own = [loop for loop in call.context.loops if not loop.in_caller]
    turns = [loop for loop in own if not _BLOCKS_OF_A_REPLY.search(loop.over)]
    if own and not turns:
        return False
    return all(loop.bound is None or loop.bound > _FEW_TURNS for loop in (turns or call.context.loops)[:1])


def _is_of_claude(call: CallSite, audit: Audit) -> bool:
    """Whether a call surely reaches Claude: what others send may cache by itself."""
    return call.sdk in _TOP_LEVEL or bool(possible_models(call, audit))


def _holds_replies(call: CallSite) -> bool:
    """Whether each turn adds what the assistant said: examples that open the conversation are there from the start."""
    said = [message for message in call.request.messages.messages if message.repeated]
    texts = [block.text for message in said for block in message.blocks if block.text is not None]
    added = any(message.role == "assistant" for message in said)
    return added or any(hole.origin == "reply" for text in texts for hole in text.holes())


def _passes_once(call: CallSite) -> bool:
    """Whether a step of a graph sends what the steps before it said, and is not known to be come back to."""
    blocks = [block for message in call.request.messages.messages for block in message.blocks]
    holes = (hole for block in blocks if block.text is not None for hole in block.text.holes())
    return not call.context.loops and any(hole.detail == _REDUCER for hole in holes)


def _hit(place: Place, calls: list[CallSite], audit: Audit) -> Hit:
    first = calls[0]
    others = {call.place: f"{call.id} sends it as well" for call in calls[1:] if call.place != place}
    marked = first.request.cache_breakpoints
    beginning = tuple(Related(marker.place, "what is cached ends here") for marker in marked[-1:])
    return Hit(
        place=place,
        message="Each turn sends the whole conversation again, and none of it is cached",
        call=first.id,
        label="sent at the full input price each time",
        cost=_cost(first, audit),
        help=(_FIRST if first.request.messages.window else "")
        + (_WHOLE_REQUEST if first.sdk in _TOP_LEVEL and not on_bedrock(first) else _LAST_BLOCK),
        related=(*beginning, *(Related(other, message) for other, message in others.items())),
    )


def _cost(call: CallSite, audit: Audit) -> str:
    """USD of 1,000 tokens of history in a turn; how many there are, and how many turns, the code does not tell."""
    for model in audit.ledger.models(call):
        price = prices(call, model)
        if price is not None and price.input is not None and price.cache_read is not None and price.cache_write_5m:
            return (
                f"each 1,000 tokens of what was said cost {usd(price.input / 1000)} in every later turn, and "
                f"{usd(price.cache_read / 1000)} read from the cache, once it is written for "
                f"{usd(price.cache_write_5m / 1000)} ({model.id}, {price_of(model)}); "
                "how long the conversation gets, the code does not tell"
            )
    return UNKNOWN_MODEL
