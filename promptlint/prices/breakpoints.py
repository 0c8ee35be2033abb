"""Where to put the cache markers of a request, and for how long: the cheapest of all ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from promptlint.prices.caching import MOST_BREAKPOINTS, write_price

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from promptlint.prices.caching import Ttl
    from promptlint.prices.model import Model, Prices

_MILLION = 1_000_000
_WORTH = 0.001
"""The part of the uncached cost that a further marker, or a longer lifetime, has to save."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the prefix that changes as a whole: tools, system, documents, history.

    `hit_rates` are the shares of calls that find the prefix up to its end cached, by lifetime.
    """

    name: str
    tokens: float
    hit_rates: Mapping[Ttl, float]


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A marker at the end of a segment."""

    after: str
    ttl: Ttl


@dataclass(frozen=True, slots=True)
class Plan:
    """The markers in the order of the prefix, none where caching does not pay; USD for the prefix of one call."""

    breakpoints: tuple[Breakpoint, ...]
    usd: float
    uncached_usd: float

    @property
    def saving(self) -> float:
        """USD by call against no caching."""
        return self.uncached_usd - self.usd


def best(segments: Sequence[Segment], model: Model, prices: Prices) -> Plan | None:
    """The cheapest markers for these segments, fewer before more; None where a price or the minimum is not known.

    At most four markers; those that live an hour stand before those that live five minutes; a marker on a prefix
    under the minimum caches nothing. A call reads the longest prefix that is cached and writes the rest up to the
    last marker: what stands between two markers is read at the rate of the second.
    """
    if model.min_cacheable_tokens is None or prices.input is None or prices.cache_read is None:
        return None
    uncached = sum(segment.tokens for segment in segments) * prices.input / _MILLION
    found = Plan((), uncached, uncached)
    for markers in _ways(len(segments)):
        usd = _price(segments, markers, model.min_cacheable_tokens, prices)
        if usd is not None and found.usd - usd > _WORTH * uncached:
            named = tuple(Breakpoint(segments[at].name, ttl) for at, ttl in markers)
            found = Plan(named, usd, uncached)
    return found


def _ways(count: int) -> Iterator[tuple[tuple[int, Ttl], ...]]:
    """Every choice of up to four segments' ends, the first ones for an hour and the rest for five minutes."""
    for many in range(1, min(count, MOST_BREAKPOINTS) + 1):
        for ends in combinations(range(count), many):
            for long in range(many + 1):
                yield tuple((end, "1h" if at < long else "5m") for at, end in enumerate(ends))


def _price(
    segments: Sequence[Segment], markers: tuple[tuple[int, Ttl], ...], minimum: int, prices: Prices
) -> float | None:
    """USD of the segments of one call; None where a marker caches nothing, or a price is not known."""
    usd, start = 0.0, 0
    plain, read = prices.input or 0.0, prices.cache_read or 0.0
    for end, ttl in markers:
        write = write_price(prices, ttl)
        if write is None or sum(segment.tokens for segment in segments[: end + 1]) < minimum:
            return None
        rate = segments[end].hit_rates[ttl]
        usd += sum(segment.tokens for segment in segments[start : end + 1]) * (rate * read + (1 - rate) * write)
        start = end + 1
    return (usd + sum(segment.tokens for segment in segments[start:]) * plain) / _MILLION


@dataclass(frozen=True, slots=True)
class Growth:
    """What it takes to lengthen a prefix to the minimum: `hit_rate` is the one from which that pays, at most 1."""

    missing: float
    hit_rate: float


def growth(tokens: float, model: Model, prices: Prices, ttl: Ttl = "5m") -> Growth | None:
    """Whether a prefix under the minimum should grow to it: M (h Pr + (1 - h) Pw) < p Pi.

    None where the prefix is long enough, where that never pays, or where a price or the minimum is not known.
    """
    minimum, write = model.min_cacheable_tokens, write_price(prices, ttl)
    if minimum is None or write is None or prices.input is None or prices.cache_read is None or tokens >= minimum:
        return None
    if write <= prices.cache_read:  # at prices of one's own
        return None
    rate = (minimum * write - tokens * prices.input) / (minimum * (write - prices.cache_read))
    return Growth(minimum - tokens, max(0.0, rate)) if rate < 1 else None


def cold_fan_out_usd(tokens: float, width: int, prices: Prices, ttl: Ttl = "5m") -> float | None:
    """USD that calls sent at once on a cold cache cost more than one first and then the others.

    An entry can be read once the first response begins: until then each call writes the prefix anew.
    """
    write = write_price(prices, ttl)
    if write is None or prices.cache_read is None:
        return None
    return max(0, width - 1) * tokens * (write - prices.cache_read) / _MILLION
