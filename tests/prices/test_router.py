from __future__ import annotations

import pytest

from promptlint.prices.arrivals import Arrivals
from promptlint.prices.design import Design
from promptlint.prices.model import Model
from promptlint.prices.router import Candidate, Routed, route
from tests.prices.named import known

HAIKU, SONNET, OPUS = known("claude-haiku-5-5"), known("claude-sonnet-5-5"), known("claude-opus-5-5")


def routed(design: Design, *shares: float, classifier: bool = True) -> Routed:
    tiers = tuple((on(model, design), share) for model, share in zip((HAIKU, SONNET, OPUS), shares, strict=False))
    return route(tiers, on(HAIKU, design) if classifier else None)


def on(model: Model, design: Design) -> Candidate:
    return Candidate(model.id, model, design)


def test_a_call_costs_its_classifier_and_its_share_of_each_tier() -> None:
    found = routed(Design(1_000, 100), 0.6, 0.3, 0.1)
    haiku, sonnet, opus = 0.0001 + 0.00005, 0.002 + 0.001, 0.004 + 0.002
    assert found.usd.total == pytest.approx(0.6 * haiku + 0.3 * sonnet + 0.1 * opus)
    assert found.classifier_usd == pytest.approx(0.0001 + 0.5e-6)
    assert found.everything.usd.total == pytest.approx(opus)


def test_the_share_from_which_the_router_pays() -> None:
    """With this share elsewhere, and the others in their proportion, it costs what the dearest tier alone costs."""
    share = routed(Design(1_000, 100), 0.6, 0.3, 0.1).break_even_share
    assert share is not None
    at_break_even = routed(Design(1_000, 100), share * 2 / 3, share / 3, 1 - share)
    assert at_break_even.usd.total + at_break_even.classifier_usd == pytest.approx(0.006)


def test_a_classifier_that_costs_more_than_it_can_save_never_pays() -> None:
    haiku_4_5, haiku, opus = (on(model, Design(1_000, 100)) for model in (known("claude-haiku-4-5"), HAIKU, OPUS))
    found = route(((haiku, 0.5), (haiku_4_5, 0.5)), opus)
    assert found.break_even_share is None
    assert routed(Design(1_000, 100), 1.0).break_even_share is None


def test_each_model_keeps_its_own_cache_warm_with_its_share() -> None:
    found = routed(Design(1_000, 0, 1_000, arrivals=Arrivals(480)), 0.75, 0.25)
    assert [tier.hit_rate for tier, _ in found.tiers] == pytest.approx([0.7135, 0.3408], abs=1e-4)
    assert found.classifier is not None
    assert found.classifier.hit_rate == pytest.approx(0.8111, abs=1e-4)
    assert found.hit_rate == pytest.approx(0.75 * 0.7135 + 0.25 * 0.3408, abs=1e-4)


def test_without_a_classifier_the_split_alone() -> None:
    found = routed(Design(1_000, 100), 0.5, 0.5, classifier=False)
    assert (found.classifier_usd, found.break_even_share) == (0, 0)
