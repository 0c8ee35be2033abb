from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from promptlint.prices.arrivals import Arrivals
from promptlint.prices.design import Design
from promptlint.prices.levers import Lengths, Possible, Sent, Step, fully_priced, steps, together
from promptlint.prices.model import Model
from promptlint.prices.terms import Terms
from tests.prices.named import known

OPUS, HAIKU = known("claude-opus-5-5"), known("claude-haiku-5-5")
BUSY = Arrivals(100_000)


def sent(design: Design, prefix: float = 0, padding: float = 0) -> Lengths:
    return lambda model: Sent(design, prefix, padding)


def changes(found: tuple[Step, ...]) -> list[str]:
    return [step.change for step in found]


def test_each_step_saves_on_what_the_ones_before_left() -> None:
    design = Design(10_000, 1_000, arrivals=BUSY)
    found = steps(known("claude-sonnet-5-5"), sent(design, prefix=9_000), Possible(can_wait=True))
    assert changes(found) == [
        "claude-haiku-5-5 instead of claude-sonnet-5-5",
        "cache the prefix for 5 minutes",
        "send it as a batch",
        "answers 25% shorter",
    ]
    usd = [10_000 * 2e-6 + 1_000 * 1e-5, 10_000 * 1e-7 + 1_000 * 5e-7, 1_000 * 1e-7 + 9_000 * 1e-8 + 1_000 * 5e-7]
    usd += [usd[2] / 2, usd[2] / 2 - 250 * 5e-7 / 2]
    assert [step.left for step in found] == pytest.approx(usd[1:])
    assert [step.saving for step in found] == pytest.approx([a - b for a, b in pairwise(usd)])
    assert [step.share for step in found] == pytest.approx([1 - b / a for a, b in pairwise(usd)])
    assert together(found) == pytest.approx(1 - usd[4] / usd[0])


def test_savings_never_add_up_to_more_than_there_is() -> None:
    design = Design(10_000, 400, turns=10, tokens_per_turn=800, arrivals=BUSY)
    found = steps(OPUS, sent(design, 8_000, padding=900), Possible(can_wait=True))
    assert sum(step.saving for step in found) < found[0].saving + found[0].left
    assert all(step.saving > 0 for step in found)


def test_only_what_the_call_allows() -> None:
    design = Design(10_000, 100, arrivals=BUSY)
    impatient = steps(HAIKU, sent(design, 9_000), Possible())
    assert changes(impatient) == ["cache the prefix for 5 minutes", "answers 25% shorter"]
    behind_a_gateway = steps(HAIKU, sent(design, 9_000), Possible(can_cache=False))
    assert changes(behind_a_gateway) == ["answers 25% shorter"]
    without_traffic = steps(HAIKU, sent(replace(design, arrivals=None), 9_000), Possible())
    assert changes(without_traffic) == ["answers 25% shorter"]
    fast = replace(design, terms=Terms(fast=(True,)))
    assert "send it as a batch" not in changes(steps(OPUS, sent(fast), Possible(can_wait=True)))


def test_a_prefix_that_is_read_too_seldom_is_not_to_be_cached() -> None:
    (found,) = steps(HAIKU, sent(Design(10_000, None, 9_000, arrivals=Arrivals(3)), 9_000), Possible())
    assert found.change == "do not cache"
    assert found.saving == pytest.approx(9_000 * 0.025e-6, rel=0.05)


def test_slow_traffic_wants_the_longer_lifetime() -> None:
    (found,) = steps(HAIKU, sent(Design(10_000, None, arrivals=Arrivals(60)), 9_000), Possible())
    assert found.change == "cache the prefix for 1 hour"


def test_a_conversation_is_cached_whole() -> None:
    design = Design(2_000, 100, turns=20, tokens_per_turn=500, arrivals=BUSY)
    found = steps(HAIKU, sent(design, 1_500), Possible())
    assert changes(found)[0] == "cache the prefix and the conversation for 5 minutes"
    assert "send the last 10 turns only" not in changes(found), "a window that slides reads nothing from the cache"


def test_a_bounded_history_saves_where_nothing_is_cached() -> None:
    found = steps(HAIKU, sent(Design(300, None, turns=20, tokens_per_turn=500)), Possible())
    assert changes(found) == ["send the last 10 turns only"]
    assert found[0].left == pytest.approx((300 + 500 * (45 + 10 * 10) / 20) * 1e-7)


def test_compact_json() -> None:
    (found,) = steps(HAIKU, sent(Design(10_000), padding=4_000), Possible())
    assert found.change == "JSON in the prompt without indentation"
    assert found.left == pytest.approx(6_000 * 1e-7)


def test_a_smaller_model_at_its_own_length_and_the_users_price() -> None:
    def lengths(model: Model) -> Sent:
        return Sent(Design(1_300 if model.id == "claude-haiku-5-5" else 1_000), 0)

    half = Possible(priced=lambda model: replace(model, price=model.price.scaled(0.5)))
    (found,) = steps(known("claude-sonnet-4-6"), lengths, half)
    assert found.left == pytest.approx(1_300 * 0.05e-6)
    assert found.condition == "60 times cheaper by the token; if its answers are as good"


def test_nothing_to_save() -> None:
    assert steps(HAIKU, sent(Design(100)), Possible()) == ()
    assert together(()) == 0


def test_models_of_which_a_price_is_unknown() -> None:
    assert fully_priced(OPUS)
    assert not fully_priced(known("claude-2.1"))
    assert not fully_priced(known("claude-mythos-preview"))


def test_what_costs_nothing_cannot_cost_less() -> None:
    assert steps(replace(HAIKU, price=HAIKU.price.scaled(0)), sent(Design(100, 10)), Possible()) == ()


def test_one_tier_after_the_other() -> None:
    found = steps(OPUS, sent(Design(10_000)), Possible())
    assert changes(found) == [
        "claude-sonnet-5-5 instead of claude-opus-5-5",
        "claude-haiku-5-5 instead of claude-sonnet-5-5",
    ]
    assert [step.share for step in found] == pytest.approx([0.5, 0.95])


def test_a_cache_that_never_hits_can_hit_when_it_is_set_anew() -> None:
    never_read = Design(10_000, None, 9_000, arrivals=BUSY, hit_rate=0.0)
    (found,) = steps(HAIKU, sent(never_read, prefix=9_000), Possible())
    assert found.change == "cache the prefix for 5 minutes"
