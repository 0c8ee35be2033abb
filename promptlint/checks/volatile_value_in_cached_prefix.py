"""PL101: a clock or a random number in front of a cache marker: each call writes the cache, none reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, dollars, known, price_of
from promptlint.checks._prefix import VOLATILE, minimum, possible_models, sections
from promptlint.checks._volatile import how_often
from promptlint.estimate import Estimate
from promptlint.findings import Hit, Related
from promptlint.prices.caching import cached_saving_per_call, write_premium_per_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.caching import Ttl
    from promptlint.prices.model import Model
    from promptlint.request import CacheMarker, CallSite, Hole, Request

_HELP = """\
Put the value behind the marker: into a system block after the marked one, or into the last user message:
    {"role": "user", "content": f"(It is {%s}.) ..."}"""
_NOT_IN_AN_F_STRING = frozenset("\"'\\\\\n{}")


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each such value in front of a marker of the call."""
    if call.priced and not _never_cached(call, audit):
        for hole, marker in _volatile(call.request):
            yield _hit(call, hole, marker, audit)


def _hit(call: CallSite, hole: Hole, marker: CacheMarker, audit: Audit) -> Hit:
    changes, severe = how_often(hole)
    wasted = _wasted(call, marker, audit) if severe else []
    never = "so the cache that is written behind it is never read" if severe else "and the cache is written anew then"
    return Hit(
        place=hole.place,
        message=f"{hole.name} changes {changes}, {never}",
        call=call.id,
        label=f"changes {changes}",
        cost=_cost(call, wasted, audit) if severe else "one cache write more each time it changes",
        savings=Estimate(0.0, None, max(wasted), "list price") if wasted else None,
        help=_help(hole),
        related=(Related(marker.place, "the cache marker"),),
        severity=None if severe else "info",
    )


def _help(hole: Hole) -> str:
    """The change, with the value's own expression where that is short enough to stand in an f-string."""
    if hole.name.endswith("...") or set(hole.name) & _NOT_IN_AN_F_STRING:
        return f"{_HELP % 'now'}\nwhere `now` is this value"
    return _HELP % hole.name


def _volatile(request: Request) -> Iterator[tuple[Hole, CacheMarker]]:
    """The volatile values at or before a marker, each with the first marker that it spoils."""
    pending: list[Hole] = []
    for section in sections(request):
        if not section.moving:
            pending += [hole for hole in section.text.holes() if hole.origin in VOLATILE]
        if section.marker is not None and section.marker.certain:
            yield from ((hole, section.marker) for hole in pending)
            pending = []
    if request.cache is not None and request.cache.certain:
        yield from ((hole, request.cache) for hole in pending)


def _never_cached(call: CallSite, audit: Audit) -> bool:
    """Whether the prefix is certainly too short for any cache, so that nothing is spoilt."""
    models = possible_models(call, audit)
    return bool(models) and all(_too_short(call, model, audit) for model in models)


def _too_short(call: CallSite, model: Model, audit: Audit) -> bool:
    least, prefix = minimum(call, model), audit.ledger.tokens(call, model).cached_prefix
    return least is not None and prefix is not None and prefix.below(least)


def _cost(call: CallSite, wasted: list[float], audit: Audit) -> str:
    if not wasted:
        return UNKNOWN_MODEL
    return f"at least {dollars(wasted)} more than reading the cache would ({price_of(*audit.ledger.models(call))})"


def _wasted(call: CallSite, marker: CacheMarker, audit: Audit) -> list[float]:
    """USD by which one call that writes the known prefix is dearer than one that reads it, for each model."""
    ttl: Ttl = "1h" if marker.ttl == "1h" else "5m"
    batch, found = call.request.batch, []
    for model in audit.ledger.models(call):
        prefix = known(audit.ledger.tokens(call, model).cached_prefix)
        saving, premium = (
            cached_saving_per_call(model, prefix, batch),
            write_premium_per_call(model, prefix, ttl, batch),
        )
        found.append(saving.low + premium.low)
    return found
