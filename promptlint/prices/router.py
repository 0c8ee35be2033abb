"""A router: a classifier looks at each request and hands it to one of several models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.prices.design import Design, Parts, Priced, check_lengths, price

if TYPE_CHECKING:
    from promptlint.prices.model import Model

LABEL_TOKENS = 1
"""What a classifier answers, where nothing else is said: a label of one token."""

Designs = Callable[["Model"], Design]
"""What is sent to a model: a prompt has another length in tokens on each."""


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


def route(tiers: tuple[tuple[Model, float], ...], classifier: Model | None, designs: Designs) -> Routed:
    """Price a router. Each model has a cache of its own, which only its share of the calls keeps warm.

    The classifier reads the same input as the tiers. Raises `UserError`.
    """
    for model, _ in tiers:
        check_lengths(model, designs(model))
    priced = tuple((price(model, _part(designs(model), share)), share) for model, share in tiers)
    judging = None
    if classifier is not None:
        judging = price(classifier, replace(designs(classifier), output_tokens=LABEL_TOKENS))
    routed = Routed(priced, judging, priced[0][0], None)
    everything = price(routed.dearest.model, designs(routed.dearest.model))
    return replace(routed, everything=everything, break_even_share=_break_even(routed, everything))


def _part(design: Design, share: float) -> Design:
    return design if design.arrivals is None else replace(design, arrivals=design.arrivals.share(share))


def _break_even(routed: Routed, everything: Priced) -> float | None:
    """K / (b - a): the classifier's cost over what a call saves that goes elsewhere, the others in their proportion."""
    dearest = routed.dearest.model
    others = [(tier, share) for tier, share in routed.tiers if tier.model is not dearest]
    weight = sum(share for _, share in others)
    if not weight:
        return None
    elsewhere = sum(tier.usd.total * share for tier, share in others) / weight
    gain = everything.usd.total - elsewhere
    needed = routed.classifier_usd / gain if gain > 0 else None
    return needed if needed is not None and needed <= 1 else None
