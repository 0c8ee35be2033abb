"""JUnit XML, as Jenkins reads it (junit-10.xsd of its xUnit plugin): a suite a file, a test case a finding."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from promptlint.findings import Finding
from promptlint.report import finding_text
from promptlint.report.checked import Checked
from promptlint.request import Problem

_NO_XML = str.maketrans(dict.fromkeys("\ufffe\uffff", "\ufffd"))
_OUTCOMES = {"errors": "error", "failures": "failure", "skipped": "skipped"}


def render(checked: Checked) -> str:
    """The document: findings below `fail-on` pass, with what was found as output; suppressed ones are skipped."""
    root = Element("testsuites", name="promptlint")
    cases: defaultdict[str, list[Element]] = defaultdict(list)
    for problem in checked.problems:
        path = _text(checked.paths.shown(problem.path) if problem.path else ".")
        cases[path].append(_problem(problem, path))
    for finding in checked.ordered:
        path = _text(checked.paths.shown(finding.hit.place.path))
        cases[path].append(_finding(finding, path, checked))
    if not cases:
        cases["promptlint"].append(Element("testcase", classname="promptlint", name="no findings"))
    for name in sorted(cases):
        suite = SubElement(root, "testsuite", {"name": name, **_counts(cases[name])})
        suite.extend(cases[name])
    totals = _counts([case for group in cases.values() for case in group])
    root.attrib |= {name: totals[name] for name in ("tests", "failures", "errors")}
    ElementTree.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ElementTree.tostring(root, encoding='unicode')}\n"


def _counts(cases: list[Element]) -> dict[str, str]:
    counts = {name: sum(case.find(tag) is not None for case in cases) for name, tag in _OUTCOMES.items()}
    return {"tests": str(len(cases)), **{name: str(count) for name, count in counts.items()}}


def _finding(finding: Finding, path: str, checked: Checked) -> Element:
    place = finding.hit.place
    case = Element(
        "testcase", classname=path, name=_text(f"{finding_text.title(finding)} at {place.row}:{place.column}")
    )
    message, told = _text(finding.hit.message), _lines(finding_text.whole(finding))
    if finding.suppressed is not None or finding.baselined:
        reason = f"suppressed: {finding.suppressed.reason}" if finding.suppressed is not None else checked.known_from
        SubElement(case, "skipped", message=_text(reason.removesuffix(": "))).text = told
    elif checked.fails(finding):
        SubElement(case, "failure", type=finding.severity, message=message).text = told
    else:
        SubElement(case, "system-out").text = f"{finding.severity}: {told}"
    return case


def _problem(problem: Problem, path: str) -> Element:
    case = Element("testcase", classname=path, name="can be analysed")
    error = SubElement(case, "error", type="not-analysed", message=_text(problem.message))
    error.text = _lines(finding_text.problem(problem))
    return case


def _text(text: str) -> str:
    """One line of characters that XML allows."""
    return finding_text.line(text).translate(_NO_XML)


def _lines(text: str) -> str:
    return text.translate(_NO_XML)
