"""Annotations for GitHub Actions: workflow commands, one a line, that show at the lines of a pull request.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from promptlint.findings import Finding
from promptlint.report import finding_text, summary
from promptlint.report.checked import Checked, Paths
from promptlint.report.style import Palette, visible
from promptlint.request import Place, Problem

LIMIT = 10
"""GitHub shows no more annotations of one kind for one step."""

_KINDS = {"error": "error", "warning": "warning", "info": "notice"}
_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_ESCAPED, ":": "%3A", ",": "%2C"}
_BREAKS = re.compile(r"([%\r\n:,])")


def render(checked: Checked, *, brief: bool = False) -> Iterator[str]:
    """What could not be analysed, then the findings, the most severe first; ten of a kind, and how many more.

    A `brief` report has no summary.
    """
    kinds: Counter[str] = Counter()
    for kind, line in _commands(checked):
        kinds[kind] += 1
        if kinds[kind] <= LIMIT:
            yield line
    if not brief:
        yield from summary.render(checked, Palette(False))
    more = {kind: count - LIMIT for kind, count in kinds.items() if count > LIMIT}
    if more:
        yield f"Not annotated: {', '.join(summary.plural(count, kind) for kind, count in more.items())}. {_WHY}"


_WHY = "GitHub shows ten annotations of a kind for a step; the step's summary lists the rest."


def _commands(checked: Checked) -> Iterator[tuple[str, str]]:
    for problem in checked.problems:
        yield "error", _problem(problem, checked.paths)
    for finding in checked.worst_first:
        yield _KINDS[finding.severity], _finding(finding, checked.paths)


def _finding(finding: Finding, paths: Paths) -> str:
    properties = {**_span(finding.hit.place, paths), "title": finding_text.title(finding)}
    return _command(_KINDS[finding.severity], properties, finding_text.whole(finding))


def _span(place: Place, paths: Paths) -> dict[str, str]:
    """The place of an annotation. GitHub takes columns within one line only, and lines of a notebook are not ours."""
    where = {"file": paths.shown(place.path)}
    if not place.cell:
        where |= {"line": str(place.line), "endLine": str(place.end_line)}
        if place.line == place.end_line:
            where |= {"col": str(place.column), "endColumn": str(place.end_column)}
    return where


def _problem(problem: Problem, paths: Paths) -> str:
    where = {"file": paths.shown(problem.path)} if problem.path not in ("", ".") else {}
    if where and problem.line is not None and not problem.cell:
        where["line"] = str(problem.line)
    return _command("error", {**where, "title": "promptlint could not analyse this"}, finding_text.problem(problem))


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    written = ",".join(f"{key}={_escaped(value, _IN_PROPERTIES)}" for key, value in properties.items())
    return f"::{kind} {written}::{_escaped(message, _ESCAPED)}"


def _escaped(text: str, table: dict[str, str]) -> str:
    """The text without what ends a line or a property; other control characters become pictures."""
    return "".join(table.get(part, part if part in ":,%" else visible(part)) for part in _BREAKS.split(text) if part)
