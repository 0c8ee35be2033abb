from __future__ import annotations

import math
from dataclasses import replace

import pytest

from promptlint.errors import UserError
from promptlint.prices.arrivals import Arrivals
from promptlint.prices.design import Design, Parts, check_lengths, price, uncached
from promptlint.prices.terms import Terms
from tests.prices.named import known

OPUS_4_6, SONNET, HAIKU = known("claude-opus-4-6"), known("claude-sonnet-5-5"), known("claude-haiku-5-5")


def dollars(name: str, design: Design) -> float:
    return price(known(name), design).usd.total


def test_input_and_output_at_list_price() -> None:
    found = price(SONNET, Design(1_000_000, 100_000))
    assert (found.usd, found.hit_rate, found.notes) == (Parts(2.0, 0, 0, 1.0), 0.0, ())


def test_the_part_of_the_prefix_that_is_read_and_the_part_that_is_written() -> None:
    found = price(SONNET, Design(10_000, 0, cached_tokens=8_000, hit_rate=0.75))
    assert found.tokens == Parts(2_000, 6_000, 2_000, 0)
    assert found.usd.total == pytest.approx((2_000 * 2 + 6_000 * 0.1 + 2_000 * 2.5) / 1e6)
    assert found.hit_rate == 0.75


def test_the_hit_rate_follows_from_the_arrivals() -> None:
    design = Design(10_000, 0, cached_tokens=8_000, arrivals=Arrivals(2400, keys=10, active_hours=8))
    misses = (1 - math.exp(-2.5) + 30 * (8 - 1 / 12) * math.exp(-2.5)) / 240
    assert price(SONNET, design).hit_rate == pytest.approx(1 - misses)
    around_the_clock = replace(design, arrivals=Arrivals(7200, keys=10), ttl="1h")
    assert price(SONNET, around_the_clock).hit_rate == pytest.approx(1 - math.exp(-30))
    assert price(SONNET, replace(design, hit_rate=0.5)).hit_rate == 0.5


def test_an_hour_of_lifetime_costs_twice_the_input_to_write() -> None:
    assert dollars("claude-sonnet-5-5", Design(1000, 0, 1000, hit_rate=0, ttl="1h")) == pytest.approx(0.004)


@pytest.mark.parametrize(("prefix", "cached"), [(511, False), (512, True)])
def test_a_prefix_under_the_minimum_is_not_cached(prefix: int, cached: bool) -> None:
    found = price(SONNET, Design(1000, 0, prefix, hit_rate=1.0))
    assert (found.tokens.read > 0) is cached
    assert any("nothing is cached" in note for note in found.notes) is not cached


def test_a_prefix_under_the_minimum_needs_no_hit_rate() -> None:
    assert dollars("claude-haiku-4-5", Design(5000, 0, 4095)) == pytest.approx(0.005)


def test_a_minimum_that_is_not_published_is_said() -> None:
    (note,) = price(known("claude-fable-5-2"), Design(1000, 0, 100, hit_rate=1.0)).notes
    assert "is not published" in note


def test_a_hit_rate_is_never_invented() -> None:
    with pytest.raises(UserError, match="depends on the traffic"):
        price(SONNET, Design(10_000, 0, cached_tokens=8_000))


def test_a_batch_costs_half_of_everything() -> None:
    design = Design(200_000, 1000, 100_000, hit_rate=0.5)
    for model in (SONNET, HAIKU):
        found = price(model, replace(design, terms=Terms(batch=True)))
        assert found.usd.total == pytest.approx(price(model, design).usd.total / 2)
        assert any("best effort" in note for note in found.notes)


def test_above_a_hundred_thousand_tokens_the_whole_call_costs_five_times() -> None:
    assert dollars("claude-haiku-5-5", Design(100_000, 1000)) == pytest.approx(0.0105)
    assert dollars("claude-haiku-5-5", Design(100_001, 1000)) == pytest.approx(0.0525005)
    cached = Design(100_001, 1000, 100_000, hit_rate=1.0)
    assert dollars("claude-haiku-5-5", cached) == pytest.approx(0.005 + 0.5e-6 + 0.0025)


def test_a_conversation_sends_again_what_was_said() -> None:
    """n turns: n S + m n (n - 1) / 2 tokens of input, here over 10 turns of 200 on 2,000."""
    found = price(OPUS_4_6, Design(2_000, 100, turns=10, tokens_per_turn=200))
    assert found.tokens == Parts(2_000 + 200 * 4.5, 0, 0, 100)
    assert found.usd.total == pytest.approx((2_900 * 5 + 100 * 25) / 1e6)


