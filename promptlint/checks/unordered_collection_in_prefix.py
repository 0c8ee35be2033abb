"""PL107: what comes from a set or a folder has another order in the next process, which does not find the cache."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, dollars, known, price_of
from promptlint.checks._prefix import sections
from promptlint.checks._shared import missed
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CacheMarker, CallSite, Place, Request

_HELP = """\
Sort it before it is sent: %s"""
_TOOLS = 'tools=sorted(tools, key=lambda tool: tool["name"])'
_TEXT = '", ".join(sorted(...))'


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such collection in front of a marker once, with the calls that send it."""
    shared: defaultdict[tuple[Place, bool], list[tuple[CallSite, CacheMarker]]] = defaultdict(list)
    for call in audit.project.calls:
        if call.role == "call" and call.priced:
            for place, in_tools, marker in _unordered(call.request):
                shared[place, in_tools].append((call, marker))
    for (place, in_tools), found in shared.items():
        yield _hit(place, in_tools, found, audit)


def _unordered(request: Request) -> Iterator[tuple[Place, bool, CacheMarker]]:
    """The collections without an order in front of a marker, whether they are the tools, and that marker."""
    certain = [marker for marker in request.cache_breakpoints if marker.certain]
    if request.tools.unordered is not None and certain and len(request.tools.tools) > 1:
        yield request.tools.unordered, True, certain[0]
    pending: list[Place] = []
    for section in sections(request):
        if not section.moving:
            pending += [hole.place for hole in section.text.holes() if hole.origin == "unordered"]
        if section.marker is not None and section.marker.certain:
            yield from ((place, False, section.marker) for place in pending)
            pending = []
    if request.cache is not None and request.cache.certain:
        yield from ((place, False, request.cache) for place in pending)


def _hit(place: Place, in_tools: bool, found: list[tuple[CallSite, CacheMarker]], audit: Audit) -> Hit:
    call, marker = found[0]
    what = "The tools" if in_tools else "This part of the prompt"
    others = {other.place: f"{other.id} sends it as well" for other, _ in found[1:]}
    return Hit(
        place=place,
        message=f"{what} can have another order in each process, and the next one does not find what this one cached",
        call=call.id,
        label="in no fixed order",
        cost=_cost(call, marker, audit),
        help=_HELP % (_TOOLS if in_tools else _TEXT),
        related=(
            Related(marker.place, "the cache marker"),
            *(Related(other, message) for other, message in others.items() if other != place),
        ),
    )


def _cost(call: CallSite, marker: CacheMarker, audit: Audit) -> str:
    models = audit.ledger.models(call)
    if not models:
        return UNKNOWN_MODEL
    amounts = []
    for model in models:
        tokens = audit.ledger.tokens(call, model)
        amounts.append(missed(call, model, known(tokens.cached_prefix), marker))
    return (
        f"at least {dollars(amounts)}, for those that would have read what another process wrote ({price_of(*models)})"
    )
