"""What caching a prefix saves and costs, and from how many calls on it pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import dollars, known, price_of
from promptlint.estimate import Estimate
from promptlint.money import usd
from promptlint.prices.caching import (
    break_even_hit_rate,
    cached_saving_per_call,
    calls_per_hour,
    write_premium_per_call,
)

if TYPE_CHECKING:
    from promptlint.prices.model import Model
    from promptlint.request import CallSite


def cost_of_caching(call: CallSite, model: Model, prefix: Estimate) -> str:
    """Dollars of a read and of a write against no caching, and the break-even of the two for five minutes' lifetime."""
    saving, premium = _saving_and_premium(call, model, prefix)
    rate = break_even_hit_rate(model)
    if saving.high is None or premium.high is None or rate is None:
        return f"unknown, because a cache price of {model.id} is"
    return (
        f"a call that reads the cache saves {dollars([saving.low])}, one that writes it pays {usd(premium.low)} more; "
        f"it pays from a hit rate of {rate:.1%} on, about {calls_per_hour(rate):.1f} calls an hour "
        f"({model.id}, {price_of(model)})"
    )


def saving_of_caching(call: CallSite, model: Model, prefix: Estimate) -> Estimate:
    """USD per call, from a write with each call to a read with each call."""
    saving, premium = _saving_and_premium(call, model, prefix)
    return Estimate(-(premium.high or 0.0), None, saving.high, saving.source)


def _saving_and_premium(call: CallSite, model: Model, prefix: Estimate) -> tuple[Estimate, Estimate]:
    tokens, batch = known(prefix), call.request.batch
    return cached_saving_per_call(model, tokens, batch), write_premium_per_call(model, tokens, batch=batch)
