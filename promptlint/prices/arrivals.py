"""When the calls of a day arrive, and how often that finds a prompt's prefix in the cache."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.prices.caching import LIFETIME_HOURS, calls_per_hour, hit_rate

if TYPE_CHECKING:
    from promptlint.prices.caching import Ttl

HOURS = 24.0
DAYS_A_YEAR = 365
DAYS_A_MONTH = DAYS_A_YEAR / 12
_HALVINGS = 50


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Calls that arrive at random, steadily, in `active_hours` of the day, spread evenly over `keys`.

    A key is a prefix that has a cache entry of its own: a tenant, a document, a conversation.
    """

    calls_per_day: float
    keys: float = 1
    active_hours: float = HOURS

    @property
    def per_hour_and_key(self) -> float:
        """The rate lambda at which one cache entry is asked for."""
        return self.calls_per_day / self.keys / self.active_hours

    def hit_rate(self, ttl: Ttl = "5m") -> float:
        """The share of calls that find their prefix cached, over whole days with their nights.

        A call t hours after the beginning misses if its key had none in the min(t, T) active hours before it, and in
        those of the evening before that a night shorter than T leaves within reach. Around the clock that is
        1 - exp(-lambda T).
        """
        rate, night = self.per_hour_and_key, HOURS - self.active_hours
        if night <= 0 or not rate:
            return self.steady_hit_rate(ttl)
        life = LIFETIME_HOURS[ttl]
        evening, warm = max(0.0, life - night), min(life, self.active_hours)
        cold = math.exp(-rate * evening)
        first = cold * (rate * evening - math.expm1(-rate * (warm - evening)))
        later = rate * (self.active_hours - warm) * math.exp(-rate * warm)
        return max(0.0, 1 - (first + later) / (rate * self.active_hours))

    def steady_hit_rate(self, ttl: Ttl = "5m") -> float:
        """The same without the nights, 1 - exp(-lambda T): what it is while the day goes on."""
        return hit_rate(self.per_hour_and_key, ttl)

    def needed_per_hour_and_key(self, share: float, ttl: Ttl = "5m") -> float:
        """The rate lambda at which this share of the calls would hit, in the same hours of the day."""
        steady = calls_per_hour(share, ttl)
        if self.active_hours >= HOURS or not 0 < steady < math.inf:
            return steady
        low = high = steady
        while math.isfinite(high) and self._at(high).hit_rate(ttl) < share:
            low, high = high, 2 * high
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._at(middle).hit_rate(ttl) < share else (low, middle)
        return high

    def _at(self, per_hour_and_key: float) -> Arrivals:
        return Arrivals(per_hour_and_key * self.active_hours, active_hours=self.active_hours)

    def share(self, part: float) -> Arrivals:
        """The arrivals of a part of the calls."""
        return Arrivals(self.calls_per_day * part, self.keys, self.active_hours)
