"""When the calls of a day arrive, and how often that finds a prompt's prefix in the cache."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.prices.caching import LIFETIME_HOURS, hit_rate

if TYPE_CHECKING:
    from promptlint.prices.caching import Ttl

HOURS = 24.0
DAYS_A_YEAR = 365
DAYS_A_MONTH = DAYS_A_YEAR / 12


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
        """The share of calls that find their prefix cached while the day goes on, 1 - exp(-lambda T)."""
        return hit_rate(self.per_hour_and_key, ttl)

    def hit_rate_with_nights(self, ttl: Ttl = "5m") -> float:
        """The same over whole days: after a night longer than the lifetime, each key begins with a cold cache.

        A call t hours after the beginning misses if none came in the min(t, T) hours before it.
        """
        life, rate = LIFETIME_HOURS[ttl], self.per_hour_and_key
        if self.active_hours + life >= HOURS or not rate:
            return self.hit_rate(ttl)
        warming = min(life, self.active_hours)
        misses = -math.expm1(-rate * warming) + rate * (self.active_hours - warming) * math.exp(-rate * warming)
        return 1 - misses / (rate * self.active_hours)

    def share(self, part: float) -> Arrivals:
        """The arrivals of a part of the calls."""
        return Arrivals(self.calls_per_day * part, self.keys, self.active_hours)
