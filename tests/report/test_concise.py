from __future__ import annotations

from promptlint.report import concise
from promptlint.report.style import Palette
from promptlint.request import Place
from tests.report.samples import RETIRED, checked, finding, over_tiered, uncached


def test_one_line_a_finding_in_the_order_of_their_places() -> None:
    assert list(concise.render(checked(uncached(), over_tiered()), Palette(False))) == [
        "app/triage.py:5:12: PL302 info An Opus model answers with a label",
        "app/triage.py:6:9: PL103 warning A reused prompt prefix of 1,412 tokens is sent without cache_control",
    ]


def test_a_newline_in_a_message_cannot_add_a_line() -> None:
    report = checked(finding(RETIRED, Place("a\nb.py", 1, 1, 1, 2), "x\ny"))
    assert list(concise.render(report, Palette(False))) == ["a␊b.py:1:1: PL301 error x␊y"]


def test_the_name_of_a_file_is_no_workflow_command() -> None:
    report = checked(finding(RETIRED, Place("::set-output name=x::y.py", 1, 1, 1, 2), "x"))
    assert list(concise.render(report, Palette(False))) == ["./::set-output name=x::y.py:1:1: PL301 error x"]


def test_the_code_has_the_colour_of_the_severity() -> None:
    line = next(concise.render(checked(uncached()), Palette(True)))
    assert line.startswith("app/triage.py:6:9: \x1b[1;33mPL103\x1b[0m warning A reused")
