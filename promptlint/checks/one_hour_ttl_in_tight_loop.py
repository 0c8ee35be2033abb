"""PL120: a cache that lives for an hour, in a loop whose rounds follow at once: five minutes would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, dollars, known, price_of
from promptlint.checks._uncached import takes_markers
from promptlint.findings import Hit, Related
from promptlint.prices.caching import write_premium_per_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CacheMarker, CallSite, Loop, Place

_AT_ONCE = frozenset({"for", "comprehension", "gather", "pool"})


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such marker once; not one that calls outside of loops use as well."""
    tight: dict[Place, tuple[CallSite, CacheMarker, Loop]] = {}
    others: set[Place] = set()
    for call in audit.project.calls:
        loop = _tight_loop(call)
        for marker in call.request.cache_breakpoints if takes_markers(call) else ():
            if loop is not None and marker.certain and marker.ttl == "1h":
                tight.setdefault(marker.place, (call, marker, loop))
            else:
                others.add(marker.place)
    for place, (call, _, loop) in tight.items():
        if place not in others:
            yield _hit(place, call, loop, audit)


def _tight_loop(call: CallSite) -> Loop | None:
    """The loop of the call's own function whose rounds wait for nothing but the reply, in what runs and ends."""
    context = call.context
    if call.request.batch or call.request.messages.grows or context.entry in ("handler", "task"):
        return None
    if any(loop.kind not in _AT_ONCE for loop in context.loops) or len(context.loops) != 1:
        return None
    loop = context.loops[0]
    return loop if not loop.in_caller and loop.pause == 0 else None


def _hit(place: Place, call: CallSite, loop: Loop, audit: Audit) -> Hit:
    return Hit(
        place=place,
        message="This cache lives for an hour, and the rounds of its loop follow each other at once",
        call=call.id,
        label="an hour",
        cost=_cost(call, audit),
        help='Leave `ttl` out: each read keeps it for five more minutes\n    "cache_control": {"type": "ephemeral"}',
        related=(Related(loop.place, "the loop"),),
    )


def _cost(call: CallSite, audit: Audit) -> str:
    """What a write for an hour costs more than one for five minutes."""
    models, amounts = audit.ledger.models(call), []
    for model in models:
        tokens = known(audit.ledger.tokens(call, model).cached_prefix)
        hour, five = (write_premium_per_call(model, tokens, ttl) for ttl in ("1h", "5m"))
        amounts.append(hour.low - five.low)
    return f"at least {dollars(amounts)} that writes it ({price_of(*models)})" if amounts else UNKNOWN_MODEL
