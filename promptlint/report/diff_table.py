"""A comparison as a person reads it in a terminal: the verdict and its reasons, then every call that has changed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from promptlint.report import diff_view
from promptlint.report.consoles import RULED, console_for
from promptlint.report.style import Palette, visible

if TYPE_CHECKING:
    from promptlint.changes.change import Change
    from promptlint.changes.diffed import Diffed
    from promptlint.changes.verdict import Level
    from promptlint.findings import Finding
    from promptlint.report.checked import Paths
    from promptlint.report.diff_view import View

_STYLES: dict[Level, str] = {"pass": "bold green", "warn": "bold yellow", "fail": "bold red"}
_WIDE = 100
_HEADERS = ("call site", "change", "model", "tokens", "per call", "per 1,000", "a month")
_LONGEST = 60
_LEAST_COLUMNS = {"per call": _WIDE, "model": _WIDE}
"""How wide a terminal must be to show a column."""


def render(diffed: Diffed, view: View, palette: Palette, columns: int, *, quiet: bool = False) -> str:
    """The verdict, the table, what the change costs once, and the findings that come and go."""
    text = io.StringIO()
    console = console_for(text, palette, columns)
    console.print(_verdict(diffed))
    if diffed.verdict.reasons:
        console.print(_reasons(diffed))
    if diffed.altered:
        console.print()
        console.print(_table(diffed, view, columns))
    for line in _further(diffed, view):
        console.print(line)
    if not quiet:
        console.print()
        for words in _footer(diffed, view):
            console.print(Text(words, style="dim"))
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _verdict(diffed: Diffed) -> Text:
    level = diffed.verdict.level
    sides = f"{visible(diffed.before.name)} → {visible(diffed.after.name)}"
    told = "" if diffed.has_budget else "  no budget is set"
    return Text.assemble((level, _STYLES[level]), told, f"  {diff_view.counts(diffed)}  ", (sides, "dim"))


def _reasons(diffed: Diffed) -> Table:
    grid = Table.grid(padding=(0, 2))
    for reason in diffed.verdict.reasons:
        grid.add_row("", Text(reason.level, style=_STYLES[reason.level]), Text(visible(reason.message)))
    return grid


def _table(diffed: Diffed, view: View, columns: int) -> Table:
    """Narrow terminals leave out the model and the amount for one call, which the amount for 1,000 tells as well."""
    table = Table(box=RULED, show_edge=False, pad_edge=False, leading=1, header_style="bold", border_style="dim")
    changes = diffed.altered
    left_out = {name for name, least in _LEAST_COLUMNS.items() if columns < least}
    if all(change.month is None for change in changes):
        left_out.add("a month")
    shown = [name for name in _HEADERS if name not in left_out]
    for name in shown:
        textual = name in ("call site", "change", "model")
        table.add_column(name, justify="left" if textual else "right", overflow="fold")
    for change in changes:
        cells = dict(zip(_HEADERS, _cells(change, diffed, view), strict=True))
        table.add_row(*(cells[name] for name in shown))
    return table


def _cells(change: Change, diffed: Diffed, view: View) -> list[Text]:
    """One cell for each of the headers."""
    figures = change.shown
    site = Text.assemble((visible(view.place(change)), "bold"), "\n", (visible(figures.call.function), "dim"))
    if change.moved and change.before is not None:
        site.append(f"\nwas {visible(diff_view.place(change.before, view.paths[0]))}", style="dim")
    return [
        site,
        Text.assemble(change.kind, "\n", (", ".join(_aspects(change, diffed)), "dim")),
        Text(visible(diff_view.both(change, diff_view.models)).replace(" → ", "\n→ ")),
        Text(diff_view.both(change, diff_view.tokens)),
        Text.assemble(diff_view.signed(change.delta.usd), "\n", (diff_view.share(change), "dim")),
        Text(diff_view.thousandfold(change.delta.usd)),
        Text("" if change.month is None else diff_view.signed(change.month)),
    ]


def _aspects(change: Change, diffed: Diffed) -> Iterator[str]:
    """What of the request differs; of caching and the cap from what to what, which no other column shows."""
    if diffed.is_unread(change):
        yield "or not read on the other side"
    if diff_view.signed(change.delta.usd) == diff_view.UNKNOWN and change.delta.reason:
        yield visible(_shortened(change.delta.reason))
    for aspect in change.aspects:
        if aspect == "caching":
            yield f"caching {diff_view.both(change, diff_view.caching)}"
        elif aspect == "max_tokens":
            yield f"max_tokens {diff_view.both(change, diff_view.cap)}"
        else:
            yield aspect


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _further(diffed: Diffed, view: View) -> Iterator[Text | Table]:
    lines = list(map(visible, diff_view.once(diffed)))
    months = diff_view.months(diffed)
    if months or lines:
        yield Text()
    if months:
        yield Text(months, style="bold")
    yield from map(Text, lines)
    for title, findings, paths in (
        ("New findings", diffed.findings.new, view.paths[1]),
        ("Findings gone", diffed.findings.gone, view.paths[0]),
    ):
        if findings:
            yield Text(f"\n{title}:", style="bold")
            yield _findings(findings, paths)


def _findings(findings: Sequence[Finding], paths: Paths) -> Table:
    grid = Table.grid(padding=(0, 2))
    for finding in findings:
        place = finding.hit.place
        where = visible(f"{paths.shown(place.path)}:{place.row}")
        rule = Text(f"{finding.rule.code} {finding.severity}", no_wrap=True)
        grid.add_row("", rule, Text.assemble((where, "bold"), f"  {visible(finding.hit.message)}"))
    return grid


def _footer(diffed: Diffed, view: View) -> Iterator[str]:
    inputs = {change.delta.of for change in diffed.altered}
    if inputs:
        of = "the input, for nobody has told the output" if inputs == {"input"} else "the input, and the output if told"
        yield f"Amounts are of {of}; a part known at run time only counts as the same on both sides."
    for side in (diffed.before, diffed.after):
        if side.left_out:
            yield f"Not looked into, {visible(side.name)}: {visible(', '.join(side.left_out))}."
    prices = "Prices of the configuration" if _has_own_prices(diffed) else "List prices"
    yield f"{prices} as of {view.prices_as_of}; tokens counted by {view.tokenizer}."


def _has_own_prices(diffed: Diffed) -> bool:
    return any(model.configured for change in diffed.altered for model in change.shown.models)