def test_a_cached_conversation_reads_what_the_turn_before_wrote() -> None:
    """Pw (S + (n - 1) m) + Pr ((n - 1) S + m (n - 1) (n - 2) / 2)."""
    n, start, growth = 10, 5_000, 200
    found = price(OPUS_4_6, Design(start, 0, turns=n, tokens_per_turn=growth, cache_history=True))
    written, read = start + (n - 1) * growth, (n - 1) * start + growth * (n - 1) * (n - 2) / 2
    assert found.usd.total * n == pytest.approx((written * 6.25 + read * 0.5) / 1e6)
    assert found.hit_rate == pytest.approx(read / (read + written))


def test_a_short_conversation_is_cached_once_it_reaches_the_minimum() -> None:
    found = price(OPUS_4_6, Design(3_000, 0, turns=4, tokens_per_turn=1_000, cache_history=True))
    assert found.tokens.times(4) == Parts(plain=3_000 + 4_000, read=5_000, written=5_000 + 1_000)


def test_without_caching() -> None:
    design = Design(10_000, 10, cached_tokens=8_000, hit_rate=0.5, cache_history=True)
    assert price(SONNET, uncached(design)).usd == Parts(0.02, 0, 0, 0.0001)


def test_what_a_model_cannot_take_is_named() -> None:
    with pytest.raises(UserError, match="a prompt of 200,001 tokens is longer than claude-haiku-4-5-20251001 takes"):
        check_lengths(known("claude-haiku-4-5"), Design(200_001, 0))
    with pytest.raises(UserError, match="longer than"):
        check_lengths(known("claude-haiku-4-5"), Design(1_000, 0, turns=201, tokens_per_turn=1_000))
    with pytest.raises(UserError, match="an output of 128,001 tokens is more than claude-sonnet-5-5 writes, 128,000"):
        check_lengths(SONNET, Design(0, 128_001))


def test_a_price_that_is_not_known_is_named() -> None:
    with pytest.raises(UserError, match=r"no batch input price of claude-2\.1 is known"):
        price(known("claude-2.1"), Design(100, 0, terms=Terms(batch=True)))
    with pytest.raises(UserError, match=r"no cache write price of claude-2\.1 is known"):
        price(known("claude-2.1"), Design(1000, 0, 1000, hit_rate=0))


def test_an_output_that_is_not_counted_is_said() -> None:
    assert price(SONNET, Design(100)).notes == ("the output is not counted: give --output-tokens",)


def test_cold_mornings_are_said_where_they_matter() -> None:
    slow = Design(1000, 0, 1000, arrivals=Arrivals(40, active_hours=8), ttl="1h")
    assert price(SONNET, slow).notes == ("each key is cold in the morning: that makes the hit rate 96.9%, not 99.3%",)
    assert price(SONNET, replace(slow, arrivals=Arrivals(40_000, active_hours=8))).notes == ()


def test_a_bounded_history_stops_growing_and_slides_out_of_the_cache() -> None:
    design = Design(1_000, 0, turns=4, tokens_per_turn=1_000, history_cap=2)
    assert price(SONNET, design).tokens.plain * 4 == 1_000 + 2_000 + 3_000 + 3_000
    cached = price(SONNET, replace(design, cache_history=True)).tokens.times(4)
    assert cached == Parts(plain=0, read=1_000 + 2_000, written=1_000 + 1_000 + 1_000 + 3_000)


def test_caching_that_does_not_pay_is_said() -> None:
    seldom = Design(1000, 0, 1000, arrivals=Arrivals(24))
    assert price(SONNET, seldom).notes == (
        "caching does not pay: 8.0% of the calls read the prefix, and it takes 20.8%",
    )
    assert price(SONNET, replace(seldom, hit_rate=0.21)).notes == ()


def test_long_prompts_are_said() -> None:
    (note,) = price(HAIKU, Design(100_001, 0)).notes
    assert note == "the call: more than 100,000 tokens, which claude-haiku-5-5 charges whole at its long-prompt prices"
    (note,) = price(HAIKU, Design(99_000, 0, turns=5, tokens_per_turn=500)).notes
    assert note.startswith("the last calls of the conversation: more than 100,000 tokens")
