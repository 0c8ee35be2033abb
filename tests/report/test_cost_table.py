from __future__ import annotations

import re
from dataclasses import replace

import pytest

from promptlint.estimate import Estimate
from promptlint.ledger import Total
from promptlint.report.cost_table import render
from promptlint.report.savings import Saving
from promptlint.report.style import Palette
from promptlint.request import Argument, Problem, Request
from promptlint.tokens.measure import RequestTokens
from promptlint.workloads import Workload
from tests.report.samples import FULL, call, costed, row, tokens

UNKNOWN = Total(RequestTokens.unknown(), Estimate.unknown(), Estimate.unknown(), {})
NOTHING_KNOWN = replace(FULL, model=Argument(complete=False, present=True), max_tokens=Argument(complete=False))


def shown(report, columns: int = 120) -> str:
    return render(report, Palette(False), columns)


GOLDEN_120 = """\
call site         model                prefix          tokens       per call     per 1,000   could save
-------------------------------------------------------------------------------------------------------
app/triage.py:5   claude-sonnet-5-5     1,412       1,415+ in        $0.0058         $5.80        $5.10
triage                                          up to 600 out   up to $0.006   up to $6.00        PL103

app/chat.py:5     model unknown       unknown      unknown in        unknown       unknown
triage                                            unknown out        unknown       unknown

Wrapper: app/llm.py:5 triage, counted at 2 callers.
2 calls, 1 wrapper in 3 files: 1 priced, 1 unknown.
Input stands above, output below. A number with + is the least: a part is known at run time only.
List prices as of 2026-11-22; tokens counted offline by ctok 1.3.0.
Could save: per 1,000 calls, by the largest finding of `promptlint check` on the call.
"""

GOLDEN_80 = """\
call site            prefix          tokens     per 1,000   could save
----------------------------------------------------------------------
app/triage.py:5       1,412       1,415+ in         $5.80        $5.10
triage                        up to 600 out   up to $6.00        PL103
claude-sonnet-5-5

app/chat.py:5       unknown      unknown in       unknown
triage                          unknown out       unknown
model unknown

"""


def rows():
    return (
        row(),
        row(call("app/chat.py::Chat.say", NOTHING_KNOWN), UNKNOWN, models=()),
        row(call("app/llm.py::ask", role="wrapper", callers=("a", "b"))),
    )


SAVINGS = {"app/triage.py::triage": Saving(Estimate(0, 0.0051, None, "tokenizer"), "PL103")}


def test_a_wide_terminal() -> None:
    assert shown(costed(*rows(), savings=SAVINGS)) == GOLDEN_120


def test_a_narrow_terminal_has_the_model_below_the_call_site() -> None:
    assert shown(costed(*rows(), savings=SAVINGS), 80).startswith(GOLDEN_80)


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    report = costed(row(call("a/very/long/path/to/some/package/in/a/monorepo/triage.py::x", FULL)), savings=SAVINGS)
    assert max(map(len, shown(report, columns).splitlines())) <= columns


def test_counting_tokens_is_no_call() -> None:
    free = row(call("app/llm.py::size", priced=False))
    assert "1 call, 1 token count in 3 files: 1 priced." in shown(costed(row(call("a.py::f")), free)).splitlines()


def test_a_wrapper_is_in_no_row_and_no_count() -> None:
    wrapper = row(call("app/llm.py::ask", role="wrapper", callers=("a",)))
    assert shown(costed(wrapper)).splitlines()[:3] == [
        "",
        "Wrapper: app/llm.py:5 triage, counted at 1 caller.",
        "0 calls, 1 wrapper in 3 files: 0 priced.",
    ]


def test_unknown_numbers_never_read_as_zero() -> None:
    text = shown(costed(row(call(request=NOTHING_KNOWN), UNKNOWN, models=())))
    assert "$0" not in text
    assert " 0 " not in text.split("calls in")[0].split("1 call")[0]


def test_no_call_is_said() -> None:
    assert shown(costed()) == "No Claude call found in 3 files.\n"


def test_all_requests_of_a_file_together() -> None:
    bodies = [row(replace(call(f"b.jsonl::{n}", request=FULL), api="batch.body")) for n in (1, 2)]
    alone = row(replace(call("c.json", request=FULL), api="request.body"))
    out = shown(costed(*bodies, alone))
    assert "\nAll 2 requests of b.jsonl: $0.0112 to $0.0122 for the input, up to $0.012 for the output.\n" in out
    assert "of c.json" not in out


