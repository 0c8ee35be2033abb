"""SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from promptlint import __version__
from promptlint.catalogue import Rule
from promptlint.edits import Fix
from promptlint.findings import Finding
from promptlint.report import finding_text
from promptlint.report.checked import Checked, Paths
from promptlint.request import Place, Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM_SEVERITIES = {"error": "error", "warning": "warning", "info": "recommendation"}
_NOT_ANALYSED = "not-analysed"
_SLOT = re.compile(r"\{(\w+)\}")
_LINK = re.compile(r"\](?=\()")


def render(checked: Checked) -> str:
    """The log of one run. Suppressed and known findings are results too, and marked so."""
    rules = sorted({finding.rule.code: finding.rule for finding in checked.findings}.items())
    numbers = {code: number for number, (code, _) in enumerate(rules)}
    run = {
        "tool": {"driver": _driver([rule for _, rule in rules])},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(checked)],
        "results": [_result(finding, numbers, checked) for finding in checked.ordered],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver(rules: list[Rule]) -> dict[str, Any]:
    return {
        "name": "promptlint",
        "version": __version__,
        "rules": [_rule(rule) for rule in rules],
        "notifications": [
            {"id": _NOT_ANALYSED, "shortDescription": {"text": "A file, or a part of it, could not be analysed."}}
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    parts = (("Why", rule.why), ("What to do", rule.fix), ("What it saves", rule.savings))
    told = [(name, text.strip()) for name, text in parts if text]
    links = "".join(f"\n- <{link}>" for link in rule.evidence)
    markdown = "\n\n".join(f"## {name}\n\n{text}" for name, text in told) + (
        f"\n\n## Evidence\n{links}" if links else ""
    )
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": f"{_SLOT.sub(r'<\1>', rule.summary)}."},
        "fullDescription": {"text": rule.why.strip().partition("\n\n")[0].replace("\n", " ")},
        "help": {"text": "\n\n".join(f"{name}: {text}" for name, text in told), "markdown": markdown},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [rule.family, rule.name],
            "precision": rule.confidence,
            "problem.severity": _PROBLEM_SEVERITIES[rule.severity],
        },
    }


def _result(finding: Finding, numbers: dict[str, int], checked: Checked) -> dict[str, Any]:
    hit, paths = finding.hit, checked.paths
    found: dict[str, Any] = {
        "ruleId": finding.rule.code,
        "ruleIndex": numbers[finding.rule.code],
        "level": _LEVELS[finding.severity],
        "message": _message(finding_text.whole(finding)),
        "locations": [_location(hit.place, paths)],
        "partialFingerprints": {"promptlint/v1": finding.fingerprint},
        "suppressions": _suppressions(finding, checked),
        "properties": {"confidence": finding.confidence},
    }
    if hit.related:
        found["relatedLocations"] = [
            {"id": number, **_location(related.place, paths), "message": _message(related.message)}
            for number, related in enumerate(finding_text.related(finding), 1)
        ]
    fix = checked.fix_of(finding)
    if isinstance(fix, Fix):
        found["fixes"] = [_fix(fix, paths)]
    if checked.baseline is not None:
        found["baselineState"] = "unchanged" if finding.baselined else "new"
    return found


def _fix(fix: Fix, paths: Paths) -> dict[str, Any]:
    """The edits of a fix, by file. Whether it is safe stands in its description: SARIF has no field for that."""
    files = dict.fromkeys(edit.place.path for edit in fix.edits)
    changes = [
        {
            "artifactLocation": _artifact(path, paths),
            "replacements": [
                {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.content}}
                for edit in fix.edits
                if edit.place.path == path
            ],
        }
        for path in files
    ]
    return {"description": _message(f"{fix.title} ({fix.safety})"), "artifactChanges": changes}


def _suppressions(finding: Finding, checked: Checked) -> list[dict[str, Any]]:
    """What keeps a finding from counting: an empty list says that nothing does."""
    found: list[dict[str, Any]] = []
    if finding.suppressed is not None:
        comment = finding.suppressed
        found.append({"kind": "inSource", "location": _location(comment.place, checked.paths)})
        if comment.reason:
            found[0]["justification"] = finding_text.lines(comment.reason)
    if finding.baselined:
        found.append({"kind": "external", "justification": checked.known_from})
    return found


def _invocation(checked: Checked) -> dict[str, Any]:
    notifications = [_notification(problem, checked.paths) for problem in checked.problems]
    return {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}


def _notification(problem: Problem, paths: Paths) -> dict[str, Any]:
    found: dict[str, Any] = {
        "descriptor": {"id": _NOT_ANALYSED, "index": 0},
        "level": "error",
        "message": _message(finding_text.problem(problem)),
    }
    if problem.path:
        where: dict[str, Any] = {"artifactLocation": _artifact(problem.path, paths)}
        if problem.line and not problem.cell:
            where["region"] = {"startLine": problem.line, **({"startColumn": problem.column} if problem.column else {})}
        found["locations"] = [{"physicalLocation": where}]
    return found


def _location(place: Place, paths: Paths) -> dict[str, Any]:
    """Where something stands. The lines of a notebook's cell are not those of its file: there it is the cell."""
    where: dict[str, Any] = {"artifactLocation": _artifact(place.path, paths)}
    if place.cell:
        return {"physicalLocation": where, "logicalLocations": [{"name": f"cell {place.cell}", "kind": "module"}]}
    where["region"] = _region(place)
    return {"physicalLocation": where}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _artifact(path: str, paths: Paths) -> dict[str, str]:
    """A path as a URI; a name that is no UTF-8 is written by its bytes."""
    return {"uri": quote(paths.shown(path).encode("utf-8", "surrogateescape")), "uriBaseId": ROOT}


def _message(text: str) -> dict[str, str]:
    """Plain text. `[words](1)` would be a link even there, so what looks like one is broken up."""
    return {"text": _LINK.sub("] ", finding_text.lines(text))}
