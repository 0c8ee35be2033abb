from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from promptlint.estimate import Estimate
from promptlint.prices.model import Prices
from promptlint.prices.table import premiums
from promptlint.prices.terms import Terms, price_lists, terms_of
from promptlint.request import Argument, CallSite, Client, Place, Request
from tests.prices.named import known

SHORT = Estimate.exactly(1_000, "tokenizer")


def site(platform: str | None = None, **others: Argument[Any]) -> CallSite:
    place = Place("app.py", 1, 1, 1, 2)
    request = Request(others=others)
    return CallSite("app.py::f", place, "f", "anthropic.messages.create", request, client=Client(platform))


def literal(*values: Any, complete: bool = True) -> Argument[Any]:
    return Argument(values, complete=complete, present=True)


def inputs(model: str, terms: Terms) -> list[float | None]:
    return [
        None if prices.input is None else round(prices.input, 9) for prices in price_lists(known(model), SHORT, terms)
    ]


def test_fast_mode_has_its_prices_and_the_cache_in_proportion() -> None:
    (found,) = price_lists(known("claude-opus-5-5"), SHORT, Terms(fast=(True,)))
    assert found == Prices(8, 40, 10, 16, 0.4)


def test_a_model_without_fast_mode_runs_at_the_standard_prices() -> None:
    assert inputs("claude-opus-4-6", Terms(fast=(True,))) == [5]


def test_data_residency_costs_a_tenth_more_from_4_6_on() -> None:
    assert inputs("claude-opus-4-6", Terms(resident=(True,))) == [5.5]
    assert inputs("claude-opus-4-5", Terms(resident=(True,))) == [5]


def test_regional_endpoints_cost_a_tenth_more_from_4_5_on() -> None:
    assert inputs("claude-sonnet-4-5", Terms(regional=(True,))) == [3.3]
    assert inputs("claude-opus-4-1", Terms(regional=(True,))) == [15]


def test_premiums_multiply() -> None:
    assert inputs("claude-sonnet-5-5", Terms(batch=True, resident=(True,), regional=(True,))) == [1.21]


def test_the_premiums_of_the_table() -> None:
    found = premiums()
    assert (found.batch, found.resident, found.regional, found.web_search_usd) == (0.5, 1.1, 1.1, 0.01)
    assert (found.resident_since, found.regional_since) == (date(2026, 2, 5), date(2025, 9, 29))


def test_what_is_not_known_leaves_both_prices_possible() -> None:
    assert inputs("claude-opus-5-5", Terms(fast=(False, True))) == [4, 8]
    assert inputs("claude-sonnet-5-5", Terms(regional=(False, True))) == [2, 2.2]


@pytest.mark.parametrize(
    ("argument", "fast"),
    [
        (literal("fast"), (True,)),
        (literal("standard"), (False,)),
        (literal("fast", "standard"), (True, False)),
        (literal(complete=False), (False, True)),
        (Argument(), (False,)),
        (Argument(("fast",), present=None), (True, False)),
    ],
)
def test_speed_as_the_call_passes_it(argument: Argument[Any], fast: tuple[bool, ...]) -> None:
    assert terms_of(site(speed=argument), ()).fast == fast


def test_residency_as_the_call_passes_it() -> None:
    assert terms_of(site(inference_geo=literal("us")), ()).resident == (True,)
    assert terms_of(site(inference_geo=literal("global")), ()).resident == (False,)


@pytest.mark.parametrize(
    ("name", "platform", "regional"),
    [
        ("claude-sonnet-5-5", None, (False,)),
        ("claude-sonnet-5-5", "anthropic", (False,)),
        ("global.anthropic.claude-sonnet-5-5", None, (False,)),
        ("us.anthropic.claude-sonnet-5-5", None, (True,)),
        ("anthropic.claude-sonnet-5-5", "bedrock", (True,)),
        ("vertex_ai/claude-sonnet-5-5", None, (False, True)),
        ("claude-sonnet-5-5", "vertex", (False, True)),
    ],
)
def test_where_the_endpoint_is(name: str, platform: str | None, regional: tuple[bool, ...]) -> None:
    assert terms_of(site(platform), (name,)).regional == regional
