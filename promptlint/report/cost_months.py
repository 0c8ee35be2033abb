"""What the calls cost a month, and what would make them cheaper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.money import usd
from promptlint.prices.levers import Step, together
from promptlint.report.columns import aligned
from promptlint.report.costed import Costed, Months, Row
from promptlint.report.style import Palette, visible
from promptlint.report.summary import plural


def total(months: Months) -> str:
    """The sum of the known amounts, and how many calls are not in it."""
    parts = [f"{usd(months.usd)} a month for {plural(months.known, 'call')}"] if months.known else []
    if months.partly:
        more = " more" if months.known else ""
        amount = f"at least {usd(months.at_least)}" if months.at_least else "an unknown amount"
        parts.append(
            f"{amount} for {plural(months.partly, 'call')}{more} of which neither the code nor a workload tells all"
        )
    if months.without_volume:
        have = "has" if months.without_volume == 1 else "have"
        parts.append(f"not in it: {plural(months.without_volume, 'call')}, which {have} no volume")
    return "; ".join(parts) + "."


def advice(costed: Costed, rows: Sequence[Row]) -> Iterator[str]:
    """For each call with a volume the changes that save, best first; the dearest call comes first."""
    for row in sorted(rows, key=lambda row: -(row.per_month.low if row.per_month else 0.0)):
        found = () if row.economics is None else row.economics.steps
        calls = None if row.workload is None else row.workload.calls_per_month
        if not found or not calls:
            continue
        place = f"{visible(costed.paths.shown(row.call.place.path))}:{row.call.place.row}"
        before = found[0].saving + found[0].left
        yield f"{place} {visible(row.call.function)}, {usd(before * calls)} a month"
        yield from _table(found, calls)
        if len(found) > 1:
            left = usd(found[-1].left * calls)
            yield f"  all of them: {left} a month, {together(found):.1%} less"


def _table(found: Sequence[Step], calls: float) -> Iterator[str]:
    rows = [(step.change, f"-{usd(step.saving * calls)}", f"-{step.share:.1%}") for step in found]
    lines = list(aligned([("", "", ""), *rows], Palette(False)))[1:]
    for line, step in zip(lines, found, strict=True):
        yield f"  {line}{f'   {step.condition}' if step.condition else ''}"
