"""Prompts and requests as a table that a person reads, with several models side by side."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from promptlint.money import usd
from promptlint.report.consoles import RULED, console_for
from promptlint.report.style import Palette, visible
from promptlint.report.summary import plural

if TYPE_CHECKING:
    from promptlint.estimate import Estimate
    from promptlint.report.tallied import Counted, Tallied
    from promptlint.tokens.tally import Tally

_OWN = "as sent"


def render(tallied: Tallied, palette: Palette, columns: int, *, quiet: bool = False) -> str:
    """The table, and what its numbers mean."""
    text = io.StringIO()
    console = console_for(text, palette, columns)
    if tallied.rows:
        console.print(_table(tallied))
    if not quiet:
        for line in (*([""] if tallied.rows else []), *_footer(tallied)):
            console.print(Text(line, style="dim"))
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _table(tallied: Tallied) -> Table:
    table = Table(box=RULED, show_edge=False, pad_edge=False, leading=1, header_style="bold", border_style="dim")
    headers = _headers(tallied.rows)
    for name in ("", *headers):
        table.add_column(name, overflow="fold")
    for row in tallied.rows:
        cells = [Text("\n").join(_lines(tally, row, named=headers == (_OWN,))) for tally in row.tallies]
        unknown = Text(row.reason, style="yellow")
        table.add_row(_what(row, tallied), *(cells or [unknown] * len(headers)))
    return table


def _headers(rows: tuple[Counted, ...]) -> tuple[str, ...]:
    """The models, where all rows were counted for the same ones."""
    found = {tuple(tally.model.id for tally in row.tallies) for row in rows if row.tallies}
    return found.pop() if len(found) == 1 else (_OWN,)


def _what(row: Counted, tallied: Tallied) -> Text:
    path = visible(tallied.paths.shown(row.place.path))
    where = f"{path}:{row.place.line}" if row.kind == "request" else path
    name = f"\n{visible(row.name)}" if row.name else ""
    size = f"\n{plural(row.characters, 'character')}" if row.characters is not None else ""
    return Text.assemble((where, "bold"), (f"{name}{size}", "dim"))


def _lines(tally: Tally, row: Counted, *, named: bool) -> Iterator[Text]:
    if named:
        yield Text(tally.model.id)
    yield Text(f"{_range(tally.tokens)} tokens")
    value = tally.tokens.value
    if value is None and tally.reason:
        yield Text(visible(tally.reason), style="yellow")
    if value and row.characters:
        yield Text(f"{row.characters / value:.2f} characters a token", style="dim")
    if tally.input_usd.value is not None:
        yield Text(f"{usd(tally.input_usd.value)} a call", style="dim")
    yield Text(_caching(tally), style="dim")


def _range(tokens: Estimate) -> str:
    """The likeliest number, with its bounds where they differ."""
    if tokens.value is None:
        return f"{round(tokens.low):,}+" if tokens.low else "unknown"
    written = f"{round(tokens.value):,}"
    if tokens.high is None or tokens.low == tokens.high:
        return written
    return f"{written} ({round(tokens.low):,} to {round(tokens.high):,})"


def _caching(tally: Tally) -> str:
    if tally.minimum is None:
        return "minimum to cache unknown"
    if tally.cacheable is None:
        return f"may reach the {tally.minimum:,} to cache"
    return f"long enough to cache ({tally.minimum:,})" if tally.cacheable else f"too short to cache ({tally.minimum:,})"


def _footer(tallied: Tallied) -> Iterator[str]:
    counted = sum(any(tally.tokens.value is not None for tally in row.tallies) for row in tallied.rows)
    failed = f"; {plural(len(tallied.problems), 'input')} could not be" if tallied.problems else ""
    yield f"{plural(counted, 'input')} counted{failed}."
    exact = any(tally.tokens.source == "exact" for row in tallied.rows for tally in row.tallies)
    by = f"by the API, or else offline by {tallied.tokenizer}" if exact else f"offline by {tallied.tokenizer}"
    yield f"Counted {by}; a prompt file alone, a request with all that is sent with it."
    yield f"Input at list prices as of {tallied.prices_as_of}, uncached."
