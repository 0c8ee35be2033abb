"""Replies whose text is parsed although nobody asks whether the cap cut it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import MILLION, UNKNOWN_MODEL, dollars, price_of, prices

if TYPE_CHECKING:
    from promptlint.audit import Audit
    from promptlint.request import CallSite, Parse, Retry


def parse_of(call: CallSite) -> Parse | None:
    """The first place that parses the reply; None where its `stop_reason` is, or may be, looked at."""
    if call.role != "call" or not call.priced or call.response.stop_reason is not False:
        return None
    return next((read.parsed for read in call.response.reads if read.parsed is not None), None)


def retry_of(call: CallSite, parsed: Parse) -> Retry | None:
    """The loop that asks again, with the same cap, when that place fails."""
    caught = parsed.caught
    if caught is None or not caught.contains(call.place):
        return None
    loops = (retry for retry in call.context.retries if retry.kind == "loop" and retry.catches_all)
    return next((loop for loop in loops if loop.place.contains(caught)), None)


def cost_of_cut_off(call: CallSite, cap: int, audit: Audit) -> str:
    """What the output of one reply costs that was cut off at the cap."""
    models = audit.ledger.models(call)
    found = [price.output for model in models if (price := prices(call, model)) is not None and price.output]
    if not found:
        return UNKNOWN_MODEL
    return f"output of {dollars([cap * price / MILLION for price in found])} ({price_of(*models)})"
