from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from promptlint.report import junit
from promptlint.request import Directive, Place, Problem
from tests.report.hostile import MESSAGE, PROBLEM, hostile
from tests.report.samples import checked, over_tiered, uncached

COMMENT = Directive("ignore", Place("app/triage.py", 6, 24, 6, 60), ("PL103",), "measured")


def test_the_whole_document() -> None:
    assert (
        junit.render(checked(replace(uncached(), hit=replace(uncached().hit, cost="", help=""))))
        == """\
<?xml version='1.0' encoding='utf-8'?>
<testsuites name="promptlint" tests="1" failures="1" errors="0">
  <testsuite name="app/triage.py" tests="1" errors="0" failures="1" skipped="0">
    <testcase classname="app/triage.py" name="PL103 reused-prefix-not-cached at 6:9">
      <failure type="warning" message="A reused prompt prefix of 1,412 tokens is sent without cache_control">\
A reused prompt prefix of 1,412 tokens is sent without cache_control</failure>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


def test_one_outcome_for_each_finding() -> None:
    known = replace(uncached(), baselined=True)
    problem = Problem("app/broken.py", "invalid syntax", 3)
    root = ElementTree.fromstring(
        junit.render(checked(uncached(), uncached(COMMENT), known, over_tiered(), problems=(problem,)))
    )
    assert root.attrib == {"name": "promptlint", "tests": "5", "failures": "1", "errors": "1"}
    outcomes = [(case[0].tag, case[0].get("message")) for case in root.iter("testcase")]
    assert outcomes[0] == ("error", "invalid syntax")
    assert outcomes[1] == ("system-out", None)
    assert sorted(outcomes[2:], key=str) == [
        ("failure", uncached().hit.message),
        ("skipped", "in the baseline"),
        ("skipped", "suppressed: measured"),
    ]


def test_what_fails_is_what_fails_the_check() -> None:
    strict = replace(checked(over_tiered()), fail_on="info")
    assert "<failure" in junit.render(strict)
    assert "<failure" not in junit.render(checked(over_tiered()))


def test_no_finding_is_a_case_that_passes() -> None:
    root = ElementTree.fromstring(junit.render(checked()))
    assert [(case.get("name"), len(case)) for case in root.iter("testcase")] == [("no findings", 0)]


def test_foreign_text_stays_text() -> None:
    odd = replace(hostile(), hit=replace(hostile().hit, message=f"{MESSAGE}\ufffe\uffff\udcff]]>&amp;"))
    root = ElementTree.fromstring(junit.render(checked(odd, problems=(PROBLEM,))).encode())
    assert [case[0].tag for case in root.iter("testcase")] == ["error", "failure"]
    assert str(root[0][1][0].get("message")).endswith("`y`\ufffd\ufffd\ufffd]]>&amp;")
