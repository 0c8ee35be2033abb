"""PL606: `indent=` puts line breaks and blanks between the data, for readers that are no model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._cost import MILLION, UNKNOWN_MODEL, dollars, price_of, prices
from promptlint.checks._holes import configured_tokens, named
from promptlint.checks._json import indent_of, written_as_json
from promptlint.estimate import Estimate
from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Hole

BLANKS = (0.08, 0.49)
"""Share of the tokens that compact JSON does without, from texts to lists of records: measured on 30 records."""
_EXAMPLE = re.compile(r"(?i)example|sample|few_?shot|schema|format|shape")
_WRITTEN_HERE = re.compile(r"dumps\(\s*[\[{]\s*[\"'}\]]")


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each indented value of a call's prompts."""
    for hole in written_as_json(call) if call.priced else ():
        if indent_of(hole):
            yield _hit(call, hole, audit)


def _hit(call: CallSite, hole: Hole, audit: Audit) -> Hit:
    small = _EXAMPLE.search(hole.name) or _WRITTEN_HERE.search(hole.name)
    cost, saving = _cost(call, hole, audit)
    return Hit(
        place=hole.place,
        message=f"{named(hole)} sends the blanks and line breaks of indented JSON, {_share()} of its tokens",
        call=call.id,
        label="indented for readers that are no model",
        cost=cost,
        savings=saving,
        help=f"Write it without blanks; the data stay the same:\n    {_compact(hole)}",
        severity="info" if small else None,
    )


def _share() -> str:
    low, high = BLANKS
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def _cost(call: CallSite, hole: Hole, audit: Audit) -> tuple[str, Estimate | None]:
    """What the blanks cost: for the size that the user configured, else for each 1,000 tokens."""
    models = audit.ledger.models(call)
    found = [price for model in models if (price := prices(call, model)) is not None and price.input is not None]
    inputs = [price.input / MILLION for price in found if price.input is not None]
    if not inputs:
        return UNKNOWN_MODEL, None
    size = configured_tokens(call, hole, audit)
    low, high = (share * (1000 if size is None else size) for share in BLANKS)
    amounts = dollars([min(inputs) * low, max(inputs) * high])
    if size is None:
        each = "the size is known at run time only; each 1,000 tokens of it waste"
        return f"{each} {amounts} ({price_of(*models)})", None
    saving = Estimate(min(inputs) * low, None, max(inputs) * high, "configured")
    return f"{amounts} ({size:,} tokens configured, {price_of(*models)})", saving


def _compact(hole: Hole) -> str:
    if hole.name.endswith("..."):
        return 'json.dumps(data, separators=(",", ":"))'
    if hole.detail == "json.dumps":
        kept = re.sub(r",\s*separators\s*=\s*\([^()]*\)", "", " ".join(hole.name.split()))
        return re.sub(r"\bindent\s*=\s*\d+", 'separators=(",", ":")', kept)
    return re.sub(r"\bindent\s*=\s*\d+(?:,\s*)?", "", " ".join(hole.name.split()))
