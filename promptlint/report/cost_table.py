"""The calls as a table that a person reads: what each sends and costs, and what could be saved."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator

from rich.table import Table
from rich.text import Text

from promptlint.economics import by_month
from promptlint.estimate import Estimate
from promptlint.money import usd, usd_range
from promptlint.prices.cost import most_output
from promptlint.report.consoles import RULED, console_for
from promptlint.report.cost_months import advice, total
from promptlint.report.costed import Costed, Row, settled
from promptlint.report.savings import PER
from promptlint.report.style import Palette, visible
from promptlint.report.summary import counted, failed, plural

_UNKNOWN = "unknown"
_WIDE = 100
"""By which factor the numbers of several models differ where one of them cannot stand for all."""

_HEADERS = ("call site", "model", "prefix", "tokens", "per call", "per 1,000", "a month", "could save")
_LEAST_COLUMNS = {"per call": _WIDE, "prefix": 70}
"""How wide a terminal must be to show a column."""


def render(costed: Costed, palette: Palette, columns: int, *, quiet: bool = False) -> str:
    """The table, then the wrappers, and what the numbers mean."""
    if not costed.rows:
        files = plural(costed.files, "file")
        return (
            f"0 calls in {files}{failed(costed.problems)}.\n"
            if costed.problems
            else f"No Claude call found in {files}.\n"
        )
    text = io.StringIO()
    console = console_for(text, palette, columns)
    sent = [row for row in costed.rows if row.call.role == "call"]
    if sent:
        console.print(_table(sent, costed, columns))
    if costed.months.known or costed.months.partly:
        console.print(Text(f"\n{total(costed.months)}", style="bold"))
        for line in _advised(costed, sent):
            console.print(Text(line))
    if not quiet:
        for line in ("", *_wrappers(costed), *_files(sent, costed), *_footer(sent, costed)):
            console.print(Text(line, style="dim"))
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _table(rows: list[Row], costed: Costed, columns: int) -> Table:
    """Narrow terminals show the model below the call site, and leave out what the other columns tell as well."""
    table = Table(box=RULED, show_edge=False, pad_edge=False, leading=1, header_style="bold", border_style="dim")
    cells = [_cells(row, costed) for row in rows]
    if columns < _WIDE:
        cells = [[Text("\n").join((site, model)), *others] for site, model, *others in cells]
    left_out = {name for name, least in _LEAST_COLUMNS.items() if columns < least}
    if not any(row.per_month for row in rows):
        left_out.add("a month")
    names = [name for name in _HEADERS if columns >= _WIDE or name != "model"]
    for name in names:
        if name not in left_out:
            textual = name in ("call site", "model")
            table.add_column(name, justify="left" if textual else "right", no_wrap=not textual, overflow="fold")
    for row in cells:
        table.add_row(*(cell for name, cell in zip(names, row, strict=True) if name not in left_out))
    return table


def _cells(row: Row, costed: Costed) -> list[Text]:
    """One cell for each of the headers."""
    call, tokens = row.call, row.total.tokens
    sent, answered = settled(row, row.total.input_usd), settled(row, row.total.output_usd)
    place = f"{visible(costed.paths.shown(call.place.path))}:{call.place.row}"
    saving = costed.savings.get(call.id)
    return [
        Text.assemble((place, "bold"), "\n", (visible(call.function), "dim")),
        Text("\n".join(map(visible, call.request.model.values)) or f"model {_UNKNOWN}"),
        Text(_number(settled(row, tokens.prefix), _tokens)),
        _in_and_out(f"{_number(settled(row, tokens.total), _tokens)} in", f"{_output_tokens(row)} out"),
        _in_and_out(_number(sent, usd), _number(answered, usd)),
        _in_and_out(_number(sent, _thousandfold), _number(answered, _thousandfold)),
        _monthly(row),
        Text("" if saving is None else f"{saving.thousandfold()}\n{saving.code}", style="green"),
    ]


def _output_tokens(row: Row) -> str:
    """As the price beside it has them: what the workload says, else up to the cap."""
    if row.workload is not None and row.workload.output_tokens is not None:
        return _tokens(row.workload.output_tokens)
    request = row.call.request
    known = request.model.complete and len(row.models) >= len(request.model.values) > 0
    models = row.models if known else (*row.models, None)
    most = [tokens for model in models if (tokens := most_output(request, model)) is not None]
    return f"up to {_tokens(max(most))}" if most else _UNKNOWN


def _monthly(row: Row) -> Text:
    calls = None if row.workload is None else row.workload.calls_per_month
    sent = by_month(settled(row, row.total.input_usd), calls)
    answered = by_month(settled(row, row.total.output_usd), calls)
    return Text() if sent is None or answered is None else _in_and_out(_number(sent, usd), _number(answered, usd))


def _advised(costed: Costed, rows: list[Row]) -> Iterator[str]:
    lines = list(advice(costed, rows))
    if lines:
        yield ""
        yield "What would make it cheaper a month, best first, each on what the ones before it leave:"
        yield from lines


def _in_and_out(input: str, output: str) -> Text:
    return Text.assemble(input, "\n", (output, "dim"))


def _number(estimate: Estimate, write: Callable[[float], str]) -> str:
    """The likeliest number, else the interval; `+` after a lower bound."""
    low, high = estimate.low, estimate.high
    if estimate.value is not None:
        return write(estimate.value)
    if high is None:
        return f"{write(low)}+" if low > 0 else _UNKNOWN
    if write(low) == write(high):
        return write(high)
    return f"{write(low)} to {write(high)}" if low > 0 else f"up to {write(high)}"


def _tokens(count: float) -> str:
    return f"{round(count):,}"


def _thousandfold(amount: float) -> str:
    return usd(amount * PER)


def _wrappers(costed: Costed) -> Iterator[str]:
    rows = [row for row in costed.rows if row.call.role == "wrapper"]
    for row in rows:
        place = row.call.place
        where = f"{visible(costed.paths.shown(place.path))}:{place.row} {visible(row.call.function)}"
        yield f"Wrapper: {where}, counted at {plural(len(row.call.callers), 'caller')}."


def _files(rows: list[Row], costed: Costed) -> Iterator[str]:
    """What the readable requests of one file cost together: how often each is sent is known here."""
    by_file: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.call.is_body:
            by_file[row.call.place.path].append(row)
    for path, own in by_file.items():
        missing = sum(problem.requests for problem in costed.problems if problem.path == path)
        if len(own) + missing > 1:
            amounts = [
                Estimate.sum(row.total.input_usd for row in own),
                Estimate.sum(row.total.output_usd for row in own),
            ]
            sent, answered = map(usd_range, amounts)
            known = f"{len(own):,} of" if missing else "All"
            which = f"{known} {plural(len(own) + missing, 'request')} of {visible(costed.paths.shown(path))}"
            yield f"{which}: {sent} for the input, {answered} for the output."


def _footer(rows: list[Row], costed: Costed) -> Iterator[str]:
    """How many calls, how far their numbers are known, and where these come from."""
    sent = [row for row in rows if row.call.priced]
    inputs = [settled(row, row.total.input_usd) for row in sent]
    priced = sum(each.low > 0 or each.value is not None for each in inputs)
    unknown = f", {len(sent) - priced} unknown" if priced < len(sent) else ""
    calls = counted([row.call for row in costed.rows])
    missing = failed(costed.problems)
    yield f"{calls} in {plural(costed.files, 'file')}: {priced} priced{unknown}{missing}."
    yield "Input stands above, output below. A number with + is the least: a part is known at run time only."
    own = any(model.configured for row in rows for model in row.models)
    prices = "Prices of the configuration, else list prices" if own else "List prices"
    yield f"{prices} as of {costed.prices_as_of}; tokens counted {_counted_by(rows, costed)}."
    if costed.savings:
        yield "Could save: per 1,000 calls, by the largest finding of `promptlint check` on the call."


def _counted_by(rows: list[Row], costed: Costed) -> str:
    exact = sum(row.total.tokens.total.source == "exact" for row in rows)
    offline = f"offline by {costed.tokenizer}"
    if exact == 0:
        return offline
    return "by the API" if exact == len(rows) else f"by the API for {plural(exact, 'call')}, else {offline}"
