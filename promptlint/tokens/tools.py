"""The tokens of a request's tools, and a tool's definition as the model reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from promptlint.estimate import Estimate
from promptlint.tokens import structure, texts
from promptlint.tokens.calls import read

if TYPE_CHECKING:
    from promptlint.request import Block, Request, Tool
    from promptlint.tokens.ruler import Ruler


def raw(request: Request, ruler: Ruler) -> Estimate:
    """The tokens of all tools with the prompt that the API adds for them, not widened."""
    tools = request.tools.tools
    found = ruler.literal("".join(as_read(tool.definition) for tool in tools if is_own(tool) and tool.definition))
    for tool in tools:
        if not is_own(tool):
            found += structure.anthropic_tool(tool.kind or "") or Estimate.unknown()
        elif tool.definition is None:
            found += Estimate.unknown(texts.raw(tool.static, ruler).low)
    if any(map(is_own, tools)):
        found += _prompt(request, ruler)
    if loadable(tools):
        found += structure.around("deferred", ruler.model)
    return found if request.tools.complete else found + Estimate.unknown()


def _prompt(request: Request, ruler: Ruler) -> Estimate:
    choice = request.tool_choice
    choices = choice.values if choice.complete else (*choice.values, "auto", "any")
    found = structure.tool_prompt(ruler.model, choices, request.serial_tools.only is True)
    if "tool" not in choices:
        return found
    if (name := request.forced_tool.only) is None:
        return found + Estimate(0, 5, 30, "assumed")
    named = found + ruler.literal(f'"{name}"')
    return named if choices == ("tool",) else Estimate.hull([found, named])


def loadable(tools: Iterable[Tool]) -> dict[str, str]:
    """The tools that are not read before they are referred to, as they then are, by name."""
    found = ((tool.name, _read(tool.definition)) for tool in tools if tool.definition)
    return {
        name: _element(tool)
        for name, tool in found
        if name is not None and tool is not None and tool.get("defer_loading") is True
    }


def brought(block: Block) -> str:
    """The tool that a block of the conversation defines, as it is read; empty where it defines none."""
    tool = read(block).get("tool") if block.kind == "other" else None
    definition = tool.get("definition") if isinstance(tool, dict) else None
    return _element(definition) if isinstance(definition, dict) else ""


def is_own(tool: Tool) -> bool:
    """Whether the caller has defined the tool, not Anthropic."""
    return tool.kind in (None, "custom", "function")


def as_read(definition: str) -> str:
    """The text that the API makes of a tool's JSON; empty for a tool that is loaded later.

    One line of ASCII JSON with sorted keys in a `<function>` element meets nearly all recorded counts to the token.
    Definitions written for the Converse or Chat Completions API are read as well.
    """
    tool = _read(definition)
    if tool is None:
        return definition
    return "" if tool.get("defer_loading") is True else _element(tool)


def _element(tool: dict[str, Any]) -> str:
    return f"<function>{json.dumps(_function(tool), sort_keys=True)}</function>\n"


def _read(definition: str) -> dict[str, Any] | None:
    try:
        tool = json.loads(definition)
    except ValueError:
        return None
    return tool if isinstance(tool, dict) else None


def _function(tool: dict[str, Any]) -> dict[str, Any]:
    sent = normal(tool)
    read = {"name": sent.get("name"), "parameters": sent["input_schema"]}
    # An empty description costs nothing.
    if sent.get("description"):
        read["description"] = sent["description"]
    return read


def normal(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool as the Messages API takes it; a definition for the Converse or Chat Completions API is translated."""
    if tool.get("input_schema"):
        return tool
    for wrapped in ("toolSpec", "function"):
        if isinstance(tool.get(wrapped), dict):
            tool = tool[wrapped]
    schema = tool.get("input_schema") or tool.get("inputSchema") or tool.get("parameters") or {}
    if isinstance(schema, dict) and set(schema) == {"json"}:
        schema = schema["json"]
    described = {"description": tool["description"]} if tool.get("description") else {}
    return {"name": tool.get("name"), **described, "input_schema": schema}
