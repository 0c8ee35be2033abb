"""Findings counted by rule, with the dollars they could save where that is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from promptlint.catalogue import Rule, Severity
from promptlint.estimate import Estimate
from promptlint.findings import Finding
from promptlint.report.checked import SEVERITIES, Checked
from promptlint.report.savings import PER, largest, total, written
from promptlint.report.style import Palette


@dataclass(frozen=True, slots=True)
class Tally:
    """The active findings of one rule. `savings` is USD for 1,000 calls of each call site, None where unknown."""

    rule: Rule
    severity: Severity
    count: int
    savings: Estimate | None


def tallies(checked: Checked) -> list[Tally]:
    """One tally a rule, the most frequent first."""
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in checked.active:
        groups[finding.rule.code].append(finding)
    found = [_tally(group) for group in groups.values()]
    return sorted(found, key=lambda tally: (-tally.count, tally.rule.code))


def render(checked: Checked, palette: Palette) -> Iterator[str]:
    """A line a rule: count, severity, code, name, savings."""
    rows = tallies(checked)
    count = max((len(f"{row.count:,}") for row in rows), default=0)
    name = max((len(row.rule.name) for row in rows), default=0)
    for row in rows:
        severity = palette.paint(row.severity, row.severity.ljust(7))
        saves = "" if row.savings is None else f"  saves {written(row.savings)} per 1,000 calls"
        line = f"{row.count:>{count},}  {severity}  {row.rule.code}  {row.rule.name:<{name}}{saves}"
        yield line.rstrip()


def to_json(checked: Checked) -> list[dict[str, object]]:
    """The same for the JSON format."""
    return [
        {
            "code": row.rule.code,
            "name": row.rule.name,
            "severity": row.severity,
            "count": row.count,
            "savings_usd_per_1000_calls": None if row.savings is None else asdict(row.savings),
        }
        for row in tallies(checked)
    ]


def _tally(findings: list[Finding]) -> Tally:
    worst = min((finding.severity for finding in findings), key=SEVERITIES.index)
    savings = total(largest(findings).values())
    return Tally(findings[0].rule, worst, len(findings), None if savings is None else savings.times(PER))
