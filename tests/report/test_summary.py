from __future__ import annotations

from dataclasses import replace

from promptlint.report import summary
from promptlint.report.style import Palette
from promptlint.request import Argument, Directive, Place, Problem, Request, System
from tests.report.samples import RETIRED, call, checked, finding, over_tiered, uncached

PLACE = Place("app/triage.py", 6, 9, 6, 21)


def lines(report) -> list[str]:
    return list(summary.render(report, Palette(False)))


def test_counts_of_every_severity() -> None:
    errors = (finding(RETIRED, PLACE, "One"), finding(RETIRED, PLACE, "Two"))
    report = checked(*errors, uncached(), over_tiered(), calls=(call(), call("a.py::b")))
    assert lines(report) == ["Found 2 errors, 1 warning, 1 info in 2 calls (3 files)."]


def test_severities_without_a_finding_are_left_out() -> None:
    assert lines(checked(over_tiered())) == ["Found 1 info in 1 call (3 files)."]


def test_suppressed_findings_are_counted_apart() -> None:
    ignored = uncached(Directive("ignore", PLACE))
    assert lines(checked(over_tiered(), ignored)) == ["Found 1 info in 1 call (3 files). 1 suppressed."]
    assert lines(checked(ignored)) == ["All clear: 1 call in 3 files. 1 suppressed."]


def test_what_is_not_severe_enough_is_counted_apart() -> None:
    error, advice = finding(RETIRED, PLACE, "One"), over_tiered()
    ignored = uncached(Directive("ignore", PLACE))
    assert lines(checked(error, advice, ignored).at_least("error")) == [
        "Found 1 error in 1 call (3 files). 1 below min-severity."
    ]
    assert lines(checked(advice, ignored).at_least("error")) == ["All clear: 1 call in 3 files. 1 below min-severity."]
    assert checked(error, advice, ignored).at_least("info") == checked(error, advice, ignored)


def test_nothing_found() -> None:
    assert lines(checked()) == ["All clear: 1 call in 3 files."]


def test_no_call_is_not_all_clear() -> None:
    assert lines(checked(calls=())) == ["No Claude call found in 3 files."]


def test_wrappers_are_no_calls() -> None:
    assert lines(checked(calls=(call(), call("a.py::ask", role="wrapper")))) == [
        "All clear: 1 call, 1 wrapper in 3 files."
    ]


def test_what_stays_unknown_is_said() -> None:
    unknown: Argument[str] = Argument(complete=False, present=True, reason="read from a database")
    hidden = System(present=True, complete=False, reason="made by a function that could not be followed")
    calls = (
        call(request=Request(model=unknown)),
        call("a.py::b", request=Request(model=unknown, system=hidden)),
    )
    assert lines(checked(calls=calls)) == [
        "All clear: 2 calls in 3 files.",
        "Not resolved: the model of 2 calls, the system prompt of 1 call; rules that need it stayed silent.",
    ]


def test_nothing_is_clear_where_something_could_not_be_analysed() -> None:
    problems = (Problem("a.py", "syntax error", 3), Problem("a.py", "reads a file elsewhere", 9))
    assert lines(checked(problems=problems)) == ["1 call in 3 files; 1 file could not be analysed."]
    assert lines(checked(problems=(*problems, Problem("", "no network")))) == lines(checked(problems=problems))
    assert lines(checked(calls=(), problems=(*problems, Problem("b.py", "no such file")))) == [
        "0 calls in 3 files; 2 files could not be analysed."
    ]
    assert lines(checked(over_tiered(), problems=problems)) == [
        "Found 1 info in 1 call (3 files); 1 file could not be analysed."
    ]


def test_prompts_and_requests_are_no_calls() -> None:
    unnamed = Request(model=Argument(complete=False, present=None))
    prompt = replace(call("a.md", request=unnamed), api="prompt.file")
    requests = tuple(replace(call(f"b.jsonl#{number}"), api="request.body") for number in (1, 2))
    assert lines(checked(calls=(prompt, *requests))) == [
        "All clear: 1 prompt, 2 requests in 3 files.",
        "Not resolved: the model of 1 prompt (name it with --model); rules that need it stayed silent.",
    ]
    assert lines(checked(calls=(call(), prompt)))[0] == "All clear: 1 call, 1 prompt in 3 files."
