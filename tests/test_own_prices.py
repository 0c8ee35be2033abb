from __future__ import annotations

import pytest

from promptlint.own_prices import OwnPrice, read
from promptlint.toml import WrongValue


@pytest.mark.parametrize(
    ("text", "per_million"),
    [
        ("$1.80 / MTok", 1.8),
        ("$1.80/MTok", 1.8),
        ("1.80 USD/MTok", 1.8),
        ("$1.80 per million tokens", 1.8),
        ("$1.80 per 1M tokens", 1.8),
        ("$0.0018 per 1k tokens", 1.8),
        ("$0.0018 per 1,000 tokens", 1.8),
        ("0.0018 USD per thousand tokens", 1.8),
        ("$1,000 per million tokens", 1000),
        ("$.5 / MTok", 0.5),
    ],
)
def test_amounts_with_their_units(text: str, per_million: float) -> None:
    assert read({"m": {"cache-write-5m": text}}).models["m"].cache_write_5m == pytest.approx(per_million)


def test_discounts() -> None:
    found = read({"discount": "12.5 %", "m": {"discount": "100%"}})
    assert (found.discount, found.models) == (0.125, {"m": OwnPrice(discount=1.0)})


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (3, "must be a table, not 3"),
        ({"m": 1.8}, "for `m` must be a table, not 1.8"),
        ({"m": {"input": 1.8}}, "for `m`: `input` must be an amount with its unit, not 1.8"),
        ({"m": {"input": "1.8"}}, 'for `m`: `input` must be an amount with its unit, not "1.8"'),
        ({"m": {"input": "$1.8"}}, 'for `m`: `input` must be an amount with its unit, not "$1.8"'),
        ({"m": {"input": "1.8/MTok"}}, 'for `m`: `input` must be an amount with its unit, not "1.8/MTok"'),
        ({"m": {"input": "€1.8/MTok"}}, 'for `m`: `input` must be an amount with its unit, not "€1.8/MTok"'),
        ({"m": {"input": "-$1.8/MTok"}}, 'for `m`: `input` must be an amount with its unit, not "-$1.8/MTok"'),
        ({"m": {"price": "$1/MTok"}}, "for `m` has no key `price`"),
        ({"discount": 0.15}, "`discount` must be in percent, not 0.15"),
        ({"discount": "0.15"}, '`discount` must be in percent, not "0.15"'),
        ({"discount": "150%"}, '`discount` must be at most 100%, not "150%"'),
        ({"m": {"discount": True}}, "for `m`: `discount` must be in percent, not true"),
    ],
)
def test_what_is_wrong_is_named(table: object, message: str) -> None:
    with pytest.raises(WrongValue) as caught:
        read(table)
    assert str(caught.value) == message
