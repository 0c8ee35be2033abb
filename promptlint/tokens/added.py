"""What arguments beside the messages add to the input: thinking, a schema for the reply, servers and containers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from promptlint.estimate import Estimate
from promptlint.tokens import structure

if TYPE_CHECKING:
    from promptlint.request import Request
    from promptlint.tokens.ruler import Ruler

_OPEN = frozenset({"mcp_servers", "container"})


def raw(request: Request, ruler: Ruler) -> Estimate:
    """The tokens that the arguments add, not widened; unknown for servers and containers."""
    found = Estimate.exactly(0, "exact")
    thinking = request.thinking
    kinds = thinking.values if thinking.complete else (*thinking.values, "disabled", "enabled")
    if kinds:
        found += Estimate.hull(structure.thinking(kind, ruler.model) for kind in kinds)
    if any("task_budget" in config for config in _configs(request)):
        found += structure.task_budget()
    for schema in schemas(request):
        if schema is not None:
            found += ruler.literal(json.dumps(schema, indent=2)) + structure.around("schema", ruler.model)
    open_ended = request.opaque or None in schemas(request) or not _OPEN.isdisjoint(request.others)
    return found + Estimate.unknown() if open_ended else found


def schemas(request: Request) -> list[dict[str, Any] | None]:
    """The JSON schema that the reply is to follow; None for one that is not known."""
    found = [value.get("schema") if isinstance(value, dict) else None for value in request.reply_format.values]
    known = [schema if isinstance(schema, dict) else None for schema in found]
    return known if request.reply_format.complete else [*known, None]


def _configs(request: Request) -> list[dict[str, Any]]:
    given = request.others.get("output_config")
    return [value for value in (given.values if given else ()) if isinstance(value, dict)]
