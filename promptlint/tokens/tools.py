"""A tool's definition as the model reads it."""

from __future__ import annotations

import json
from typing import Any


def as_read(definition: str) -> str:
    """The text that the API makes of a tool's JSON; empty for a tool that is loaded later.

    One line of JSON with sorted keys in a `<function>` element comes nearest to the recorded counts, and meets
    most of them within a token. Definitions written for the Converse or Chat Completions API are read as well.
    """
    try:
        tool = json.loads(definition)
    except ValueError:
        return definition
    if not isinstance(tool, dict):
        return definition
    if tool.get("defer_loading") is True:
        return ""
    return f"<function>{json.dumps(_function(tool), ensure_ascii=False, sort_keys=True)}</function>\n"


def _function(tool: dict[str, Any]) -> dict[str, Any]:
    for wrapped in ("toolSpec", "function"):
        if isinstance(tool.get(wrapped), dict):
            tool = tool[wrapped]
    schema = tool.get("input_schema") or tool.get("inputSchema") or tool.get("parameters") or {}
    if isinstance(schema, dict) and set(schema) == {"json"}:
        schema = schema["json"]
    read = {"name": tool.get("name"), "parameters": schema}
    # An empty description costs nothing.
    if tool.get("description"):
        read["description"] = tool["description"]
    return read
