"""`promptlint/check/v1`: findings for programs. Keys may be added, never renamed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from promptlint import __version__
from promptlint.edits import Fix, Refusal
from promptlint.findings import Finding
from promptlint.report import problems, statistics
from promptlint.report.checked import Baseline, Checked, Paths
from promptlint.request import Place
from promptlint.secrets import masked


def render(checked: Checked, *, with_statistics: bool = False) -> str:
    """The document: ASCII only, so that no terminal or pipe can spoil it."""
    counts = checked.counts
    document: dict[str, Any] = {
        "schema": "promptlint/check/v1",
        "version": __version__,
        "findings": [_finding(finding, checked) for finding in checked.ordered],
        "problems": problems.to_json(checked.problems, checked.paths),
        "baseline": _baseline(checked.baseline),
        "summary": {
            "errors": counts["error"],
            "warnings": counts["warning"],
            "info": counts["info"],
            "suppressed": checked.suppressed,
            "baselined": checked.baselined,
            "calls": len(checked.sent),
            "files": checked.files,
        },
    }
    if with_statistics:
        document["statistics"] = statistics.to_json(checked)
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding, checked: Checked) -> dict[str, Any]:
    hit, paths = finding.hit, checked.paths
    return {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.severity,
        "confidence": finding.confidence,
        **_span(hit.place, paths),
        "message": hit.message,
        "call": hit.call,
        "related": [{**_span(related.place, paths), "message": related.message} for related in hit.related],
        "savings": asdict(hit.savings) if hit.savings is not None else None,
        "cost": hit.cost,
        "help": hit.help,
        "suppressed": finding.suppressed is not None,
        "suppression": _suppression(finding, paths),
        "baselined": finding.baselined,
        "fix": _fix(finding, checked),
        "fix_refused": _refusal(finding, checked),
        "fingerprint": finding.fingerprint,
    }


def _fix(finding: Finding, checked: Checked) -> dict[str, Any] | None:
    fix = checked.fix_of(finding)
    if not isinstance(fix, Fix):
        return None
    edits = [{**_span(edit.place, checked.paths), "content": edit.content} for edit in fix.edits]
    return {"safety": fix.safety, "message": fix.title, "proven": checked.fixes_proven, "edits": edits}


def _refusal(finding: Finding, checked: Checked) -> str | None:
    refusal = checked.fix_of(finding)
    return refusal.reason if isinstance(refusal, Refusal) else None


def _span(place: Place, paths: Paths) -> dict[str, Any]:
    return {
        "path": paths.shown(place.path),
        "cell": place.cell or None,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def _suppression(finding: Finding, paths: Paths) -> dict[str, Any] | None:
    directive = finding.suppressed
    if directive is None:
        return None
    place = directive.place
    return {
        "path": paths.shown(place.path),
        "cell": place.cell or None,
        "line": place.line,
        "reason": masked(directive.reason),
    }


def _baseline(baseline: Baseline | None) -> dict[str, Any] | None:
    if baseline is None:
        return None
    return {
        "path": baseline.path or None,
        "commit": baseline.commit or None,
        "stale": [asdict(known) for known in baseline.stale],
        "pruned": baseline.pruned,
    }
