"""The economics of prompt caching: what a read saves, what a write costs more, and when it pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from promptlint.estimate import Estimate
from promptlint.prices.cost import dollars, price_lists

if TYPE_CHECKING:
    from promptlint.prices.model import Model, Prices

Ttl = Literal["5m", "1h"]


def cached_saving_per_call(model: Model, prefix: Estimate, batch: bool = False) -> Estimate:
    """USD saved by a call that reads its prefix from the cache instead of sending it uncached."""
    lists = price_lists(model, prefix, batch)
    return Estimate.hull(dollars(prefix, _difference(prices.input, prices.cache_read)) for prices in lists)


def write_premium_per_call(model: Model, prefix: Estimate, ttl: Ttl = "5m", batch: bool = False) -> Estimate:
    """USD that a call costs more when it writes its prefix to the cache instead of sending it uncached."""
    lists = price_lists(model, prefix, batch)
    return Estimate.hull(dollars(prefix, _difference(_write(prices, ttl), prices.input)) for prices in lists)


def break_even_hit_rate(model: Model, ttl: Ttl = "5m") -> float | None:
    """The share of calls that must read the cache for it to pay, (Pw - Pi) / (Pw - Pr); None if a price is unknown."""
    premium = _difference(_write(model.price, ttl), model.price.input)
    spread = _difference(_write(model.price, ttl), model.price.cache_read)
    return None if premium is None or not spread else premium / spread


def _write(prices: Prices, ttl: Ttl) -> float | None:
    return prices.cache_write_5m if ttl == "5m" else prices.cache_write_1h


def _difference(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
