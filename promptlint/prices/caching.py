"""The economics of prompt caching: what a read saves, what a write costs more, and when it pays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from promptlint.estimate import Estimate
from promptlint.prices.cost import dollars
from promptlint.prices.terms import Terms, price_lists

if TYPE_CHECKING:
    from promptlint.prices.model import Model, Prices

Ttl = Literal["5m", "1h"]

LIFETIME_HOURS: dict[Ttl, float] = {"5m": 5 / 60, "1h": 1.0}
"""How long an entry lives after the start of the request that wrote or last read it."""

MOST_BREAKPOINTS = 4


def hit_rate(calls_per_hour: float, ttl: Ttl = "5m") -> float:
    """The share of calls that find their prefix cached, 1 - exp(-lambda T).

    For calls of one cache key that arrive at random, steadily, each use renewing the entry.
    """
    return -math.expm1(-calls_per_hour * LIFETIME_HOURS[ttl])


def calls_per_hour(rate: float, ttl: Ttl = "5m") -> float:
    """The calls an hour and cache key that reach a hit rate; infinite for 1."""
    return math.inf if rate >= 1 else -math.log1p(-rate) / LIFETIME_HOURS[ttl]


def break_even_hit_rate(model: Model, ttl: Ttl = "5m") -> float | None:
    """The share of calls that must read the cache for it to pay, (Pw - Pi) / (Pw - Pr).

    None if a price is unknown, and where caching never pays.
    """
    write = write_price(model.price, ttl)
    premium, spread = _difference(write, model.price.input), _difference(write, model.price.cache_read)
    if premium is None or spread is None or spread <= 0 or premium >= spread:
        return None
    return max(0.0, premium / spread)


def break_even_hits(model: Model, ttl: Ttl = "5m") -> float | None:
    """The reads that pay for one write, (Pw - Pi) / (Pi - Pr); None if a price is unknown, or none ever does.

    The call that writes would have paid the input price anyway: only what a write costs more has to come back.
    """
    premium = _difference(write_price(model.price, ttl), model.price.input)
    gain = _difference(model.price.input, model.price.cache_read)
    return None if premium is None or gain is None or gain <= 0 else max(0.0, premium / gain)


def cached_saving_per_call(model: Model, prefix: Estimate, batch: bool = False) -> Estimate:
    """USD saved by a call that reads its prefix from the cache instead of sending it uncached."""
    lists = price_lists(model, prefix, Terms(batch))
    return Estimate.hull(dollars(prefix, _difference(prices.input, prices.cache_read)) for prices in lists)


def write_premium_per_call(model: Model, prefix: Estimate, ttl: Ttl = "5m", batch: bool = False) -> Estimate:
    """USD that a call costs more when it writes its prefix to the cache instead of sending it uncached."""
    lists = price_lists(model, prefix, Terms(batch))
    return Estimate.hull(dollars(prefix, _difference(write_price(prices, ttl), prices.input)) for prices in lists)


def write_price(prices: Prices, ttl: Ttl) -> float | None:
    """USD per million tokens that are written to the cache."""
    return prices.cache_write_5m if ttl == "5m" else prices.cache_write_1h


def _difference(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
