"""Dollars and tokens as people read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from promptlint.estimate import Estimate

_SIGNIFICANT = 3


def usd(amount: float) -> str:
    """An amount of USD: whole dollars from 1,000 on, cents from 1 on, below that three significant digits."""
    size = abs(amount)
    sign = "-" if amount < 0 else ""
    if size == 0:
        return "$0"
    if size >= 999.995:
        return f"{sign}${size:,.0f}"
    if size >= 1:
        return f"{sign}${size:.2f}"
    decimals = _SIGNIFICANT - 1 - math.floor(math.log10(size))
    whole, _, fraction = f"{size:.{decimals}f}".partition(".")
    return f"{sign}${whole}.{fraction.rstrip('0').ljust(2, '0')}"


def tokens(count: float) -> str:
    """A number of tokens: "1,234 tokens"."""
    rounded = round(count)
    return f"{rounded:,} token" if rounded == 1 else f"{rounded:,} tokens"


def usd_range(estimate: Estimate) -> str:
    """An amount with its interval: "$0.0041 to $0.0050", "up to $0.06", "at least $2.00" or "unknown"."""
    return _range(estimate, usd, usd)


def tokens_range(estimate: Estimate) -> str:
    """A number of tokens with its interval: "1,200 to 1,300 tokens", "at least 1,200 tokens" or "unknown"."""
    return _range(estimate, tokens, lambda count: f"{round(count):,}")


def _range(estimate: Estimate, write: Callable[[float], str], write_first: Callable[[float], str]) -> str:
    low, high = estimate.low, estimate.high
    if high is None:
        return f"at least {write(low)}" if low > 0 else "unknown"
    if write(low) == write(high):
        return write(high)
    if low <= 0:
        return f"up to {write(high)}"
    return f"{write_first(low)} to {write(high)}"
