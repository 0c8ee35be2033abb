"""PL119: a cache that lives for five minutes, in a loop that sleeps longer: each round writes it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, dollars, known, price_of
from promptlint.checks._uncached import takes_markers
from promptlint.findings import Hit, Related
from promptlint.prices.caching import LIFETIME_HOURS, write_premium_per_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Loop, Place

_FIVE_MINUTES, _HOUR = (hours * 3600 for hours in (LIFETIME_HOURS["5m"], LIFETIME_HOURS["1h"]))
_FOR_AN_HOUR = """\
Let the entry live for an hour, which costs twice the input price once, and a read each round:
    "cache_control": {"type": "ephemeral", "ttl": "1h"}"""
_NOT_AT_ALL = "Leave cache_control out here: no lifetime is long enough for this pause"


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such marker once, with the loop that sleeps; not one that calls elsewhere use as well."""
    slow: dict[Place, tuple[CallSite, Loop]] = {}
    others: set[Place] = set()
    for call in audit.project.calls:
        loop = _slow_loop(call)
        for marker in call.request.cache_breakpoints if takes_markers(call) else ():
            if loop is not None and marker.certain and marker.ttl == "5m":
                slow.setdefault(marker.place, (call, loop))
            else:
                others.add(marker.place)
    for place, (call, loop) in slow.items():
        if place not in others:
            yield _hit(place, call, loop, audit)


def _slow_loop(call: CallSite) -> Loop | None:
    """The only loop around a call, if its rounds are more than five minutes apart."""
    loops = call.context.loops
    if len(loops) != 1 or call.request.batch or loops[0].pause is None:
        return None
    return loops[0] if loops[0].pause > _FIVE_MINUTES else None


def _hit(place: Place, call: CallSite, loop: Loop, audit: Audit) -> Hit:
    pause = loop.pause or 0.0
    return Hit(
        place=place,
        message=f"This cache lives for five minutes, and its loop sleeps {pause / 60:,.0f} minutes in a round",
        call=call.id,
        label="five minutes",
        cost=_cost(call, audit),
        help=_FOR_AN_HOUR if pause < _HOUR else _NOT_AT_ALL,
        related=(Related(loop.place, "the loop that sleeps"),),
    )


def _cost(call: CallSite, audit: Audit) -> str:
    """What a write costs more than sending the same uncached."""
    models, amounts = audit.ledger.models(call), []
    for model in models:
        tokens = known(audit.ledger.tokens(call, model).cached_prefix)
        amounts.append(write_premium_per_call(model, tokens).low)
    return (
        f"at least {dollars(amounts)} more than no caching at all ({price_of(*models)})" if amounts else UNKNOWN_MODEL
    )
