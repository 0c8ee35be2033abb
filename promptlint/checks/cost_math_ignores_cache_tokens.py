"""PL903: a cost that is worked out of `input_tokens`, which of a cached call is only what the cache did not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._cost import MILLION, price_of, prices
from promptlint.findings import Hit, Related
from promptlint.money import usd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CacheMarker, CallSite, CostMath

_EXCLUSIVE = frozenset({"anthropic", "http", "bedrock"})
"""The SDKs that hand on `input_tokens` as the API has it; others add what was cached."""
_COUNTED = re.compile(
    r"cache_?(read|creation|write)_?(input_?)?tokens|cached_tokens|input_tokens?_details?", re.IGNORECASE
)
_HELP = """\
Add what was written to the cache and read from it, each at its price:
    u = reply.usage
    cost = (
        u.input_tokens * PRICE
        + (u.cache_creation_input_tokens or 0) * PRICE * {write}
        + (u.cache_read_input_tokens or 0) * PRICE * {read}
        + u.output_tokens * OUTPUT_PRICE
    )"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such product that a cached call's usage comes to, where nothing counts cached tokens at all."""
    project = audit.project
    if not project.cost_math or any(map(_COUNTED.search, project.sources.values())):
        return
    cached = [call for call in project.calls if _is_cached(call)]
    for math in project.cost_math:
        call = next((call for call in cached if _comes_to(call, math, audit)), None)
        if call is not None:
            yield _hit(math, call, audit)


def _is_cached(call: CallSite) -> bool:
    marked = any(marker.certain for marker in call.request.cache_breakpoints)
    return call.role == "call" and call.priced and call.sdk in _EXCLUSIVE and marked


def _comes_to(call: CallSite, math: CostMath, audit: Audit) -> bool:
    """Whether the file that reads a call's usage has the product in it, or names the function that has."""
    for read in call.response.reads:
        if read.field == "usage":
            text = audit.project.sources.get(read.place.source, "")
            named = math.function and re.search(rf"\b{re.escape(math.function)}\(", text)
            if read.place.source == math.place.source or named:
                return True
    return False


def _hit(math: CostMath, call: CallSite, audit: Audit) -> Hit:
    marker = next(marker for marker in call.request.cache_breakpoints if marker.certain)
    write, read, cost = _left_out(call, marker, audit)
    return Hit(
        place=math.place,
        message="This cost leaves out what the cache wrote and read: input_tokens is only the rest",
        call=call.id,
        label="too low as soon as the cache is used",
        cost=f"nothing by itself, but the sum is too low{cost}",
        help=_HELP.format(write=write, read=read),
        related=(Related(call.place, "the call whose usage it counts"), Related(marker.place, "what is cached")),
    )


def _left_out(call: CallSite, marker: CacheMarker, audit: Audit) -> tuple[str, str, str]:
    """A write and a read as factors of the input price, and what 1,000 tokens of each cost."""
    for model in audit.ledger.models(call):
        price = prices(call, model)
        if price is None or not price.input:
            continue
        write = price.cache_write_1h if marker.ttl == "1h" else price.cache_write_5m
        if write is None or price.cache_read is None:
            continue
        written, read = usd(1000 * write / MILLION), usd(1000 * price.cache_read / MILLION)
        amounts = f": 1,000 tokens written to the cache cost {written}, read {read} ({model.id}, {price_of(model)})"
        return f"{write / price.input:g}", f"{price.cache_read / price.input:g}", amounts
    return "WRITE_SHARE", "READ_SHARE", ""
