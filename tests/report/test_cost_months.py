from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.economics import Economics
from promptlint.estimate import Estimate
from promptlint.ledger import Total
from promptlint.prices.levers import Step
from promptlint.report.cost_months import advice, total
from promptlint.report.cost_table import render
from promptlint.report.costed import Months, Row
from promptlint.report.style import Palette
from promptlint.request import Argument
from promptlint.workloads import Workload
from tests.report.samples import SONNET, call, costed, row, tokens

DAILY = Workload(calls_per_day=120, output_tokens=10)
STEPS = (
    Step("claude-haiku-5-5 instead of claude-sonnet-5-5", "if its answers are as good", 0.004, 0.001),
    Step("send it as a batch", "", 0.0005, 0.0005),
)


def used(id: str, output: Estimate, workload: Workload | None = DAILY, steps: tuple[Step, ...] = ()) -> Row:
    found = Total(tokens(), Estimate.exactly(0.004, "tokenizer"), output, {})
    return Row(call(id), (SONNET,), found, workload, Economics((), {}, steps=steps))


KNOWN = used("app/a.py::f", Estimate.exactly(0.001, "configured"), steps=STEPS)
PARTLY = used("app/b.py::g", Estimate(0, None, 0.01, "list price"))
SILENT = used("app/c.py::h", Estimate(0, None, 0.01, "list price"), workload=None)


def test_no_call_is_left_out_silently() -> None:
    months = Months.of((KNOWN, KNOWN, PARTLY, SILENT, row(call("d.py::w", role="wrapper"))))
    assert (months.known, months.partly, months.without_volume) == (2, 1, 1)
    assert months.usd == pytest.approx(2 * 0.005 * 3650)
    assert months.at_least == pytest.approx(0.004 * 3650)
    assert total(months) == (
        "$36.50 a month for 2 calls; at least $14.60 for 1 call more of which neither the code "
        "nor a workload tells all; not in it: 1 call, which has no volume."
    )


def test_nothing_is_known_exactly() -> None:
    assert total(Months.of((PARTLY,))) == (
        "at least $14.60 for 1 call of which neither the code nor a workload tells all."
    )


def test_an_amount_of_which_nothing_is_known() -> None:
    months = Months(usd=0, known=0, partly=3, at_least=0, without_volume=0)
    assert total(months) == "an unknown amount for 3 calls of which neither the code nor a workload tells all."


def test_the_changes_of_a_call_best_first() -> None:
    assert list(advice(costed(PARTLY, KNOWN), (PARTLY, KNOWN))) == [
        "app/a.py:5 triage, $18.25 a month",
        "  claude-haiku-5-5 instead of claude-sonnet-5-5   -$14.60   -80.0%   if its answers are as good",
        "  send it as a batch                               -$1.82   -50.0%",
        "  all of them: $1.82 a month, 90.0% less",
    ]


def test_the_table_has_a_month_where_a_call_has_a_volume() -> None:
    lines = render(costed(KNOWN, SILENT), Palette(False), 160).splitlines()
    assert lines[0].split() == "call site model prefix tokens per call per 1,000 a month could save".split()
    assert lines[2].split()[-1] == "$14.60"
    assert lines[3].split()[-1] == "$3.65"
    assert lines[5].split()[-1] == "$4.00", "no volume, no month"
    assert lines[8] == "$18.25 a month for 1 call; not in it: 1 call, which has no volume."
    assert "a month" not in render(costed(SILENT), Palette(False), 160)


def test_the_price_of_one_of_several_models_is_no_known_amount() -> None:
    several = Argument(("claude-opus-5-5", "claude-haiku-5-5"), present=True)
    wide = replace(KNOWN, call=replace(KNOWN.call, request=replace(KNOWN.call.request, model=several)))
    wide = replace(wide, total=replace(wide.total, input_usd=Estimate(0.001, 0.02, 0.02, "list price")))
    assert (Months.of((wide,)).known, Months.of((wide,)).partly) == (0, 1)
