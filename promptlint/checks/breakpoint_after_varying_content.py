"""PL109: the only cache marker stands behind what differs in each request: all is written each time, nothing read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import dollars, price_of
from promptlint.checks._prefix import last_section, sections
from promptlint.checks._shared import cacheable, missed
from promptlint.checks._uncached import may_hide_marker, takes_markers
from promptlint.estimate import Estimate
from promptlint.findings import Hit, Related
from promptlint.money import tokens_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CacheMarker, CallSite, Hole, Request

_VARYING = frozenset({"parameter", "loop", "request", "input", "database", "reply"})
_HELP = """\
Put the marker at the end of what never changes, in front of %s:
    {"type": "text", "text": ..., "cache_control": {"type": "ephemeral"}}"""
_SPLIT = {
    "system": "the last system block",
    "tool": "the last tool",
    "message": "a block of its own with the constant text",
}


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report the marker at the end of a single question that begins with a long text that never changes."""
    if not takes_markers(call) or may_hide_marker(call) or not _single_turn(call):
        return
    found = _spoilt(call)
    tokens = cacheable(call, audit) if found is not None else None
    if found is not None and tokens is not None:
        yield _hit(call, *found, tokens, audit)


def _single_turn(call: CallSite) -> bool:
    messages = call.request.messages
    several = messages.grows or call.context.agent_loop or any(message.repeated for message in messages.messages)
    return messages.complete and not several


def _spoilt(call: CallSite) -> tuple[CacheMarker, Hole] | None:
    """The one marker, where it ends the request and something before it differs from call to call."""
    markers = call.request.cache_breakpoints
    if len(markers) != 1 or not markers[0].certain or not _ends_with(call.request, markers[0]):
        return None
    parts = list(sections(call.request))
    hole = next((hole for part in parts[-1:] for hole in part.text.holes() if _varies(hole, call)), None)
    return None if hole is None else (markers[0], hole)


def _ends_with(request: Request, marker: CacheMarker) -> bool:
    """Whether a marker is the last thing of a request: a document that is marked may be asked about several times."""
    blocks = [block for message in request.messages.messages for block in message.blocks]
    return request.cache is marker or bool(blocks and blocks[-1].cache is marker)


def _varies(hole: Hole, call: CallSite) -> bool:
    """Whether a value is another one in each request; what a loop leaves alone is the same in all its rounds."""
    if call.context.loops:
        return hole.origin == "loop"
    return hole.origin in _VARYING and hole.lifetime == "request"


def _hit(call: CallSite, marker: CacheMarker, hole: Hole, tokens: Estimate, audit: Audit) -> Hit:
    models = audit.ledger.models(call)
    wasted = [missed(call, model, tokens, marker) for model in models]
    return Hit(
        place=marker.place,
        message=f"This marker stands behind {hole.name}, which differs in each request: "
        f"the {tokens_range(tokens)} that are the same are written each time and never read",
        call=call.id,
        label="written with each request, read by none",
        cost=f"at least {dollars(wasted)} more than reading what is the same ({price_of(*models)})",
        savings=Estimate(0.0, None, max(wasted), "list price"),
        help=f"{_HELP % hole.name}\nHere that is {_SPLIT[last_section(call.request)]}",
        related=(Related(hole.place, "this differs in each request"),),
    )
