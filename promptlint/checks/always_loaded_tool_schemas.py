"""PL608: tools whose schemas fill each request, whether it uses them or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from promptlint.checks._cost import input_cost
from promptlint.checks._place import own_place
from promptlint.findings import Hit
from promptlint.money import tokens_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Tool

_MOST = 10_000
"""Tokens of schemas from which on Anthropic advises to search for tools: its page on the tool search tool, 2026."""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report a call whose known schemas alone are longer on each model, and that defers none of them."""
    tools, models = call.request.tools, audit.ledger.models(call)
    if not call.priced or not models or any(map(_is_deferred, tools.tools)):
        return
    sizes = [audit.ledger.tokens(call, model).tools for model in models]
    if all(size.at_least(_MOST) for size in sizes):
        yield Hit(
            place=own_place(call, tools.place),
            message=f"The schemas of {len(tools.tools):,} tools, {tokens_range(sizes[0])}, are sent with each request",
            call=call.id,
            label="all of them, each time",
            cost=f"{input_cost(call, min(size.low for size in sizes), audit)}, less where they are cached",
            help="""\
Let the model search for the tools that are seldom used, and keep the others as they are:
    {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"}
and in each such tool
    "defer_loading": True""",
        )


def _is_deferred(tool: Tool) -> bool:
    if (tool.kind or "").startswith("tool_search"):
        return True
    return tool.definition is not None and bool(json.loads(tool.definition).get("defer_loading"))
