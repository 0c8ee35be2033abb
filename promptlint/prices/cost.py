"""What one call costs at list price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate, weakest

if TYPE_CHECKING:
    from promptlint.prices.model import Model, Prices
    from promptlint.request import Request
    from promptlint.tokens.measure import RequestTokens

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class CallCost:
    """USD for one call. The output is known only up to its cap: `low` is 0 and `value` None."""

    input_usd: Estimate
    output_usd: Estimate


def cost(request: Request, model: Model, tokens: RequestTokens) -> CallCost:
    """The cost of one call: input by the tokens sent, output up to `max_tokens`.

    A prefix that is marked for the cache costs from a read of all of it to a write of all of it; how often it
    is read is not known here, so that the value is unknown too.
    """
    lists = price_lists(model, tokens.total, request.batch)
    return CallCost(
        input_usd=Estimate.hull(_input(request, model, tokens, prices) for prices in lists),
        output_usd=Estimate.hull(_output(request, prices) for prices in lists),
    )


def price_lists(model: Model, prompt: Estimate, batch: bool = False) -> tuple[Prices, ...]:
    """The price lists that may apply to a prompt of this length, the likelier first.

    Two where the model has a tier for long prompts and the length may lie on both sides of its threshold.
    Empty prices where a batch's are not known.
    """
    standard = _batched(model, model.price, batch)
    if model.long_prompt is None:
        return (standard,)
    long = _batched(model, model.long_prompt.price, batch)
    above = model.long_prompt.above
    if prompt.low > above:
        return (long,)
    if prompt.high is not None and prompt.high <= above:
        return (standard,)
    return (long, standard) if prompt.value is not None and prompt.value > above else (standard, long)


def dollars(tokens: Estimate, price: float | None) -> Estimate:
    """USD for tokens at a price in USD per million; unknown at an unknown price."""
    if price is None:
        return Estimate.unknown()
    return tokens.times(price / MILLION, source=weakest(tokens.source, "list price"))


def _batched(model: Model, prices: Prices, batch: bool) -> Prices:
    if not batch:
        return prices
    return type(prices)() if model.batch_price is None else prices.scaled(0.5)


def _input(request: Request, model: Model, tokens: RequestTokens, prices: Prices) -> Estimate:
    plain = dollars(tokens.total, prices.input)
    cached, minimum = tokens.cached_prefix, model.min_cacheable_tokens
    if cached is None or (minimum is not None and cached.below(minimum)):
        return plain
    write = _write_price(request, prices)
    if prices.input is None or prices.cache_read is None or write is None:
        return Estimate.unknown()
    # With every token of the prefix read, and with every token of it written.
    surely_uncached = max(0.0, tokens.total.low - cached.low)
    low = (cached.low * prices.cache_read + surely_uncached * prices.input) / MILLION
    high = None
    if tokens.total.high is not None and cached.high is not None:
        high = (cached.high * write + max(0.0, tokens.total.high - cached.high) * prices.input) / MILLION
    return Estimate(low, None, high, plain.source)


def _write_price(request: Request, prices: Prices) -> float | None:
    """The dearest cache write that the markers may ask for."""
    if all(marker.ttl == "5m" for marker in request.cache_breakpoints):
        return prices.cache_write_5m
    return prices.cache_write_1h


def _output(request: Request, prices: Prices) -> Estimate:
    cap = request.max_tokens
    if not cap.values or not cap.complete or prices.output is None:
        return Estimate(0, None, None, "list price")
    return Estimate(0, None, max(cap.values) * prices.output / MILLION, "list price")
