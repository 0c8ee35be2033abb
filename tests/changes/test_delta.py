from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.changes.bounds import NOTHING, Bounds
from promptlint.changes.delta import Delta, delta
from promptlint.changes.figures import Figures, figures
from promptlint.ledger import Ledger
from promptlint.prices.traffic import Traffic
from promptlint.request import (
    Argument,
    Block,
    CacheMarker,
    CallSite,
    Hole,
    Message,
    Messages,
    Part,
    Piece,
    Place,
    Request,
    System,
    Text,
)
from promptlint.workloads import read

PLACE = Place("a.py", 1, 1, 1, 9)
LINE = "You sort the tickets of a shop that sells garden tools to people in many countries. "
HAIKU, OPUS = "claude-haiku-5-5", "claude-opus-5-5"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path))


def made(system: str, *said: str, model: str = HAIKU, cached: bool = False, hit_rate: float | None = None) -> Figures:
    """The figures of a call; what it says are holes by these names."""
    marker = CacheMarker("5m", PLACE) if cached else None
    holes: tuple[Part, ...] = tuple(Hole(name, PLACE) for name in said) or (Piece("Hi", PLACE),)
    request = Request(
        model=Argument((model,), present=True),
        max_tokens=Argument((100,), present=True),
        system=System(True, (Block("text", Text((Piece(system, PLACE),)), PLACE, marker),)),
        messages=Messages((Message("user", (Block("text", Text(holes), PLACE),), PLACE),)),
    )
    call = CallSite("a.py::f", PLACE, "f", "anthropic.messages.create", request)
    workloads = None if hit_rate is None else read({"a.py::f": {"hit-rate": hit_rate, "output-tokens": 50}})
    return figures(call, call.id, Ledger(traffic=Traffic(workloads, [call])), {})


def usd(found: Delta) -> tuple[float | None, float | None, float | None]:
    return found.usd.low, found.usd.value, found.usd.high


def test_the_same_call_makes_no_difference_whatever_is_not_known() -> None:
    for before in (made(LINE, "ticket"), made(LINE * 300, "ticket", cached=True)):
        assert delta(before, before) == Delta(NOTHING, NOTHING, "input")


def test_the_same_unknown_part_cancels_out() -> None:
    alone, beside = delta(made(LINE), made(LINE * 9)), delta(made(LINE, "ticket"), made(LINE * 9, "ticket"))
    assert usd(beside) == pytest.approx(usd(alone), rel=0.05)
    assert None not in usd(beside)


def test_an_unknown_part_that_is_new_only_adds() -> None:
    found = delta(made(LINE, "ticket"), made(LINE * 9, "ticket", "archive"))
    low, value, high = usd(found)
    assert low is not None and low > 0 and (value, high) == (None, None)
    assert found.reason == "not known before it runs: archive"


def test_an_unknown_part_that_is_gone_only_takes_away() -> None:
    low, value, high = usd(delta(made(LINE, "ticket", "archive"), made(LINE, "ticket")))
    assert (low, value) == (None, None) and high is not None and high <= 0


def test_one_unknown_part_for_another_says_nothing() -> None:
    assert usd(delta(made(LINE, "ticket"), made(LINE, "archive"))) == (None, None, None)


def test_a_dearer_model_is_dearer_for_what_is_not_known_too() -> None:
    found = delta(made(LINE, "ticket"), made(LINE, "ticket", model=OPUS))
    low, _, high = usd(found)
    assert low is not None and low > 0 and high is None
    # 40 times as dear; 8 times, if the ticket is so long that Haiku's price for long prompts holds.
    assert found.share.low == pytest.approx(7) and found.share.high == pytest.approx(39)


def test_a_cheaper_model_saves_at_least_on_what_is_known() -> None:
    low, _, high = usd(delta(made(LINE, "ticket", model=OPUS), made(LINE, "ticket")))
    assert low is None and high is not None and high < 0


def test_a_model_that_nobody_knows_cannot_be_compared() -> None:
    found = delta(made(LINE), made(LINE, model="claude-next-9"))
    assert (found.usd, found.reason) == (Bounds(), "the model is not known")


def test_a_text_that_is_replaced_has_a_wider_interval_than_one_that_grows() -> None:
    grown = delta(made(LINE * 10), made(LINE * 20))
    other = delta(made(LINE * 10), made("Reply by one word and nothing besides it, in lower case, please do. " * 26))
    widths = [(found.usd.high or 0) - (found.usd.low or 0) for found in (grown, other)]
    assert widths[1] > widths[0] > 0


def test_a_cache_that_goes_may_cost_more_or_less_until_its_hit_rate_is_known() -> None:
    unsure = delta(made(LINE * 300, "ticket", cached=True), made(LINE * 300, "ticket"))
    assert unsure.usd.low is not None and unsure.usd.high is not None and unsure.usd.low < 0 < unsure.usd.high
    sure = delta(made(LINE * 300, "ticket", cached=True, hit_rate=0.9), made(LINE * 300, "ticket", hit_rate=0.9))
    assert sure.usd.low is not None and sure.usd.low > 0
    assert sure.of == "input and output"


def test_a_longer_cached_prefix_costs_more_whatever_is_read() -> None:
    found = delta(made(LINE * 300, "ticket", cached=True), made(LINE * 600, "ticket", cached=True))
    assert found.usd.low is not None and found.usd.low > 0
    assert found.share.low == pytest.approx(1, abs=0.05) and found.share.high == pytest.approx(1, abs=0.05)


def test_a_new_call_costs_all_of_it_and_a_removed_one_saves_it() -> None:
    new, gone = delta(None, made(LINE)), delta(made(LINE), None)
    assert usd(gone) == tuple(-end for end in reversed([end for end in usd(new) if end is not None]))
    assert delta(None, made(LINE, "ticket")).usd.high is None


@pytest.mark.parametrize(
    ("bounds", "above", "within"),
    [
        (Bounds(2, None, None), True, False),
        (Bounds(0.5, 2, 3), False, False),
        (Bounds(None, None, 1), False, True),
        (Bounds(), False, False),
        (Bounds.exactly(1), False, True),
    ],
)
def test_only_a_whole_interval_is_sure(bounds: Bounds, above: bool, within: bool) -> None:
    assert (bounds.surely_above(1), bounds.surely_within(1)) == (above, within)


def test_bounds_are_added_and_turned_around() -> None:
    assert Bounds(1, 2, None) + Bounds(1, None, 3) == Bounds(2, None, None)
    assert -Bounds(1, 2, None) == Bounds(None, -2, -1)
    assert Bounds(1, None, None).times(0) == NOTHING
    assert Bounds.hull([Bounds(1, 2, 3), Bounds(0, 1, None)]) == Bounds(0, 2, None)


def test_a_model_that_is_not_known_any_more_is_the_reason() -> None:
    before, after = made(LINE, "ticket"), made(LINE, "ticket", model="some-model")
    assert delta(before, after).reason == delta(after, before).reason == "the model is not known"


@pytest.mark.parametrize("model", [HAIKU, "some-model"])
def test_a_cap_costs_nothing_even_on_a_model_that_is_not_known(model: str) -> None:
    before = made(LINE, "ticket", model=model)
    request = replace(before.call.request, max_tokens=Argument((9000,), present=True))
    call = replace(before.call, request=request)
    after = figures(call, call.id, Ledger(traffic=Traffic(None, [call])), {})
    assert before.sent.changed(after.sent) == ("max_tokens",)
    assert delta(before, after) == Delta(NOTHING, NOTHING, "input")
