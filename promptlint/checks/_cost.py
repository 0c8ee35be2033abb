"""What a finding costs, in the words of a report: dollars per call and per 1,000 calls, never per month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.money import usd
from promptlint.prices.table import PRICES_AS_OF

if TYPE_CHECKING:
    from promptlint.audit import Audit
    from promptlint.prices.model import Model, Prices
    from promptlint.request import CallSite

MILLION = 1_000_000
UNKNOWN_MODEL = "unknown, because the model is"
LIST_PRICE = f"list price of {PRICES_AS_OF}"


def price_of(*models: Model) -> str:
    """Where the prices of these models come from."""
    return "configured price" if any(model.configured for model in models) else LIST_PRICE


def prices(call: CallSite, model: Model) -> Prices | None:
    """The prices that apply to this call, in USD per million tokens; None where no batch price is known."""
    return model.batch_price if call.request.batch else model.price


def known_input(call: CallSite, model: Model, audit: Audit) -> Estimate:
    """USD of the input that one call sends for certain, as the model's own tokenizer counts it."""
    price = prices(call, model)
    if price is None or price.input is None:
        return Estimate.unknown()
    return known(audit.ledger.tokens(call, model).total).times(price.input / MILLION)


def input_cost(call: CallSite, tokens: float, audit: Audit) -> str:
    """What so many input tokens cost on the models that the call can use."""
    found = [prices(call, model) for model in audit.ledger.models(call)]
    amounts = [tokens * price.input / MILLION for price in found if price is not None and price.input is not None]
    return f"{dollars(amounts)} ({price_of(*audit.ledger.models(call))})" if amounts else UNKNOWN_MODEL


def output_cost(call: CallSite, audit: Audit) -> str:
    """What 100 further output tokens cost on the models that the call can use."""
    found = [prices(call, model) for model in audit.ledger.models(call)]
    amounts = [100 * price.output / MILLION for price in found if price is not None and price.output is not None]
    return (
        f"each 100 further output tokens cost {dollars(amounts)} ({price_of(*audit.ledger.models(call))})"
        if amounts
        else UNKNOWN_MODEL
    )


def known(tokens: Estimate | None) -> Estimate:
    """The tokens that are sent for certain, without what may come on top."""
    return Estimate.exactly(0, "exact") if tokens is None else Estimate.exactly(tokens.low, tokens.source)


def dollars(amounts: list[float]) -> str:
    """USD per call on each possible model, as per call and per 1,000 calls, from the cheapest to the dearest."""
    low, high = min(amounts), max(amounts)
    return f"{span(low, high)} per call, {span(1000 * low, 1000 * high)} per 1,000 calls"


def span(low: float, high: float) -> str:
    """Two amounts, or one where they read the same."""
    return usd(low) if usd(low) == usd(high) else f"{usd(low)} to {usd(high)}"
