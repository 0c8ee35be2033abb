from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.estimate import Estimate
from promptlint.prices.caching import break_even_hit_rate, cached_saving_per_call, write_premium_per_call
from promptlint.prices.cost import Use, cost, most_output
from promptlint.prices.table import Model, find
from promptlint.request import Argument, Block, CacheMarker, Place, Request, System, Tool, Tools
from promptlint.tokens.measure import RequestTokens

HERE = Place("app.py", 1, 1, 1, 2)
TOKENS = Estimate(900_000, 1_000_000, 1_100_000, "tokenizer")


def model(name: str) -> Model:
    found = find(name)
    assert found is not None
    return found


def tokens(total: Estimate, cached: Estimate | None = None) -> RequestTokens:
    return replace(RequestTokens.unknown(), total=total, cached_prefix=cached)


def capped(*caps: int, complete: bool = True) -> Request:
    return Request(max_tokens=Argument(caps, complete=complete, present=True))


def marked(ttl: str) -> Request:
    block = Block("text", None, HERE, cache=CacheMarker(ttl, HERE))  # type: ignore[arg-type]
    return Request(system=System(True, (block,)))


def close(estimate: Estimate, low: float, value: float | None, high: float | None, source: str) -> None:
    assert (estimate.low, estimate.value, estimate.high, estimate.source) == (
        pytest.approx(low),
        value if value is None else pytest.approx(value),
        high if high is None else pytest.approx(high),
        source,
    )


def test_input_at_list_price() -> None:
    close(cost(Request(), model("claude-sonnet-5-5"), tokens(TOKENS)).input_usd, 1.8, 2, 2.2, "tokenizer")


def test_an_unknown_length_has_a_least_price() -> None:
    found = cost(Request(), model("claude-sonnet-5-5"), tokens(Estimate.unknown(500_000))).input_usd
    close(found, 1, None, None, "unknown")


def test_output_is_known_up_to_its_cap_only() -> None:
    sonnet = model("claude-sonnet-5-5")
    close(cost(capped(1000, 4000), sonnet, tokens(TOKENS)).output_usd, 0, None, 0.04, "list price")
    close(cost(capped(0), sonnet, tokens(TOKENS)).output_usd, 0, None, 0, "list price")
    for request in (Request(), capped(1000, complete=False)):
        close(cost(request, sonnet, tokens(TOKENS)).output_usd, 0, None, None, "list price")


def test_a_negative_cap_is_no_bound() -> None:
    for request in (capped(-5), capped(1000, -5)):
        close(cost(request, model("claude-sonnet-5-5"), tokens(TOKENS)).output_usd, 0, None, None, "list price")


def test_no_answer_is_longer_than_its_model_writes() -> None:
    sonnet = model("claude-sonnet-5-5")
    assert sonnet.max_output == 128_000
    batch = replace(capped(300_000), batch=True)
    assert [most_output(request, sonnet) for request in (capped(128_001), capped(127_999), batch)] == [
        128_000,
        127_999,
        300_000,
    ]
    assert most_output(capped(1_000_000), replace(sonnet, max_output=None)) == 1_000_000
    close(cost(capped(1_000_000), sonnet, tokens(TOKENS)).output_usd, 0, None, 1.28, "list price")


def test_a_batch_costs_half() -> None:
    found = cost(replace(capped(1000), batch=True), model("claude-sonnet-5-5"), tokens(TOKENS))
    close(found.input_usd, 0.9, 1, 1.1, "tokenizer")
    close(found.output_usd, 0, None, 0.005, "list price")


def test_a_batch_price_that_is_not_known_is_unknown() -> None:
    found = cost(replace(capped(1000), batch=True), model("claude-2.1"), tokens(TOKENS))
    assert found.input_usd == Estimate.unknown()
    assert found.output_usd.high is None


@pytest.mark.parametrize(
    ("prompt", "input_usd", "output_high"),
    [
        (Estimate(90_000, 95_000, 100_000, "tokenizer"), (0.009, 0.0095, 0.01), 0.0005),
        (Estimate(100_001, 110_000, 120_000, "tokenizer"), (0.0500005, 0.055, 0.06), 0.0025),
        (Estimate(90_000, 95_000, 110_000, "tokenizer"), (0.009, 0.0095, 0.055), 0.0025),
        (Estimate(90_000, 105_000, 110_000, "tokenizer"), (0.009, 0.0525, 0.055), 0.0025),
    ],
)
def test_the_tier_for_long_prompts(prompt: Estimate, input_usd: tuple[float, ...], output_high: float) -> None:
    found = cost(capped(1000), model("claude-haiku-5-5"), tokens(prompt))
    close(found.input_usd, *input_usd, "tokenizer")
    close(found.output_usd, 0, None, output_high, "list price")


def test_a_batch_of_long_prompts_costs_half_of_the_long_price() -> None:
    request = replace(capped(1000), batch=True)
    found = cost(request, model("claude-haiku-5-5"), tokens(Estimate.exactly(200_000, "exact")))
    close(found.input_usd, 0.05, 0.05, 0.05, "list price")
    close(found.output_usd, 0, None, 0.00125, "list price")


