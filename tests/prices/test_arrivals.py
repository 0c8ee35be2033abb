"""The formulas of the cache, and a simulation of the cache itself that knows none of them."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from promptlint.prices.arrivals import DAYS_A_MONTH, Arrivals
from promptlint.prices.breakpoints import growth
from promptlint.prices.caching import (
    LIFETIME_HOURS,
    Ttl,
    break_even_hit_rate,
    break_even_hits,
    calls_per_hour,
    hit_rate,
)
from tests.prices.named import known


def simulated(arrivals: Arrivals, ttl: Ttl, days: int) -> float:
    """The share of calls that hit: each call of a day falls on a random moment, on a random key."""
    source, life = random.Random(5), LIFETIME_HOURS[ttl]
    expires: dict[int, float] = {}
    hits = calls = 0
    for day in range(days):
        # Poisson arrivals: exponential gaps, laid over the active hours of the day.
        at, rate = 0.0, arrivals.calls_per_day / arrivals.active_hours
        while (at := at + source.expovariate(rate)) < arrivals.active_hours:
            key, now = source.randrange(int(arrivals.keys)), 24 * day + at
            hits += now < expires.get(key, -1.0)
            calls += 1
            expires[key] = now + life
    return hits / calls


@pytest.mark.parametrize(
    ("arrivals", "ttl", "days"),
    [
        (Arrivals(100), "5m", 1500),
        (Arrivals(2000), "5m", 60),
        (Arrivals(2000, keys=20), "5m", 100),
        (Arrivals(40), "1h", 3000),
        (Arrivals(480, keys=8), "1h", 300),
    ],
)
def test_steady_arrivals_hit_as_the_formula_says(arrivals: Arrivals, ttl: Ttl, days: int) -> None:
    assert simulated(arrivals, ttl, days) == pytest.approx(arrivals.hit_rate(ttl), rel=0.01)


@pytest.mark.parametrize(
    ("arrivals", "ttl"),
    [
        (Arrivals(100, active_hours=8), "5m"),
        (Arrivals(30, active_hours=8), "1h"),
        (Arrivals(400, keys=20, active_hours=10), "1h"),
        (Arrivals(6, active_hours=0.5), "1h"),
        (Arrivals(100, keys=100, active_hours=1), "1h"),
        (Arrivals(400, keys=20, active_hours=23.5), "1h"),
    ],
)
def test_nights_make_the_first_call_of_a_day_a_miss(arrivals: Arrivals, ttl: Ttl) -> None:
    found = simulated(arrivals, ttl, days=max(400, int(120_000 / arrivals.calls_per_day)))
    assert found == pytest.approx(arrivals.hit_rate(ttl), rel=0.01)
    assert arrivals.hit_rate(ttl) < arrivals.steady_hit_rate(ttl)


def test_around_the_clock_there_is_no_night() -> None:
    assert Arrivals(100).hit_rate("1h") == Arrivals(100).steady_hit_rate("1h") == 1 - math.exp(-100 / 24)
    assert Arrivals(100, active_hours=24 - 1e-9).hit_rate("1h") == pytest.approx(Arrivals(100).hit_rate("1h"))
    assert Arrivals(0, active_hours=8).hit_rate() == Arrivals(0).hit_rate() == 0


def test_a_key_that_one_call_a_day_asks_for_in_its_only_hour_does_not_pay() -> None:
    arrivals = Arrivals(100, keys=100, active_hours=1)
    assert arrivals.hit_rate("1h") == pytest.approx(math.exp(-1))
    assert arrivals.hit_rate("1h") < (break_even_hit_rate(known("claude-sonnet-5-5"), "1h") or 0)


def test_the_rate_is_by_hour_and_key() -> None:
    arrivals = Arrivals(2400, keys=10, active_hours=8)
    assert arrivals.per_hour_and_key == 30
    assert arrivals.steady_hit_rate("5m") == pytest.approx(1 - math.exp(-2.5))
    assert arrivals.share(0.25).per_hour_and_key == 7.5


@pytest.mark.parametrize("hours", [0.5, 1, 8, 23.5, 24])
@pytest.mark.parametrize("share", [0.2083, 0.513])
def test_the_rate_that_a_hit_rate_takes_counts_the_nights(hours: float, share: float) -> None:
    needed = Arrivals(1, active_hours=hours).needed_per_hour_and_key(share, "1h")
    assert Arrivals(needed * hours, active_hours=hours).hit_rate("1h") == pytest.approx(share)


def test_a_hit_rate_that_no_traffic_reaches_and_one_that_needs_none() -> None:
    daily = Arrivals(1, active_hours=8)
    assert (daily.needed_per_hour_and_key(1.0), daily.needed_per_hour_and_key(0.0)) == (math.inf, 0)


def test_hit_rate_and_calls_an_hour_are_inverse() -> None:
    assert calls_per_hour(hit_rate(7.0, "1h"), "1h") == pytest.approx(7)
    assert calls_per_hour(1.0) == math.inf
    assert hit_rate(12.0) == pytest.approx(1 - 1 / math.e)


def test_one_read_pays_for_a_write_of_five_minutes_and_two_for_one_of_an_hour() -> None:
    sonnet = known("claude-sonnet-4-6")
    assert break_even_hits(sonnet) == pytest.approx(0.25 / 0.9)
    assert break_even_hits(sonnet, "1h") == pytest.approx(1 / 0.9)
    assert break_even_hits(known("claude-2.1")) is None


def test_a_month() -> None:
    assert pytest.approx(365) == DAYS_A_MONTH * 12


def test_prices_at_which_caching_never_pays_or_always_does() -> None:
    sonnet = known("claude-sonnet-4-6")
    free = replace(sonnet, price=sonnet.price.scaled(0))
    dear_reads = replace(sonnet, price=replace(sonnet.price, cache_read=3.5))
    free_writes = replace(sonnet, price=replace(sonnet.price, cache_write_5m=2.0))
    for model in (free, dear_reads):
        assert (break_even_hit_rate(model), break_even_hits(model)) == (None, None)
        assert growth(1_000, model, model.price) is None
    assert (break_even_hit_rate(free_writes), break_even_hits(free_writes)) == (0, 0)
