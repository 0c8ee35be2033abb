"""Whether a request sends what was said before once more, and caches none of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._uncached import may_hide_marker, takes_markers
from promptlint.prices.in_use import caches_conversation

if TYPE_CHECKING:
    from promptlint.request import CallSite

_FEW_TURNS = 3
_BLOCKS_OF_A_REPLY = re.compile(r"\.(?:content|tool_calls)$")
"""What a loop over the blocks of one reply runs over: it asks again once for each tool call, which are few."""
_REDUCER = "langgraph.graph.add_messages"  # what piles up the messages of a graph's steps


def resends_uncached(call: CallSite) -> bool:
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
