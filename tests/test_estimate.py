from __future__ import annotations

import pytest

from promptlint.estimate import Estimate, weakest


def test_a_sum_is_as_uncertain_as_its_parts() -> None:
    known = Estimate(1, 2, 3, "tokenizer")
    assert known + Estimate(10, 20, 30, "list price") == Estimate(11, 22, 33, "tokenizer")
    assert known + Estimate.unknown(5) == Estimate(6, None, None, "unknown")


def test_scaling_keeps_what_is_unknown() -> None:
    assert Estimate(2, None, 6, "assumed").times(0.5) == Estimate(1, None, 3, "assumed")
    assert Estimate(2, 4, None, "assumed").times(2, "list price") == Estimate(4, 8, None, "list price")


def test_a_hull_spans_all_and_takes_the_likeliest_value() -> None:
    first, second = Estimate(5, 6, 7, "exact"), Estimate(1, 2, 9, "assumed")
    assert Estimate.hull([first, second]) == Estimate(1, 6, 9, "assumed")
    assert Estimate.hull([second, first]).value == 2


def test_a_hull_is_unbounded_if_one_of_them_is() -> None:
    assert Estimate.hull([Estimate.exactly(4, "exact"), Estimate.unknown(1)]) == Estimate(1, 4, None, "unknown")
    with pytest.raises(ValueError, match="no estimate"):
        Estimate.hull([])


def test_a_threshold_needs_the_whole_interval() -> None:
    around = Estimate(90, 100, 110, "tokenizer")
    assert around.at_least(90)
    assert not around.at_least(91)
    assert around.below(111)
    assert not around.below(110)
    assert not Estimate.unknown().below(10**9)


def test_the_weakest_source_wins() -> None:
    assert weakest("exact", "list price") == "list price"
    assert weakest("tokenizer", "assumed", "measured") == "assumed"
