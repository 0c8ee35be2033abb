from __future__ import annotations

import json

import pytest

from promptlint.estimate import Estimate
from promptlint.report import statistics
from promptlint.report.json import render
from promptlint.report.style import Palette
from promptlint.request import Directive, Place
from tests.report.samples import NOT_CACHED, RETIRED, checked, finding, over_tiered, uncached

PLACE = Place("app/triage.py", 6, 9, 6, 21)


def saving(call: str, usd: float | None):
    return finding(NOT_CACHED, PLACE, "Uncached", call=call, savings=Estimate(0, usd, None, "tokenizer"))


def lines(*findings) -> list[str]:
    return list(statistics.render(checked(*findings), Palette(False)))


def test_the_most_frequent_rule_comes_first() -> None:
    assert lines(finding(RETIRED, PLACE, "Gone"), over_tiered(), over_tiered(), uncached()) == [
        "2  info     PL302  model-above-task",
        "1  warning  PL103  reused-prefix-not-cached  saves $5.00 per 1,000 calls",
        "1  error    PL301  retired-model",
    ]


def test_savings_add_up_over_calls_but_not_within_one() -> None:
    (row,) = statistics.tallies(checked(saving("a", 0.002), saving("a", 0.003), saving("b", 0.001)))
    assert row.count == 3
    assert row.savings is not None
    assert row.savings.value == pytest.approx(4.0)


def test_savings_that_are_unknown_are_no_zero() -> None:
    assert [row.savings for row in statistics.tallies(checked(saving("a", None)))] == [None]


def test_suppressed_findings_do_not_count() -> None:
    assert lines(uncached(Directive("ignore", PLACE))) == []


def test_json_has_them_only_when_asked() -> None:
    assert "statistics" not in json.loads(render(checked(uncached())))
    assert json.loads(render(checked(uncached()), with_statistics=True))["statistics"] == [
        {
            "code": "PL103",
            "name": "reused-prefix-not-cached",
            "severity": "warning",
            "count": 1,
            "savings_usd_per_1000_calls": {"low": 4.0, "value": 5.0, "high": 5.3, "source": "tokenizer"},
        }
    ]
