"""What one call costs: its input, its output, and the tools that the API charges for by use."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate, weakest
from promptlint.prices.table import premiums
from promptlint.prices.terms import Terms, price_lists

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from promptlint.estimate import Source
    from promptlint.prices.model import Model, Prices
    from promptlint.request import Request, Tool
    from promptlint.tokens.measure import RequestTokens

MILLION = 1_000_000
FREE = Estimate.exactly(0, "list price")
_WEB_SEARCH = "web_search_"


@dataclass(frozen=True, slots=True)
class Use:
    """What is known of a call beyond its code: None, or no entry, is not known.

    `hit_rates` are the shares of calls that read the cache, by lifetime.
    """

    output_tokens: float | None = None
    hit_rates: Mapping[Literal["5m", "1h"], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallCost:
    """USD for one call. An output that nobody has told is known up to its cap: `low` is 0 and `value` None.

    `tools_usd` is for web searches; their number is known at most.
    """

    input_usd: Estimate
    output_usd: Estimate
    tools_usd: Estimate = FREE


def cost(
    request: Request, model: Model, tokens: RequestTokens, terms: Terms | None = None, use: Use | None = None
) -> CallCost:
    """The cost of one call: input by the tokens sent, output as configured or else up to `max_tokens`.

    A prefix that is marked for the cache costs from a read of all of it to a write of all of it; its value is known
    where the hit rate is.
    """
    use = use or Use()
    lists = price_lists(model, tokens.total, terms or Terms(request.batch))
    source: Source = "configured" if model.configured else "list price"
    return CallCost(
        input_usd=Estimate.hull(_input(request, model, tokens, prices, use) for prices in lists),
        output_usd=Estimate.hull(_output(most_output(request, model), prices, use, source) for prices in lists),
        tools_usd=_web_searches(request),
    )


def most_output(request: Request, model: Model | None) -> int | None:
    """The tokens that an answer can have: up to `max_tokens`, and not more than the model writes.

    None where the cap is not known, or is negative, which the API rejects. A batch may have longer answers by a beta
    header.
    """
    cap = request.max_tokens
    if not cap.values or not cap.complete or min(cap.values) < 0:
        return None
    most = max(cap.values)
    if request.batch or model is None or model.max_output is None:
        return most
    return min(most, model.max_output)


def dollars(tokens: Estimate, price: float | None, source: Source = "list price") -> Estimate:
    """USD for tokens at a price in USD per million; unknown at an unknown price."""
    if price is None:
        return Estimate.unknown()
    return tokens.times(price / MILLION, source=weakest(tokens.source, source))


def _input(request: Request, model: Model, tokens: RequestTokens, prices: Prices, use: Use) -> Estimate:
    source: Source = "configured" if model.configured else "list price"
    plain = dollars(tokens.total, prices.input, source)
    cached, minimum = tokens.cached_prefix, model.min_cacheable_tokens
    if cached is None or (minimum is not None and cached.below(minimum)):
        return plain
    write = _write_price(request, prices)
    if prices.input is None or prices.cache_read is None or write is None:
        return Estimate.unknown()
    # With every token of the prefix read, and with every token of it written.
    most = cached.high if tokens.total.source == "configured" and cached.high is not None else cached.low
    read = min(tokens.total.low, most)
    low = (read * prices.cache_read + (tokens.total.low - read) * prices.input) / MILLION
    high = None
    if tokens.total.high is not None and cached.high is not None:
        high = (cached.high * write + max(0.0, tokens.total.high - cached.high) * prices.input) / MILLION
    return Estimate(low, _expected(request, model, tokens, prices, use), high, plain.source)


def _expected(request: Request, model: Model, tokens: RequestTokens, prices: Prices, use: Use) -> float | None:
    """USD of the input at the hit rate; None where that, a length or the minimum is not known."""
    cached, ttls = tokens.cached_prefix, {marker.ttl for marker in request.cache_breakpoints if marker.certain}
    ttl = next(iter(ttls)) if len(ttls) == 1 else None
    rate, write, minimum = _rate(use, ttl), _write_price(request, prices), model.min_cacheable_tokens
    if rate is None or cached is None or cached.value is None or tokens.total.value is None or minimum is None:
        return None
    if write is None or prices.input is None or prices.cache_read is None:
        return None
    held = cached.value if cached.value >= minimum else 0.0
    rest = max(0.0, tokens.total.value - held)
    return (held * (rate * prices.cache_read + (1 - rate) * write) + rest * prices.input) / MILLION


def _rate(use: Use, ttl: str | None) -> float | None:
    if ttl == "5m" or ttl == "1h":
        return use.hit_rates.get("5m" if ttl == "5m" else "1h")
    return None


def _write_price(request: Request, prices: Prices) -> float | None:
    """The dearest cache write that the markers may ask for."""
    if all(marker.ttl == "5m" for marker in request.cache_breakpoints):
        return prices.cache_write_5m
    return prices.cache_write_1h


def _output(most: int | None, prices: Prices, use: Use, source: Source) -> Estimate:
    if use.output_tokens is not None:
        return dollars(Estimate.exactly(use.output_tokens, "configured"), prices.output, source)
    if most is None or prices.output is None:
        return Estimate(0, None, None, source)
    return Estimate(0, None, most * prices.output / MILLION, source)


def _web_searches(request: Request) -> Estimate:
    """USD for searches: the model decides how many it makes, up to `max_uses`; their results are input besides."""
    searching = [tool for tool in request.tools.tools if (tool.kind or "").startswith(_WEB_SEARCH)]
    if not searching:
        return FREE
    most = [_max_uses(tool) for tool in searching]
    known = [uses for uses in most if uses is not None]
    high = sum(known) * premiums().web_search_usd if len(known) == len(most) else None
    return Estimate(0, None, high, "list price")


def _max_uses(tool: Tool) -> int | None:
    definition = json.loads(tool.definition) if tool.definition is not None else None
    uses = definition.get("max_uses") if isinstance(definition, dict) else None
    return uses if isinstance(uses, int) else None
