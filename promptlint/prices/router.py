"""A router: a classifier looks at each request and hands it to one of several models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.prices.design import Design, Parts, Priced, check_lengths, price

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.prices.model import Model

LABEL_TOKENS = 1
"""What a classifier answers, where nothing else is said: a label of one token."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model by the name that was asked for, and what is sent to it: a prompt has another length in tokens on each.

    The name decides on the price as well: that of a regional endpoint costs more.
    """

    name: str
    model: Model
    design: Design


@dataclass(frozen=True, slots=True)
class Routed:
    """A priced router: its tiers with the share of calls that each gets, and the classifier if there is one.

    `break_even_share` is the share of calls that must leave the dearest tier for the router to pay; None if it
    never does. `everything` is the dearest tier with all calls.
    """

    tiers: tuple[tuple[Priced, float], ...]
    classifier: Priced | None
    everything: Priced
    break_even_share: float | None

    @property
    def usd(self) -> Parts:
        """One call, on average, without the classifier."""
        return sum((tier.usd.times(share) for tier, share in self.tiers), Parts())

    @property
    def classifier_usd(self) -> float:
        """The classifier's part of one call."""
        return 0.0 if self.classifier is None else self.classifier.usd.total

    @property
    def hit_rate(self) -> float:
        """The share of the cached prefix that is read, over all tiers."""
        tokens = sum((tier.tokens.times(share) for tier, share in self.tiers), Parts())
        cached = tokens.read + tokens.written
        return tokens.read / cached if cached else 0.0

    @property
    def dearest(self) -> Priced:
        """The tier whose call costs most."""
        return max((tier for tier, _ in self.tiers), key=lambda tier: tier.usd.total)


def route(tiers: Sequence[tuple[Candidate, float]], classifier: Candidate | None) -> Routed:
    """Price a router. Each model has a cache of its own, which only its share of the calls keeps warm.

    The classifier reads the same input as the tiers. Raises `UserError`.
    """
    for tier, _ in tiers:
        check_lengths(tier.model, tier.design)
    priced = tuple((price(tier.model, _part(tier.design, share)), share) for tier, share in tiers)
    judging = None
    if classifier is not None:
        judging = price(classifier.model, replace(classifier.design, output_tokens=LABEL_TOKENS))
    routed = Routed(priced, judging, priced[0][0], None)
    dearest = next(tier for (tier, _), (found, _) in zip(tiers, priced, strict=True) if found is routed.dearest)
    everything = price(dearest.model, dearest.design)
    return replace(routed, everything=everything, break_even_share=_break_even(routed, everything))


def _part(design: Design, share: float) -> Design:
    return design if design.arrivals is None else replace(design, arrivals=design.arrivals.share(share))


def _break_even(routed: Routed, everything: Priced) -> float | None:
    """K / (b - a): the classifier's cost over what a call saves that goes elsewhere, the others in their proportion."""
    others = [(tier, share) for tier, share in routed.tiers if tier is not routed.dearest]
    weight = sum(share for _, share in others)
    if not weight:
        return None
    elsewhere = sum(tier.usd.total * share for tier, share in others) / weight
    gain = everything.usd.total - elsewhere
    needed = routed.classifier_usd / gain if gain > 0 else None
    return needed if needed is not None and needed <= 1 else None
