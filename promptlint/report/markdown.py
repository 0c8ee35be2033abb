"""A comment for a pull request, and the summary of a job: the verdict, a table, details folded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from promptlint.baseline import Known
from promptlint.findings import Finding
from promptlint.report import finding_text, summary
from promptlint.report.checked import Checked, Paths
from promptlint.report.markdown_text import MOST_CHARACTERS, code, fenced, folded, inner_html, plain
from promptlint.report.style import Palette
from promptlint.request import Place, Problem
from promptlint.secrets import masked

MARKER = "<!-- promptlint: check -->"
"""The first line of each comment, by which the one that stands already is found and updated."""

ROWS_IN_SIGHT = 20
MOST_ROWS = 50

_LONGEST = 600
_CODE = "    "


def render(checked: Checked, *, always: bool = False) -> str:
    """The comment, or "" where there is nothing to say: no finding, no problem, nothing stale in the baseline."""
    findings, stale = checked.worst_first, checked.baseline.stale if checked.baseline else ()
    if not (findings or checked.problems or stale or always):
        return ""
    parts = [f"{MARKER}\n### promptlint: {_verdict(checked)}", "\n".join(summary.render(checked, Palette(False)))]
    parts += [_problems(checked.problems, checked.paths)] if checked.problems else []
    parts += _tables(findings, checked.paths) if findings else []
    end = [_stale(stale)] if stale else []
    details = _short_enough(list(_details(findings, checked.paths)), MOST_CHARACTERS - _length(parts) - _length(end))
    return "\n\n".join([*parts, *details, *end]) + "\n"


def _verdict(checked: Checked) -> str:
    if checked.problems:
        return "could not analyse everything"
    if any(map(checked.fails, checked.findings)):
        return "fails"
    return "passes, with advice" if checked.active else "passes"


def _short_enough(details: Sequence[str], room: int) -> Iterator[str]:
    for number, detail in enumerate(details):
        room -= _length([detail])
        if room < 0:
            yield f"The details of {summary.plural(len(details) - number, 'rule')} had no room here."
            return
        yield detail


def _length(parts: Sequence[str]) -> int:
    return sum(len(part) + 2 for part in parts)


def _tables(findings: Sequence[Finding], paths: Paths) -> Iterator[str]:
    """The first findings in sight, further ones folded, and how many had no room."""
    yield _table(findings[:ROWS_IN_SIGHT], paths)
    further = findings[ROWS_IN_SIGHT:MOST_ROWS]
    if further:
        yield folded(summary.plural(len(further), "more finding"), _table(further, paths))
    if len(findings) > MOST_ROWS:
        yield f"{summary.plural(len(findings) - MOST_ROWS, 'further finding')} had no room here."


def _table(findings: Sequence[Finding], paths: Paths) -> str:
    rows = ["| | rule | what | where |", "|---|---|---|---|"]
    for finding in findings:
        what, where = plain(_clipped(finding.hit.message)), _where(finding.hit.place, paths)
        rows.append(f"| {finding.severity} | {finding.rule.code} | {what} | {where} |")
    return "\n".join(rows)


def _details(findings: Sequence[Finding], paths: Paths) -> Iterator[str]:
    """What else each rule says, folded; what it says of several findings in the same words stands there once."""
    rules: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings[:MOST_ROWS]:
        if finding.hit.cost or finding.hit.help or finding.hit.related:
            rules[finding_text.title(finding)].append(finding)
    for title, group in rules.items():
        said: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in group:
            said[finding.hit.cost, finding.hit.help].append(finding)
        told = "\n\n".join("\n\n".join(_told(same, paths)) for same in said.values())
        count = summary.plural(len(group), "finding")
        yield folded(f"<b>{inner_html(title)}</b>: {count}", told)


def _told(findings: Sequence[Finding], paths: Paths) -> Iterator[str]:
    hit = findings[0].hit
    yield ", ".join(_where(finding.hit.place, paths) for finding in findings)
    if hit.cost:
        yield f"**Cost**: {plain(_clipped(hit.cost))}"
    if hit.help:
        yield from _help(hit.help)
    notes = [
        f"- {_where(note.place, paths)}: {plain(_clipped(note.message))}"
        for finding in findings
        for note in finding_text.related(finding)
    ]
    if notes:
        yield "\n".join(dict.fromkeys(notes))


def _help(text: str) -> Iterator[str]:
    """Prose in paragraphs; the lines that are indented are code."""
    lead = "**Help**: "
    for is_code, group in groupby(text.expandtabs(4).split("\n"), lambda line: line.startswith(_CODE)):
        lines = list(group)
        if is_code:
            yield lead + "\n\n" + _code(lines) if lead else _code(lines)
        else:
            yield lead + plain(_clipped(" ".join(lines)))
        lead = ""


def _code(lines: list[str]) -> str:
    return fenced("\n".join(_clipped(line.removeprefix(_CODE)) for line in lines), "python")


def _problems(problems: Sequence[Problem], paths: Paths) -> str:
    rows = [f"- {_problem(problem, paths)}" for problem in problems[:MOST_ROWS]]
    more = len(problems) - MOST_ROWS
    return "\n".join(["Not analysed:", "", *rows, *([f"- and {more:,} more"] if more > 0 else [])])


def _problem(problem: Problem, paths: Paths) -> str:
    row = f"cell {problem.cell}:{problem.line or ''}".rstrip(":") if problem.cell else str(problem.line or "")
    where = f"{paths.shown(problem.path)}:{row}".rstrip(":") if problem.path else ""
    told = ". ".join(plain(_clipped(text)) for text in (problem.message, problem.help) if text)
    return f"{code(_clipped(where))}: {told}" if where else told


def _stale(stale: Sequence[Known]) -> str:
    where = (f"{known.path}:{known.line}" if known.line else known.path for known in stale[:MOST_ROWS])
    rows = [f"- {plain(_clipped(known.code))} {code(_clipped(at))}" for known, at in zip(stale, where, strict=False)]
    more = len(stale) - MOST_ROWS
    rows += [f"- and {more:,} more"] if more > 0 else []
    title = f"{summary.plural(len(stale), 'finding')} of the baseline no longer there"
    return folded(title, "\n".join(rows))


def _where(place: Place, paths: Paths) -> str:
    return code(_clipped(f"{paths.shown(place.path)}:{place.row}"))


def _clipped(text: str) -> str:
    text = masked(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