@pytest.mark.parametrize(("readable", "total"), [(1, "$0.0056 to $0.0061"), (2, "$0.0112 to $0.0122")])
def test_requests_that_cannot_be_read_are_not_in_their_files_total(readable: int, total: str) -> None:
    bodies = [row(replace(call(f"b.jsonl::{n}", request=FULL), api="batch.body")) for n in range(readable)]
    problems = (Problem("b.jsonl", "is none", 3, requests=1), Problem("b.jsonl", "3 more", requests=3))
    out = shown(costed(*bodies, problems=(*problems, Problem("c.jsonl", "is none", requests=1))))
    assert f"\n{readable} of {readable + 4} requests of b.jsonl: {total} for the input" in out


def test_quiet_leaves_the_notes_out() -> None:
    assert "List prices" not in render(costed(row()), Palette(False), 120, quiet=True)


def test_what_is_read_from_files_cannot_steer_the_terminal() -> None:
    odd = replace(FULL, model=Argument(("claude\x1b[31m[bold]",), present=True))
    text = shown(costed(row(call("a\x1b[2J.py::x", odd))))
    assert "\x1b" not in text
    assert "claude␛[31m[bold]" in text
    assert "a␛[2J.py:5" in text


def test_colour_is_ours_alone() -> None:
    assert "\x1b[1m" in render(costed(row()), Palette(True), 120)


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (Estimate(0.0000058, 0.0000058, 0.000244, "list price"), ("$0.0000058 to $0.000244", "$0.0058 to $0.244")),
        (Estimate(0.0056, 0.0058, 0.0061, "list price"), ("$0.0058", "$5.80")),
        (Estimate(0.0056, 0.0058, None, "unknown"), ("$0.0056+", "$5.60+")),
        (Estimate(0, 0.0058, 0.01, "list price"), ("up to $0.01", "up to $10.00")),
        (Estimate(0, 0.0058, None, "unknown"), ("unknown", "unknown")),
    ],
)
def test_the_number_of_one_model_does_not_stand_for_another(estimate: Estimate, expected: tuple[str, str]) -> None:
    either = replace(FULL, model=Argument(("claude-haiku-5-5", "claude-opus-5-5"), present=True))
    report = shown(costed(row(call(request=either), Total(tokens(), estimate, estimate, {}))), 160)
    sent, answered = (re.split(r"\s{2,}", line.strip()) for line in report.splitlines()[2:4])
    assert (tuple(sent[-2:]), tuple(answered[-2:])) == (expected, expected)


def test_the_number_of_the_only_model_is_the_likeliest() -> None:
    wide = Estimate(0.001, 0.0058, 0.01, "list price")
    assert "$0.0058" in shown(costed(row(None, Total(tokens(), wide, wide, {}))))


def test_a_call_whose_model_may_be_unknown_is_not_counted_as_priced() -> None:
    either = replace(FULL, model=Argument(("claude-sonnet-5-5", "mystery"), present=True))
    open_ended = Total(tokens(), Estimate(0, 0.0058, None, "unknown"), Estimate(0, None, None, "unknown"), {})
    assert "1 call in 3 files: 0 priced, 1 unknown." in shown(costed(row(call(request=either), open_ended)))


@pytest.mark.parametrize(
    ("request_", "workload", "expected"),
    [
        (FULL, Workload(output_tokens=300), "300 out"),
        (FULL, Workload(calls_per_day=5), "up to 600 out"),
        (replace(FULL, max_tokens=Argument((-5,), present=True)), None, "unknown out"),
        (replace(FULL, max_tokens=Argument((999_999,), present=True)), None, "up to 128,000 out"),
    ],
)
def test_the_tokens_of_the_output_are_those_that_its_price_is_for(
    request_: Request, workload: Workload | None, expected: str
) -> None:
    text = shown(costed(replace(row(call(request=request_)), workload=workload)))
    assert f"  {expected}  " in text


def test_no_calls_a_month_cost_nothing() -> None:
    text = shown(costed(replace(row(call(request=NOTHING_KNOWN), UNKNOWN), workload=Workload(calls_per_day=0))))
    assert text.splitlines()[2].split()[-1] == text.splitlines()[3].split()[-1] == "$0"
    assert "$0 a month for 1 call." in text
