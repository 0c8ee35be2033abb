"""PL607: `json.dumps` writes `ü` as `\\u00fc`, six characters and several tokens, unless told not to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, input_cost
from promptlint.checks._holes import named
from promptlint.checks._json import written_as_json
from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Hole

_OF_PEOPLE = frozenset({"parameter", "loop", "file", "database", "request", "input", "reply"})
"""Where text that people wrote comes from."""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each `json.dumps` of data from outside the code that may hold other letters than ASCII's."""
    for hole in written_as_json(call) if call.priced else ():
        told = any(option.startswith("ensure_ascii=") for option in hole.options)
        if hole.detail == "json.dumps" and hole.origin in _OF_PEOPLE and not told and "ensure_ascii" not in hole.name:
            yield _hit(call, hole, audit)


def _hit(call: CallSite, hole: Hole, audit: Audit) -> Hit:
    cost = input_cost(call, 1000, audit)
    if cost != UNKNOWN_MODEL:
        cost = f"nothing for English text; each 1,000 tokens of escapes cost {cost}"
    return Hit(
        place=hole.place,
        message=f"{named(hole)} sends each letter outside ASCII as an escape such as \\u00fc",
        call=call.id,
        label="escapes what is not ASCII",
        cost=cost,
        help=f"Send the letters themselves:\n    {_plain(hole)}",
    )


def _plain(hole: Hole) -> str:
    name = " ".join(hole.name.split())
    return "json.dumps(data, ensure_ascii=False)" if name.endswith("...") else f"{name[:-1]}, ensure_ascii=False)"
