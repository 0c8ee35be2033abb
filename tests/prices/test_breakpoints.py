from __future__ import annotations

import random

import pytest

from promptlint.prices.arrivals import Arrivals
from promptlint.prices.breakpoints import Breakpoint, Growth, Segment, best, cold_fan_out_usd, growth
from promptlint.prices.caching import LIFETIME_HOURS
from tests.prices.named import known

OPUS = known("claude-opus-4-6")  # 5 input, 6.25 and 10 written, 0.5 read; from 4,096 tokens on
SONNET = known("claude-sonnet-4-6")  # from 1,024 tokens on


def segment(name: str, tokens: float, short: float, long: float | None = None) -> Segment:
    return Segment(name, tokens, {"5m": short, "1h": short if long is None else long})


def markers(*segments: Segment) -> list[tuple[str, str]]:
    plan = best(segments, OPUS, OPUS.price)
    assert plan is not None
    return [(marker.after, marker.ttl) for marker in plan.breakpoints]


def test_one_marker_covers_what_is_before_it() -> None:
    assert markers(segment("tools", 3_000, 0.9), segment("system", 5_000, 0.9)) == [("system", "5m")]


def test_what_is_read_less_often_gets_a_marker_of_its_own() -> None:
    tools, document = segment("tools", 8_000, 0.99), segment("documents", 20_000, 0.5)
    assert markers(tools, document) == [("tools", "5m"), ("documents", "5m")]


def test_what_is_read_too_seldom_is_left_out() -> None:
    assert markers(segment("system", 8_000, 0.9), segment("documents", 20_000, 0.2)) == [("system", "5m")]
    assert markers(segment("system", 8_000, 0.2)) == []


def test_slow_traffic_gets_the_longer_lifetime() -> None:
    assert markers(segment("system", 8_000, 0.15, 0.86)) == [("system", "1h")]


def test_the_longer_lifetime_stands_first() -> None:
    system, history = segment("system", 8_000, 0.4, 0.99), segment("history", 8_000, 0.9, 0.9)
    assert markers(system, history) == [("system", "1h"), ("history", "5m")]
    seldom_first = segment("system", 8_000, 0.9), segment("history", 8_000, 0.1, 0.9)
    assert markers(*seldom_first) in ([("system", "1h"), ("history", "1h")], [("history", "1h")])


def test_a_marker_under_the_minimum_is_none() -> None:
    assert markers(segment("tools", 4_000, 0.99)) == []
    assert markers(segment("tools", 4_000, 0.99), segment("system", 96, 0.3)) == [("system", "5m")]


def test_four_markers_at_most() -> None:
    rates = (0.99, 0.9, 0.8, 0.7, 0.6)
    plan = best([segment(str(rate), 10_000, rate) for rate in rates], OPUS, OPUS.price)
    assert plan is not None
    assert len(plan.breakpoints) == 4


def test_what_a_plan_costs() -> None:
    plan = best([segment("system", 10_000, 0.8), segment("documents", 1_000, 0.1)], OPUS, OPUS.price)
    assert plan is not None
    assert plan.breakpoints == (Breakpoint("system", "5m"),)
    assert plan.usd == pytest.approx((10_000 * (0.8 * 0.5 + 0.2 * 6.25) + 1_000 * 5) / 1e6)
    assert plan.uncached_usd == pytest.approx(0.055)
    assert plan.saving == pytest.approx(plan.uncached_usd - plan.usd)


def test_an_unknown_price_or_minimum_has_no_plan() -> None:
    for name in ("claude-fable-5-2", "claude-2.1"):
        assert best([segment("system", 10_000, 0.9)], known(name), known(name).price) is None


def test_when_it_pays_to_grow_a_prefix_to_the_minimum() -> None:
    """1,000 tokens sent at the input price cost what 1,024 cached ones cost at this hit rate."""
    found = growth(1_000, SONNET, SONNET.price)
    assert found is not None
    assert found.missing == 24
    h, price = found.hit_rate, SONNET.price
    assert price.cache_read is not None and price.cache_write_5m is not None and price.input is not None
    assert 1_024 * (h * price.cache_read + (1 - h) * price.cache_write_5m) == pytest.approx(1_000 * price.input)


def test_when_growing_does_not_pay() -> None:
    assert growth(102, SONNET, SONNET.price) is None
    assert growth(103, SONNET, SONNET.price) == Growth(921, pytest.approx(0.99949, abs=1e-5))
    assert growth(1_024, SONNET, SONNET.price) is None
    assert growth(100, known("claude-fable-5-2"), known("claude-fable-5-2").price) is None


def test_calls_that_start_at_once_each_write() -> None:
    assert cold_fan_out_usd(10_000, 5, OPUS.price) == pytest.approx(4 * 10_000 * (6.25 - 0.5) / 1e6)
    assert cold_fan_out_usd(10_000, 1, OPUS.price) == 0
    assert cold_fan_out_usd(10_000, 5, known("claude-2.1").price) is None


def test_a_plan_costs_what_a_simulated_cache_charges() -> None:
    """Tools that all calls share, a document that the calls of one key share: each call reads the longest prefix."""
    keys, shared, own = 40, Arrivals(4_000), Arrivals(4_000, keys=40)
    segments = [
        Segment("tools", 5_000, {"5m": shared.hit_rate("5m"), "1h": shared.hit_rate("1h")}),
        Segment("documents", 20_000, {"5m": own.hit_rate("5m"), "1h": own.hit_rate("1h")}),
    ]
    plan = best(segments, OPUS, OPUS.price)
    assert plan is not None
    assert [marker.after for marker in plan.breakpoints] == ["tools", "documents"]
    lives = {marker.after: LIFETIME_HOURS[marker.ttl] for marker in plan.breakpoints}
    writes = {marker.after: {"5m": 6.25, "1h": 10.0}[marker.ttl] for marker in plan.breakpoints}
    source, now, calls, usd = random.Random(7), 0.0, 60_000, 0.0
    expires: dict[object, float] = {}
    for _ in range(calls):
        now += source.expovariate(4_000 / 24)
        document = source.randrange(keys)
        for name, key, tokens in (("tools", "tools", 5_000), ("documents", document, 20_000)):
            usd += tokens * (0.5 if now < expires.get(key, -1.0) else writes[name]) / 1e6
            expires[key] = now + lives[name]
    assert usd / calls == pytest.approx(plan.usd, rel=0.01)
