from __future__ import annotations

import pytest

from promptlint.estimate import Estimate
from promptlint.money import tokens, tokens_range, usd, usd_range


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"),
        (0.0123, "$0.0123"),
        (0.01234, "$0.0123"),
        (0.5, "$0.50"),
        (0.05, "$0.05"),
        (0.9999, "$1.00"),
        (1.25, "$1.25"),
        (999.99, "$999.99"),
        (999.999, "$1,000"),
        (1234.4, "$1,234"),
        (2_509_375, "$2,509,375"),
        (0.0000000123, "$0.0000000123"),
        (0.00004, "$0.00004"),
        (-0.002, "-$0.002"),
        (-12, "-$12.00"),
    ],
)
def test_amounts(amount: float, text: str) -> None:
    assert usd(amount) == text


def test_counts() -> None:
    assert [tokens(count) for count in (0, 1, 1234, 2000.4)] == ["0 tokens", "1 token", "1,234 tokens", "2,000 tokens"]


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate.exactly(0.0123, "list price"), "$0.0123"),
        (Estimate(0.0041, 0.0045, 0.005, "tokenizer"), "$0.0041 to $0.005"),
        (Estimate(0, None, 0.06, "list price"), "up to $0.06"),
        (Estimate(2, None, None, "unknown"), "at least $2.00"),
        (Estimate.unknown(), "unknown"),
        (Estimate.exactly(0, "list price"), "$0"),
    ],
)
def test_ranges_of_money(estimate: Estimate, text: str) -> None:
    assert usd_range(estimate) == text


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate.exactly(1, "exact"), "1 token"),
        (Estimate(1200, 1250, 1300, "tokenizer"), "1,200 to 1,300 tokens"),
        (Estimate(0, 3, 30, "tokenizer"), "up to 30 tokens"),
        (Estimate(30, None, None, "unknown"), "at least 30 tokens"),
        (Estimate.unknown(), "unknown"),
    ],
)
def test_ranges_of_tokens(estimate: Estimate, text: str) -> None:
    assert tokens_range(estimate) == text
