"""PL201: thinking counts towards max_tokens, so that a small cap may leave nothing for the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.checks._cost import LIST_PRICE, UNKNOWN_MODEL, dollars, prices
from promptlint.checks._place import own_place
from promptlint.checks._prefix import possible_models
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Place, Request

ROOM = 2_000  # tokens: less leaves little beside the thinking. Reports of empty answers have caps of 50 to 1,024
EMPTY = 256  # tokens: hardly a thought ends below that
LEAST_ANSWER = 1_000  # tokens beyond a thinking budget
_LITTLE = frozenset({"low"})
_PROBE = 1  # token: asks whether the model answers at all
_HELP = """\
Raise max_tokens (16,000 is usual; what is not written is not billed), or make it think less:
    output_config={"effort": "low"}"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each cap where it is written, whatever the number of calls that it is for."""
    found: dict[Place, list[CallSite]] = {}
    for call in audit.project.calls:
        if _is_small(call, audit):
            found.setdefault(_written(call), []).append(call)
    for place, calls in found.items():
        yield from _hits(place, calls, audit)


def _is_small(call: CallSite, audit: Audit) -> bool:
    """Whether the cap is too small on every model that the call can use."""
    request, models = call.request, possible_models(call, audit)
    cap = request.max_tokens
    if call.role != "call" or not call.priced or not models or not cap.complete or not cap.values or request.opaque:
        return False
    if max(cap.values) <= _PROBE or not all(_thinks(request, model) for model in models):
        return False
    budget = max(request.thinking_budget.values, default=0)
    return max(cap.values) < (budget + LEAST_ANSWER if budget else ROOM)


def _written(call: CallSite) -> Place:
    """Where the cap stands: the value itself, which a wrapper's callers share."""
    cap = call.request.max_tokens
    return cap.origins[0] if len(cap.origins) == 1 else own_place(call, cap.place)


def _hits(place: Place, calls: list[CallSite], audit: Audit) -> Iterator[Hit]:
    """One finding, which each of the calls is told of."""
    first = calls[0]
    cap, model = max(first.request.max_tokens.values), possible_models(first, audit)[0]
    hit = Hit(
        place=place,
        message=f"{model.id} thinks before it answers, and max_tokens of {cap:,} has to hold both",
        label="thinking comes out of this",
        cost=_wasted(first, cap, audit),
        help=_HELP,
        related=tuple(Related(call.place, "this call has it") for call in calls if not call.place.contains(place)),
        severity="error" if cap <= EMPTY else "warning",
    )
    yield from (replace(hit, call=call.id) for call in calls)


def _thinks(request: Request, model: Model) -> bool:
    """Whether the model thinks at more than low effort, by default or because it is told to."""
    thinking, effort = request.thinking, request.effort
    if not _LITTLE.isdisjoint(effort.values) or not (effort.complete and thinking.complete):
        return False
    if thinking.present is False:
        return model.thinking in ("always", "on-by-default")
    return thinking.only in ("enabled", "adaptive")


def _wasted(call: CallSite, cap: int, audit: Audit) -> str:
    found = [prices(call, model) for model in audit.ledger.models(call)]
    amounts = [cap * price.output / 1_000_000 for price in found if price is not None and price.output is not None]
    if not amounts:
        return UNKNOWN_MODEL
    return f"an answer that is cut off is billed all the same: up to {dollars(amounts)} ({LIST_PRICE})"
