"""PL305: from one token above the tier on, every token of the request has another price, those of the answer too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import MILLION, price_of, span
from promptlint.checks._place import own_place
from promptlint.checks._prefix import possible_models
from promptlint.estimate import Estimate
from promptlint.findings import Hit
from promptlint.money import tokens_range, usd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import CallSite


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report a call whose prompt is certainly longer than the tier of each model that it can use."""
    models = possible_models(call, audit)
    if call.priced and models and all(_crosses(call, model, audit) for model in models):
        yield _hit(call, models[0], audit)


def _crosses(call: CallSite, model: Model, audit: Audit) -> bool:
    tier = model.long_prompt
    return tier is not None and audit.ledger.tokens(call, model).total.at_least(tier.above + 1)


def _hit(call: CallSite, model: Model, audit: Audit) -> Hit:
    tier, total = model.long_prompt, audit.ledger.tokens(call, model).total
    assert tier is not None
    cost, saving = _cost(call, model, total)
    return Hit(
        place=own_place(call, call.request.system.place or call.request.messages.place),
        message=f"The prompt has {tokens_range(total)}, and above {tier.above:,} {model.id} has a higher price",
        call=call.id,
        label="longer than the tier",
        cost=cost,
        savings=saving,
        help=f"Send fewer than {tier.above:,} tokens: what the question needs, or each part in its own call",
    )


def _cost(call: CallSite, model: Model, total: Estimate) -> tuple[str, Estimate | None]:
    """What the known tokens cost above the tier and below it, caching left aside."""
    tier, short = model.long_prompt, model.price.input
    batch = 0.5 if call.request.batch else 1.0
    if tier is None or short is None or tier.price.input is None:
        return f"unknown, because a price of {model.id} is", None
    now, below = (total.low * price * batch / MILLION for price in (tier.price.input, short))
    text = (
        f"{usd(now)} of input per call where {usd(below)} would be the price below the tier, "
        f"{span(1000 * now, 1000 * now)} per 1,000 calls; output is dearer too ({price_of(model)})"
    )
    return text, Estimate(0.0, None, now - below, "list price")