@pytest.mark.parametrize(("ttl", "high"), [("5m", 2.5 + 0.4), ("1h", 4 + 0.4), ("unknown", 4 + 0.4)])
def test_a_cached_prefix_costs_from_a_read_to_a_write(ttl: str, high: float) -> None:
    total, cached = Estimate.exactly(1_200_000, "tokenizer"), Estimate.exactly(1_000_000, "tokenizer")
    close(cost(marked(ttl), model("claude-sonnet-5-5"), tokens(total, cached)).input_usd, 0.5, None, high, "tokenizer")


def test_a_marker_below_the_minimum_changes_nothing() -> None:
    total, cached = Estimate.exactly(1_000_000, "tokenizer"), Estimate(400, 450, 511, "tokenizer")
    close(cost(marked("5m"), model("claude-sonnet-5-5"), tokens(total, cached)).input_usd, 2, 2, 2, "tokenizer")


def test_a_cached_prefix_of_unknown_length() -> None:
    found = cost(
        marked("5m"), model("claude-sonnet-5-5"), tokens(Estimate.unknown(2_000_000), Estimate.unknown(1_000_000))
    )
    close(found.input_usd, 2.1, None, None, "unknown")


def test_a_cache_read_saves_and_a_write_costs() -> None:
    prefix = Estimate.exactly(1_000_000, "tokenizer")
    sonnet = model("claude-sonnet-5-5")
    close(cached_saving_per_call(sonnet, prefix), 1.9, 1.9, 1.9, "tokenizer")
    close(cached_saving_per_call(sonnet, prefix, batch=True), 0.95, 0.95, 0.95, "tokenizer")
    close(write_premium_per_call(sonnet, prefix), 0.5, 0.5, 0.5, "tokenizer")
    close(write_premium_per_call(sonnet, prefix, "1h"), 2, 2, 2, "tokenizer")
    assert cached_saving_per_call(model("claude-2.1"), prefix) == Estimate.unknown()


def test_the_hit_rate_from_which_caching_pays() -> None:
    assert break_even_hit_rate(model("claude-opus-4-6")) == pytest.approx(0.25 / 1.15)
    assert break_even_hit_rate(model("claude-opus-4-6"), "1h") == pytest.approx(1 / 1.9)
    assert break_even_hit_rate(model("claude-fable-5-2")) == pytest.approx(0.25 / 1.225)
    assert break_even_hit_rate(model("claude-2.1")) is None


@pytest.mark.parametrize("ttl", ["5m", "1h"])
def test_a_cached_prefix_at_its_hit_rate(ttl: str) -> None:
    total, cached = Estimate.exactly(1_200_000, "tokenizer"), Estimate.exactly(1_000_000, "tokenizer")
    use = Use(hit_rates={"5m": 0.75, "1h": 0.9})
    found = cost(marked(ttl), model("claude-sonnet-5-5"), tokens(total, cached), use=use).input_usd
    expected = {"5m": 0.75 * 0.1 + 0.25 * 2.5, "1h": 0.9 * 0.1 + 0.1 * 4}[ttl] + 0.4
    assert found.value == pytest.approx(expected)


def test_a_marker_whose_lifetime_is_not_known_has_no_hit_rate() -> None:
    total, cached = Estimate.exactly(1_200_000, "tokenizer"), Estimate.exactly(1_000_000, "tokenizer")
    use = Use(hit_rates={"5m": 0.75, "1h": 0.9})
    found = cost(marked("unknown"), model("claude-sonnet-5-5"), tokens(total, cached), use=use)
    assert found.input_usd.value is None


def test_an_output_that_is_configured() -> None:
    found = cost(capped(1000), model("claude-sonnet-5-5"), tokens(TOKENS), use=Use(output_tokens=120)).output_usd
    close(found, 0.0012, 0.0012, 0.0012, "configured")


def test_web_searches_are_known_at_most() -> None:
    def searching(definition: str | None) -> Request:
        return Request(tools=Tools(True, (Tool("web_search", "web_search_20260209", definition, HERE),)))

    sonnet = model("claude-sonnet-5-5")
    close(cost(searching('{"max_uses": 5}'), sonnet, tokens(TOKENS)).tools_usd, 0, None, 0.05, "list price")
    for definition in ("{}", None):
        close(cost(searching(definition), sonnet, tokens(TOKENS)).tools_usd, 0, None, None, "list price")
    close(cost(Request(), sonnet, tokens(TOKENS)).tools_usd, 0, 0, 0, "list price")


def test_the_users_own_prices_say_so() -> None:
    own = replace(model("claude-sonnet-5-5"), configured=True)
    found = cost(capped(1000), own, tokens(TOKENS))
    assert (found.input_usd.source, found.output_usd.source) == ("configured", "configured")
    assert (found.input_usd + found.output_usd).low == pytest.approx(1.8)
