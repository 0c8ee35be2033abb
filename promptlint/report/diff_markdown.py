"""A comparison as a comment on a pull request. Whatever stems from the code is escaped: nothing breaks out of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.report import diff_view
from promptlint.report.markdown_text import MOST_CHARACTERS, code, folded, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.changes.change import Change
    from promptlint.changes.diffed import Diffed
    from promptlint.changes.verdict import Level
    from promptlint.findings import Finding
    from promptlint.report.checked import Paths
    from promptlint.report.diff_view import View

MARKER = "<!-- promptlint -->"
"""By this line a later run finds the comment that it has to replace."""

_TITLES: dict[Level, str] = {
    "pass": "✅ promptlint: within budget",
    "warn": "⚠️ promptlint: look at this",
    "fail": "❌ promptlint: fails",
}
_NO_BUDGET = "promptlint: no budget is set"
_MOST_ROWS = 100


def render(diffed: Diffed, view: View) -> str:
    """The verdict with its reasons, the calls that are not as they were; details are folded."""
    title = _TITLES[diffed.verdict.level] if diffed.has_budget or diffed.verdict.level != "pass" else _NO_BUDGET
    lines = [MARKER, f"### {title}", "", f"{plain(diff_view.counts(diffed))}."]
    if diffed.verdict.reasons:
        lines += ["", *(f"- **{reason.level}** {plain(reason.message)}" for reason in diffed.verdict.reasons)]
    if diffed.altered:
        lines += ["", *_table(diffed, view)]
    months = diff_view.months(diffed)
    lines += ["", plain(months)] if months else []
    for title, rows in _details(diffed, view):
        lines += ["", *folded(title, "\n".join(rows)).split("\n")] if rows else []
    return "\n".join(_bounded(lines)) + "\n"


def _bounded(lines: Sequence[str]) -> Iterator[str]:
    """As many lines as fit into a comment; a folded part that has begun is closed."""
    room, is_open = MOST_CHARACTERS, False
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            yield from ("", "</details>", "") if is_open else ("",)
            yield "More than fits into a comment; `--output-format json` has all of it."
            return
        is_open = (is_open or line.startswith("<details>")) and line != "</details>"
        yield line


def _table(diffed: Diffed, view: View) -> Iterator[str]:
    """One row a call."""
    changes = diffed.altered
    with_months = any(change.month is not None for change in changes)
    heads = ["Call", "Change", "Input tokens", "Per call", "Per 1,000 calls", *(["A month"] if with_months else [])]
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join(['---', '---', *['---:'] * (len(heads) - 2)])} |"
    for change in changes[:_MOST_ROWS]:
        share = diff_view.share(change)
        cells = [
            f"{code(view.place(change))}<br>{code(change.shown.call.function)}",
            f"{change.kind}{plain(_aspects(change, diffed))}",
            plain(diff_view.both(change, diff_view.tokens)),
            plain(diff_view.signed(change.delta.usd)) + (f"<br>{plain(share)}" if share else ""),
            plain(diff_view.thousandfold(change.delta.usd)),
        ]
        if with_months:
            cells.append("" if change.month is None else plain(diff_view.signed(change.month)))
        yield f"| {' | '.join(cells)} |"
    if len(changes) > _MOST_ROWS:
        yield ""
        yield f"And {len(changes) - _MOST_ROWS:,} more calls."


def _aspects(change: Change, diffed: Diffed) -> str:
    if diffed.is_unread(change):
        return ", or not read on the other side"
    return f": {', '.join(change.aspects)}" if change.aspects else ""


def _details(diffed: Diffed, view: View) -> Iterator[tuple[str, list[str]]]:
    """Each folded part with its lines."""
    yield "Cache and tokenizer", [f"- {plain(line)}" for line in diff_view.once(diffed)]
    yield "Before and after", [line for change in diffed.altered[:_MOST_ROWS] for line in _change(change, view)]
    moved = [change for change in diffed.compared.changes if change.kind == "unchanged" and change.moved]
    yield "Moved, unchanged", [_move(change) for change in moved]
    yield _titled("New findings", diffed.findings.new), _findings(diffed.findings.new, view.paths[1])
    yield _titled("Findings gone", diffed.findings.gone), _findings(diffed.findings.gone, view.paths[0])
    yield "How this was worked out", list(_method(diffed, view))


def _titled(title: str, findings: Sequence[Finding]) -> str:
    return f"{title} ({len(findings):,})"


def _change(change: Change, view: View) -> Iterator[str]:
    yield f"- {code(view.place(change))} {code(change.shown.call.function)}"
    facts = {
        "model": diff_view.both(change, diff_view.models),
        "constant prefix": diff_view.both(change, diff_view.prefix),
        "input": f"{diff_view.both(change, diff_view.tokens)} tokens",
        "max_tokens": diff_view.both(change, diff_view.cap),
        "cache markers": diff_view.both(change, diff_view.caching),
        "USD for 1,000 calls": diff_view.both(change, diff_view.thousand_calls),
    }
    yield f"  <br>{'; '.join(f'{name} {plain(value)}' for name, value in facts.items())}"
    if change.delta.reason:
        yield f"  <br>{plain(change.delta.reason)}"


def _move(change: Change) -> str:
    old = change.before
    return f"- {code(old.id if old else '')} → {code(change.shown.id)}"


def _findings(findings: Sequence[Finding], paths: Paths) -> list[str]:
    return [
        f"- {finding.rule.code} {finding.severity} {code(f'{paths.shown(place.path)}:{place.row}')} "
        f"{plain(finding.hit.message)}"
        for finding in findings
        for place in (finding.hit.place,)
    ]


def _method(diffed: Diffed, view: View) -> Iterator[str]:
    yield f"{code(diffed.before.name)} against {code(diffed.after.name)}, both analysed whole, without running them."
    yield "Amounts are of the input, and of the output where a workload tells it."
    yield "What is known at run time only counts as the same on both sides."
    for side in (diffed.before, diffed.after):
        if side.left_out:
            yield f"Not looked into, {code(side.name)}: {', '.join(map(code, side.left_out))}."
    yield f"Prices as of {view.prices_as_of}; tokens counted by {plain(view.tokenizer)}."
