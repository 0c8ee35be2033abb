"""Whether the code shows that a call is made more than once with the same prefix."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.request import CallSite, Hole, Loop

_VARYING = frozenset({"parameter", "loop", "request", "input", "database", "reply"})
_ENTRIES = {"handler": "a request handler sends it", "task": "a task sends it"}


def reuse_of(calls: Sequence[CallSite]) -> str:
    """The sign of reuse, in words; empty where the code shows none."""
    sharing = _most_to_one_model(calls)
    if sharing > 1:
        return f"{sharing:,} {'requests' if calls[0].is_body else 'calls'} begin with it"
    return next(filter(None, map(_alone, calls)), "")


def _most_to_one_model(calls: Sequence[CallSite]) -> int:
    """How many of the calls may find what another of them wrote: each model has a cache of its own."""
    models = Counter(name for call in calls for name in dict.fromkeys(call.request.model.values))
    return max(models.values(), default=0)


def _alone(call: CallSite) -> str:
    """The sign that a call is made more than once."""
    loop = next((loop for loop in call.context.loops if loop.bound is None or loop.bound > 1), None)
    if loop is not None:
        return f"the call runs in {_named(loop)}"
    if call.context.agent_loop or call.request.messages.grows:
        return "each turn of the conversation sends it again"
    if call.context.entry in _ENTRIES:
        return _ENTRIES[call.context.entry]
    hole = _varying(call)
    if hole is None:
        return ""
    named = hole.name.replace(".", "").isidentifier()
    return f"each {hole.name} is sent with it" if named else "what follows it differs from call to call"


def _named(loop: Loop) -> str:
    what = {"for": "a loop", "while": "a loop", "comprehension": "a comprehension", "graph": "a cycle"}.get(
        loop.kind, f"a {loop.kind}"
    )
    over = f" over {loop.over}" if loop.over and loop.kind != "while" else ""
    where = loop.place.row if loop.place.cell else f"line {loop.place.line}"
    return f"{what}{over} ({where})"


def _varying(call: CallSite) -> Hole | None:
    """What the messages depend on that differs from call to call."""
    blocks = [block for message in call.request.messages.messages for block in message.blocks]
    holes = [hole for block in blocks if block.text is not None for hole in block.text.holes()]
    # What a script adds up in a loop before its one call is the same whenever the script runs.
    varying = _VARYING - {"loop"} if call.context.entry == "script" else _VARYING
    return next((hole for hole in holes if hole.origin in varying and hole.lifetime != "process"), None)
