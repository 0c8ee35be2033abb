"""PL509: the model decides how often it searches the web, unless the tool says how often it may."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Tool

_COST = {
    "web_search": "$10 per 1,000 searches, and each result is input of this turn and of all later ones",
    "web_fetch": "no fee, but each page is input of this turn and of all later ones, some 2,500 tokens for 10 kB",
}
"""By the beginning of a tool's type. Source: Anthropic's price list of 2026-11."""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each such tool whose whole definition is known."""
    for tool in call.request.tools.tools if call.role == "call" else ():
        kind = next((kind for kind in _COST if (tool.kind or "").startswith(kind)), None)
        if kind is not None and tool.definition is not None and "max_uses" not in json.loads(tool.definition):
            yield _hit(call, tool, kind)


def _hit(call: CallSite, tool: Tool, kind: str) -> Hit:
    bound = ', "max_content_tokens": 20000' if kind == "web_fetch" else ""
    return Hit(
        place=tool.place,
        message=f"Nothing bounds how often one request may use {kind}",
        call=call.id,
        label="no max_uses",
        cost=_COST[kind],
        help=f'Say how often it may:\n    {{"type": "{tool.kind}", "name": "{kind}", "max_uses": 5{bound}}}',
    )
