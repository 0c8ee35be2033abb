from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from promptlint import workloads
from promptlint.estimate import Estimate
from promptlint.ledger import Ledger
from promptlint.own_prices import OwnPrices
from promptlint.prices.book import PriceBook
from promptlint.prices.cost import CallCost
from promptlint.prices.traffic import Traffic
from promptlint.request import Argument, Block, CacheMarker, CallSite, Message, Messages, Piece, Place, Request, Text
from promptlint.tokens.count import Counter
from promptlint.tokens.measure import RequestTokens
from promptlint.tokens.memory import Memory

HERE = Place("app.py", 1, 1, 1, 2)


def call(*models: str, complete: bool = True, words: int = 100) -> CallSite:
    block = Block("text", Text((Piece(("one " * words).rstrip(), HERE),)), HERE)
    request = Request(
        model=Argument(models, complete=complete, present=True),
        max_tokens=Argument((1000,), present=True),
        messages=Messages((Message("user", (block,), HERE),)),
    )
    return CallSite("app.py::ask", HERE, "ask", "anthropic.messages.create", request)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(Counter(Memory(None)))


def test_models_are_the_known_ones_each_once(ledger: Ledger) -> None:
    names = ("claude-haiku-4-5", "gpt-5", "anthropic/claude-haiku-4.5", "claude-opus-5-5")
    assert [model.id for model in ledger.models(call(*names))] == ["claude-haiku-4-5-20251001", "claude-opus-5-5"]


def test_the_cost_of_one_model(ledger: Ledger) -> None:
    site = call("claude-haiku-4-5")
    (model,) = ledger.models(site)
    assert ledger.tokens(site, model).total == Estimate(107, 107, 107, "tokenizer")
    found = ledger.cost(site, model)
    assert found.input_usd.value == pytest.approx(0.000107)
    assert found.output_usd.high == pytest.approx(0.005)


def test_several_models_are_an_interval_with_each_beside_it(ledger: Ledger) -> None:
    total = ledger.total(call("claude-haiku-4-5", "claude-opus-4-6"))
    assert total.tokens.total == Estimate(107, 107, 107, "tokenizer")
    assert total.input_usd.low == pytest.approx(0.000107)
    assert total.input_usd.value == pytest.approx(0.000107)
    assert total.input_usd.high == pytest.approx(0.000535)
    assert list(total.by_model) == ["claude-haiku-4-5-20251001", "claude-opus-4-6"]


@pytest.mark.parametrize("site", [call("claude-haiku-4-5", complete=False), call("claude-haiku-4-5", "claude-sage-1")])
def test_a_possible_model_that_is_not_known_leaves_the_total_open(ledger: Ledger, site: CallSite) -> None:
    total = ledger.total(site)
    assert (total.input_usd.low, total.input_usd.high, total.input_usd.source) == (0, None, "unknown")
    assert total.input_usd.value == pytest.approx(0.000107)
    assert list(total.by_model) == ["claude-haiku-4-5-20251001"]


def test_without_a_known_model_nothing_is_known(ledger: Ledger) -> None:
    total = ledger.total(call())
    assert total.tokens == RequestTokens.unknown()
    assert (total.input_usd, total.output_usd) == (Estimate.unknown(), Estimate.unknown())
    assert total.by_model == {}


def test_a_free_call_costs_nothing(ledger: Ledger) -> None:
    site = replace(call("claude-haiku-4-5"), priced=False)
    free = Estimate.exactly(0, "list price")
    assert ledger.total(site).by_model == {"claude-haiku-4-5-20251001": CallCost(free, free)}


def test_a_changed_copy_of_a_call_is_measured_anew(ledger: Ledger) -> None:
    site = call("claude-haiku-4-5")
    (model,) = ledger.models(site)
    assert ledger.tokens(site, model) is ledger.tokens(site, model)
    shorter = replace(site, request=call("claude-haiku-4-5", words=10).request)
    assert ledger.tokens(shorter, model).total.value == 17


def test_counts_are_kept_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path))
    ledger = Ledger()
    ledger.total(call("claude-haiku-4-5"))
    ledger.save()
    monkeypatch.setattr("promptlint.tokens.count.content_tokens", lambda *_: pytest.fail("counted again"))
    assert Ledger().total(call("claude-haiku-4-5")).tokens.total.value == 107


def at_work(site: CallSite, **workload: object) -> Ledger:
    table = {site.id: {name.replace("_", "-"): value for name, value in workload.items()}}
    return Ledger(Counter(Memory(None)), traffic=Traffic(workloads.read(table), (site,)))


def test_a_workload_tells_the_input_and_the_output() -> None:
    site = call("claude-haiku-4-5")
    total = at_work(site, input_tokens=2_000, output_tokens=50).total(site)
    assert total.tokens.total == Estimate.exactly(2_000, "configured")
    assert (total.input_usd.value, total.output_usd.value) == (pytest.approx(0.002), pytest.approx(0.00025))
    assert total.usd.source == "configured"


def test_a_conversation_sends_on_average_half_of_what_it_grows_to() -> None:
    site = call("claude-haiku-4-5")
    total = at_work(site, input_tokens=2_000, turns=11, tokens_per_turn=300).total(site)
    assert total.tokens.total.value == 2_000 + 300 * 5


def test_prices_of_ones_own() -> None:
    site = call("claude-haiku-4-5")
    book = PriceBook(OwnPrices(discount=0.5))
    found = Ledger(Counter(Memory(None)), book).total(site)
    assert found.input_usd.value == pytest.approx(0.0000535)
    assert found.input_usd.source == "configured"


def test_a_regional_endpoint_costs_a_tenth_more() -> None:
    for name, factor in (("us.anthropic.claude-haiku-4-5-20251001-v1:0", 1.1), ("claude-haiku-4-5", 1.0)):
        found = Ledger(Counter(Memory(None))).total(call(name))
        assert found.input_usd.value == pytest.approx(0.000107 * factor)


def test_a_conversation_that_is_cached_reads_what_it_wrote() -> None:
    """10 turns from 5,000 tokens on, 200 more each."""
    site = call("claude-opus-4-8")
    site = replace(site, request=replace(site.request, cache=CacheMarker("5m", HERE)))
    found = at_work(site, input_tokens=5_000, turns=10, tokens_per_turn=200, calls_per_day=1).total(site)
    written, read = 5_000 + 9 * 200, 9 * 5_000 + 200 * 36
    assert found.input_usd.value == pytest.approx((written * 6.25 + read * 0.5) / 10 / 1e6, rel=0.01)
    assert found.input_usd.high is not None
    assert found.input_usd.low <= found.input_usd.value <= found.input_usd.high
    once = at_work(site, input_tokens=5_000).total(site)
    assert once.input_usd.value is None, "nothing tells how often it is read"
