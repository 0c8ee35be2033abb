"""PL602: what a tool's result holds whole, however long it is, is input of every request that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import input_cost
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import Bulk, CallSite, Place

_WHAT = {
    "output": "the whole output of a command",
    "file": "a whole file",
    "page": "a whole page",
    "rows": "all rows of a query",
}
_HELP = """\
Cut it, and say so; Claude asks for the part that it needs:
    def head_and_tail(text: str, most: int = 20_000) -> str:
        half = most // 2
        cut = len(text) - most
        return text if cut <= 0 else f"{{text[:half]}}\\n[{{cut}} characters cut]\\n{{text[-half:]}}"

    {change}"""
_TRIMS = "context_management"


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each result once, at the place that all that is too long goes through."""
    request = call.request
    if not call.priced or request.batch or _TRIMS in request.others or request.opaque:
        return
    for message in request.messages.messages:
        for block in message.blocks:
            if block.bulk:
                yield _hit(call, block.place, block.bulk, audit)
    for tool in request.tools.tools:
        for bulk in tool.bulk:
            yield _hit(call, bulk.place, (bulk,), audit)


def _hit(call: CallSite, place: Place, bulk: tuple[Bulk, ...], audit: Audit) -> Hit:
    first = bulk[0]
    grows = call.request.messages.grows or call.context.agent_loop
    block = '{"type": "tool_result", ..., "content": head_and_tail(...)}'
    change = f"return head_and_tail({first.name})" if place == first.place else block
    elsewhere = {one.place: one for one in bulk if not place.contains(one.place)}
    return Hit(
        place=place,
        message=f"This tool's result holds {_listed(bulk)}, and nothing caps its length",
        call=call.id,
        label=f"as long as {first.name} is",
        cost=_cost(call, audit, grows),
        help=_HELP.format(change=change),
        related=tuple(Related(other, f"{_WHAT[one.what]}: {one.name}") for other, one in elsewhere.items()),
        severity=None if grows else "info",
    )


def _listed(bulk: tuple[Bulk, ...]) -> str:
    return " or ".join(dict.fromkeys(_WHAT[one.what] for one in bulk))


def _cost(call: CallSite, audit: Audit, grows: bool) -> str:
    again = ", and again in each later turn, which sends it once more" if grows else ""
    return f"its size is known at run time only; each 1,000 tokens of it cost {input_cost(call, 1000, audit)}{again}"
