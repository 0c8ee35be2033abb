"""A number with its interval and its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Literal

Source = Literal["exact", "tokenizer", "configured", "measured", "list price", "assumed", "unknown"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate [low, value, high] and where it comes from.

    `value` None is unknown, `high` None unbounded; `low` is always a true lower bound.
    """

    low: float
    value: float | None
    high: float | None
    source: Source

    @staticmethod
    def unknown(low: float = 0.0) -> Estimate:
        """Nothing known but a lower bound."""
        return Estimate(low, None, None, "unknown")

    @staticmethod
    def exactly(value: float, source: Source) -> Estimate:
        """An interval of one number."""
        return Estimate(value, value, value, source)

    @staticmethod
    def hull(estimates: Iterable[Estimate]) -> Estimate:
        """The interval over several possibilities, likeliest first: its value is the first one's.

        Raises ValueError where there is none.
        """
        every = tuple(estimates)
        if not every:
            raise ValueError("no estimate to take the hull of")
        highs = [estimate.high for estimate in every]
        return Estimate(
            min(estimate.low for estimate in every),
            every[0].value,
            None if None in highs else max(high for high in highs if high is not None),
            weakest(*(estimate.source for estimate in every)),
        )

    @staticmethod
    def sum(estimates: Iterable[Estimate]) -> Estimate:
        """All of them together."""
        return reduce(Estimate.__add__, estimates, Estimate.exactly(0, "exact"))

    def __add__(self, other: Estimate) -> Estimate:
        value = None if self.value is None or other.value is None else self.value + other.value
        high = None if self.high is None or other.high is None else self.high + other.high
        return Estimate(self.low + other.low, value, high, weakest(self.source, other.source))

    def times(self, factor: float, source: Source | None = None) -> Estimate:
        """The estimate scaled by a factor >= 0."""
        return Estimate(
            self.low * factor,
            None if self.value is None else self.value * factor,
            None if self.high is None else self.high * factor,
            source or self.source,
        )

    def at_least(self, threshold: float) -> bool:
        """Whether the whole interval reaches the threshold."""
        return self.low >= threshold

    def below(self, threshold: float) -> bool:
        """Whether the whole interval lies below the threshold."""
        return self.high is not None and self.high < threshold


_STRENGTH: tuple[Source, ...] = ("exact", "measured", "list price", "tokenizer", "configured", "assumed", "unknown")


def weakest(*sources: Source) -> Source:
    """The source that a number made of several may claim: the least certain of theirs."""
    return max(sources, key=_STRENGTH.index)
