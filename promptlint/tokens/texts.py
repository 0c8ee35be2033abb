"""The tokens of a text with holes and variants."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.request import Hole, Piece, Text, Variant

if TYPE_CHECKING:
    from promptlint.request import Part
    from promptlint.tokens.ruler import Ruler

    Parts = tuple[Part, ...]


def raw(text: Text, ruler: Ruler) -> Estimate:
    """The tokens of a text, not widened. Literal text is joined before it is counted: parts do not add up.

    A hole makes value and high unknown unless its size is configured; variants span from the smallest to the
    largest option.
    """
    if not any(isinstance(part, Variant) for part in text.parts):
        return _without_variants(text, ruler)
    readings = _Readings(ruler).of(text.parts)
    return Estimate.hull(_without_variants(Text(parts), ruler) for parts in readings)


@dataclass(frozen=True, slots=True)
class _Readings:
    """A text read three ways: with each variant's first option, its smallest, its largest.

    Variants stand within variants, and the same one in several of their options: each is read once, the inner first.
    """

    ruler: Ruler
    known: dict[int, tuple[Parts, Parts, Parts]] = field(default_factory=dict)

    def of(self, parts: Parts) -> tuple[Parts, Parts, Parts]:
        first: list[Part] = []
        smallest: list[Part] = []
        largest: list[Part] = []
        for part in parts:
            read = self._of_variant(part) if isinstance(part, Variant) else ((part,), (part,), (part,))
            for found, more in zip((first, smallest, largest), read, strict=True):
                found.extend(more)
        return tuple(first), tuple(smallest), tuple(largest)

    def _of_variant(self, variant: Variant) -> tuple[Parts, Parts, Parts]:
        if not variant.options:
            return (), (), ()
        if id(variant) not in self.known:
            read = [self.of(option.parts) for option in variant.options]
            self.known[id(variant)] = (
                read[0][0],
                min((small for _, small, _ in read), key=lambda parts: self._size(parts).low),
                max((large for _, _, large in read), key=lambda parts: _bound(self._size(parts))),
            )
        return self.known[id(variant)]

    def _size(self, parts: Parts) -> Estimate:
        return _without_variants(Text(parts), self.ruler)


def _without_variants(text: Text, ruler: Ruler) -> Estimate:
    known = text.known
    if known is not None:
        return ruler.literal(known)
    found = Estimate.exactly(0, "exact")
    runs = [(literal, tuple(parts)) for literal, parts in groupby(text.parts, lambda part: isinstance(part, Piece))]
    for at, (literal, parts) in enumerate(runs):
        if literal:
            found += _between(ruler.literal(Text(parts).static), seams=(at > 0) + (at < len(runs) - 1))
        else:
            for part in parts:
                found += ruler.hole(part) if isinstance(part, Hole) else Estimate.unknown()
    return found


def _between(run: Estimate, seams: int) -> Estimate:
    """A text between holes: what fills them may join, or split, the token at each seam."""
    high = None if run.high is None else run.high + seams
    return Estimate(max(0, run.low - seams), run.value, high, run.source)


def _bound(estimate: Estimate) -> float:
    return float("inf") if estimate.high is None else estimate.high


def fixed_for_process(part: Part) -> bool:
    """Whether a part of a text is the same in every request of a process."""
    return isinstance(part, Piece) or (isinstance(part, Hole) and part.lifetime == "process")
