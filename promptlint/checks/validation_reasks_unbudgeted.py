"""PL506: many re-asks after a failed validation, each of which sends the answers before it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, dollars, known_input, price_of
from promptlint.checks._place import own_place
from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite

_MANY = 3  # re-asks; what these do not repair, further ones seldom do
_BUDGET = "token_budget"


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report a call of instructor that may ask again that often."""
    others = call.request.others
    retries = others.get("max_retries", call.client.max_retries)
    if call.role != "call" or call.sdk != "instructor" or _BUDGET in others or call.request.opaque:
        return
    if not isinstance(retries.only, int) or retries.only <= _MANY or retries.place is None:
        return
    yield Hit(
        place=own_place(call, retries.place),
        message=f"A reply that does not validate is asked for up to {retries.only} times again, at a growing price",
        call=call.id,
        label="each of them sends all failed answers again",
        cost=_cost(call, retries.only, audit),
        help="Keep to two, and count the tokens of failed attempts:\n    max_retries=2",
    )


def _cost(call: CallSite, retries: int, audit: Audit) -> str:
    models = audit.ledger.models(call)
    found = [amount.low * retries for model in models if (amount := known_input(call, model, audit)).low]
    if not found:
        return UNKNOWN_MODEL
    return f"where all fail, input of at least {dollars(found)} more, and the failed answers ({price_of(*models)})"
