from __future__ import annotations

import pytest

from promptlint import own_prices
from promptlint.errors import UserError
from promptlint.own_prices import OwnPrices
from promptlint.prices.book import PriceBook
from promptlint.prices.model import Prices
from tests.prices.named import known

SONNET = known("claude-sonnet-5-5")


def book(**table: object) -> PriceBook:
    return PriceBook(own_prices.read(table))


def test_without_own_prices_the_table_is_the_book() -> None:
    assert PriceBook().model("claude-sonnet-5-5") is SONNET
    assert PriceBook().find("gpt-5") is None


def test_a_price_of_ones_own_replaces_the_list_price_and_no_other() -> None:
    found = book(**{"claude-sonnet-5-5": {"input": "$1.50 / MTok"}}).model("anthropic/claude-sonnet-5-5")
    assert found.price == Prices(1.5, 10, 2.5, 4, 0.1)
    assert found.batch_price == Prices(0.75, 5, 1.25, 2, 0.05)
    assert found.configured
    assert not PriceBook().model("claude-sonnet-5-5").configured


def test_a_discount_is_taken_off_everything() -> None:
    haiku = book(discount="20%").model("claude-haiku-5-5")
    assert haiku.price.input == pytest.approx(0.08)
    assert haiku.long_prompt is not None
    assert haiku.long_prompt.price.output == pytest.approx(2.0)
    opus = book(discount="20%").model("claude-opus-5-5")
    assert opus.fast is not None
    assert (opus.fast.input, opus.fast.output) == pytest.approx((6.4, 32))


def test_a_models_own_discount_counts_instead_of_that_of_all() -> None:
    found = book(discount="20%", **{"claude-sonnet-5-5": {"discount": "50%", "output": "$8/MTok"}})
    assert found.model("claude-sonnet-5-5").price == Prices(1, 4, 1.25, 2, 0.05)
    assert found.model("claude-opus-4-6").price.input == 4


def test_what_is_not_known_stays_unknown() -> None:
    found = book(discount="20%").model("claude-2.1")
    assert (found.price.cache_read, found.batch_price) == (None, None)


def test_unknown_models_are_named() -> None:
    with pytest.raises(UserError, match="unknown model `claude-sonet-5-5`") as caught:
        PriceBook().model("claude-sonet-5-5")
    assert caught.value.help.startswith("did you mean claude-sonnet-5-5")
    with pytest.raises(UserError, match="in `prices` unknown model `gpt-5`"):
        PriceBook(OwnPrices(models={"gpt-5": own_prices.OwnPrice()}))
