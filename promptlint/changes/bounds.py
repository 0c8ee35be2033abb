"""An interval that may be open on either side: how much an amount changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """At least `low`, likely `value`, at most `high`; None is not known. A change may be negative."""

    low: float | None = None
    value: float | None = None
    high: float | None = None

    @staticmethod
    def exactly(value: float) -> Bounds:
        """One number."""
        return Bounds(value, value, value)

    @staticmethod
    def hull(several: Iterable[Bounds]) -> Bounds:
        """The interval over several possibilities, likeliest first. Raises ValueError where there is none."""
        every = tuple(several)
        if not every:
            raise ValueError("no interval to take the hull of")
        lows, highs = [each.low for each in every], [each.high for each in every]
        return Bounds(
            None if None in lows else min(low for low in lows if low is not None),
            every[0].value,
            None if None in highs else max(high for high in highs if high is not None),
        )

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(_plus(self.low, other.low), _plus(self.value, other.value), _plus(self.high, other.high))

    def __neg__(self) -> Bounds:
        return Bounds(_minus(self.high), _minus(self.value), _minus(self.low))

    def times(self, factor: float) -> Bounds:
        """The interval scaled by a factor >= 0; nothing where the factor is 0, whatever is not known."""
        if factor == 0:
            return NOTHING
        scaled = (None if end is None else end * factor for end in (self.low, self.value, self.high))
        return Bounds(*scaled)

    def surely_above(self, limit: float) -> bool:
        """Whether the whole interval lies above a limit."""
        return self.low is not None and self.low > limit

    def surely_within(self, limit: float) -> bool:
        """Whether no part of the interval lies above a limit."""
        return self.high is not None and self.high <= limit


NOTHING = Bounds.exactly(0)
UNKNOWN = Bounds()


def _plus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def _minus(end: float | None) -> float | None:
    return None if end is None else 0.0 - end
