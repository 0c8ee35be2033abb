from __future__ import annotations

import pytest

from promptlint.estimate import Estimate
from promptlint.findings import Finding
from promptlint.report.savings import largest, total, written
from promptlint.request import Directive, Place
from tests.report.samples import NOT_CACHED, RETIRED, finding

PLACE = Place("a.py", 1, 1, 1, 2)


def saving(call: str | None, low: float, value: float | None, high: float | None, of=NOT_CACHED, **rest) -> Finding:
    return finding(of, PLACE, "m", call=call, savings=Estimate(low, value, high, "tokenizer"), **rest)


def test_the_largest_counts_by_its_value_or_else_by_what_it_may_reach() -> None:
    found = largest(
        [saving("a", 0, 0.001, 0.009), saving("a", -0.001, None, 0.002, RETIRED), saving("b", 0.1, None, None)]
    )
    assert {call: (saved.code, saved.usd.high) for call, saved in found.items()} == {
        "a": ("PL301", 0.002),
        "b": ("PL103", None),
    }


def test_what_is_unknown_suppressed_or_of_no_call_does_not_count() -> None:
    comment = Directive("ignore", PLACE)
    assert largest([saving("a", 0, None, None), saving(None, 1, 1, 1), finding(RETIRED, PLACE, "m", call="a")]) == {}
    assert largest([saving("a", 1, 1, 1, suppressed=comment)]) == {}


def test_the_total_over_calls_is_an_interval() -> None:
    found = largest([saving("a", 0.001, 0.002, 0.003), saving("b", 0, None, 0.001)])
    combined = total(found.values())
    assert combined is not None
    assert (combined.low, combined.value, combined.high) == (0.001, None, pytest.approx(0.004))
    assert total([]) is None


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Estimate(1.0, 2.0, 3.0, "tokenizer"), "$2.00"),
        (Estimate(-0.6, None, 2.41, "assumed"), "up to $2.41"),
        (Estimate(0.5, None, None, "assumed"), "at least $0.50"),
    ],
)
def test_written(amount: Estimate, text: str) -> None:
    assert written(amount) == text
