"""A Code Quality report for GitLab: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import hashlib
import json

from promptlint.findings import Finding
from promptlint.report import finding_text
from promptlint.report.checked import Checked, Paths
from promptlint.report.style import visible
from promptlint.request import Problem

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(checked: Checked) -> str:
    """A list of what counts: GitLab knows no findings that are suppressed."""
    issues = [_problem(problem, number, checked.paths) for number, problem in enumerate(checked.problems)]
    issues += [_finding(finding, checked.paths) for finding in checked.active]
    return json.dumps(issues, indent=2) + "\n"


def _finding(finding: Finding, paths: Paths) -> dict[str, object]:
    place = finding.hit.place
    return {
        "description": finding_text.whole(finding),
        "check_name": finding.rule.code,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": _location(paths.shown(place.path), place.line, place.cell),
    }


def _problem(problem: Problem, number: int, paths: Paths) -> dict[str, object]:
    path = paths.shown(problem.path or ".")
    # Two problems may read the same; a fingerprint has to be a finding's own.
    name = "\0".join(("not-analysed", path, problem.message, str(number)))
    return {
        "description": f"Could not be analysed: {finding_text.problem(problem)}",
        "check_name": "not-analysed",
        "fingerprint": hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest(),
        "severity": "blocker",
        "location": _location(path, problem.line or 1, problem.cell),
    }


def _location(path: str, line: int, cell: int) -> dict[str, object]:
    """The lines of a notebook's cell are not those of its file."""
    return {"path": visible(path), "lines": {"begin": 1 if cell else line}}
