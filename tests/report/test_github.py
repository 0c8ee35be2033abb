from __future__ import annotations

import re
from dataclasses import replace

from promptlint.findings import Finding
from promptlint.report import github
from promptlint.request import Directive, Place, Problem
from tests.report.hostile import PROBLEM, hostile, is_clean
from tests.report.samples import ABOVE_TASK, NOT_CACHED, RETIRED, checked, finding, over_tiered, uncached


def lines(*findings: Finding, **rest: object) -> list[str]:
    return list(github.render(checked(*findings, **rest)))  # type: ignore[arg-type]


def test_the_most_severe_comes_first_and_the_summary_last() -> None:
    first, second, last = lines(over_tiered(), uncached())
    assert first == (
        "::warning file=app/triage.py,line=6,endLine=6,col=9,endColumn=21,title=PL103 reused-prefix-not-cached::"
        "A reused prompt prefix of 1,412 tokens is sent without cache_control%0A"
        "Cost: $0.0056 per call uncached, $0.0003 as a cache read%0A"
        'Help: mark the end of the prefix%0A    system=[{"type": "text", "text": RULES}]'
    )
    where = "file=app/triage.py,line=5,endLine=10,title=PL302 model-above-task"
    assert second == f"::notice {where}::An Opus model answers with a label"
    assert last == "Found 1 warning, 1 info in 1 call (3 files)."


def test_what_does_not_count_is_not_annotated() -> None:
    comment = Directive("ignore", Place("app/triage.py", 6, 24, 6, 60), (), "known")
    known = replace(over_tiered(), baselined=True)
    assert lines(uncached(comment), known) == ["All clear: 1 call in 3 files. 1 suppressed, 1 in the baseline."]


def test_ten_annotations_of_a_kind() -> None:
    many = [finding(of, Place("a.py", n, 1, n, 2), "m") for of in (NOT_CACHED, ABOVE_TASK) for n in range(1, 13)]
    found = lines(*many, finding(RETIRED, Place("z.py", 1, 1, 1, 2), "m"))
    commands = [line.split(" ")[0] for line in found if line.startswith("::")]
    assert commands == ["::error", *["::warning"] * 10, *["::notice"] * 10]
    assert found[-1] == (
        "Not annotated: 2 warnings, 2 notices. "
        "GitHub shows ten annotations of a kind for a step; the step's summary lists the rest."
    )


def test_problems_are_errors() -> None:
    first, second, *_ = lines(problems=(Problem("a.py", "invalid syntax", 3, help="mend it"), Problem("", "no model")))
    assert first == "::error file=a.py,line=3,title=promptlint could not analyse this::invalid syntax%0AHelp: mend it"
    assert second == "::error title=promptlint could not analyse this::no model"


def test_a_notebook_is_annotated_as_a_file() -> None:
    cell = finding(RETIRED, Place("lab/a.ipynb", 2, 1, 2, 9, cell=3), "m")
    assert lines(cell)[0] == ("::error file=lab/a.ipynb,title=PL301 retired-model::cell 3, line 2: m")


def test_nothing_breaks_out_of_a_command() -> None:
    found = lines(hostile(), problems=(PROBLEM,))
    assert len(found) == 3
    for line in found[:2]:
        assert is_clean(line)
        assert "\n" not in line
        match = re.fullmatch(r"::(?:error|warning) ([^:]*)::(.*)", line)
        assert match
        assert match[1].startswith("file=app/a b%2Cc%3Ad|`x`%0A%3A%3Aerror%3A%3Aé%25<b>.py,line=")
