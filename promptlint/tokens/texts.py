"""The tokens of a text with holes and variants."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.request import Hole, Piece, Text, Variant

if TYPE_CHECKING:
    from collections.abc import Callable

    from promptlint.request import Part
    from promptlint.tokens.ruler import Ruler


def raw(text: Text, ruler: Ruler) -> Estimate:
    """The tokens of a text, not widened. Literal text is joined before it is counted: parts do not add up.

    A hole makes value and high unknown unless its size is configured; variants span from the smallest to the
    largest option.
    """
    if not any(isinstance(part, Variant) for part in text.parts):
        return _without_variants(text, ruler)

    def size(option: Text) -> Estimate:
        return raw(option, ruler)

    readings = (
        lambda variant: variant.options[0],
        lambda variant: min(variant.options, key=lambda option: size(option).low),
        lambda variant: max(variant.options, key=lambda option: _bound(size(option))),
    )
    return Estimate.hull(_without_variants(Text(_resolved(text, pick)), ruler) for pick in readings)


def _resolved(text: Text, pick: Callable[[Variant], Text]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for part in text.parts:
        if not isinstance(part, Variant):
            parts.append(part)
        elif part.options:
            parts.extend(_resolved(pick(part), pick))
    return tuple(parts)


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
