"""PL201: thinking counts towards max_tokens, so that a small cap may leave nothing for the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import LIST_PRICE, UNKNOWN_MODEL, dollars, prices
from promptlint.checks._place import own_place
from promptlint.checks._prefix import possible_models
from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Request

ROOM = 2_000  # tokens: less leaves little beside the thinking. Reports of empty answers have caps of 50 to 1,024
EMPTY = 1_024  # tokens: the whole cap was seen to go into thinking
LEAST_ANSWER = 1_000  # tokens beyond a thinking budget
_LITTLE = frozenset({"low"})
_PROBE = 1  # token: asks whether the model answers at all
_HELP = """\
Raise max_tokens (16,000 is usual; what is not written is not billed), or make it think less:
    output_config={"effort": "low"}"""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report a cap that is too small on every model that the call can use."""
    request, models = call.request, possible_models(call, audit)
    cap = request.max_tokens
    if call.role != "call" or not call.priced or not models or not cap.complete or not cap.values or request.opaque:
        return
    if max(cap.values) <= _PROBE or not all(_thinks(request, model) for model in models):
        return
    budget = max(request.thinking_budget.values, default=0)
    room = budget + LEAST_ANSWER if budget else ROOM
    if max(cap.values) < room:
        yield _hit(call, max(cap.values), models[0], audit)


def _hit(call: CallSite, cap: int, model: Model, audit: Audit) -> Hit:
    return Hit(
        place=own_place(call, call.request.max_tokens.place),
        message=f"{model.id} thinks before it answers, and max_tokens of {cap:,} has to hold both",
        call=call.id,
        label="thinking comes out of this",
        cost=_wasted(call, cap, audit),
        help=_HELP,
        severity="error" if cap <= EMPTY else "warning",
    )


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
