"""What a call is for, judged by the wording of its prompt, its tools and its output cap."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from promptlint.checks._data import table
from promptlint.prose import prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.request import CallSite, Place, Tool

Task = Literal["classification", "extraction", "summarization", "creative", "code", "chat", "reasoning", "agent"]

AGENT_SDKS = frozenset({"claude_agent_sdk", "strands"})
_ENOUGH = 2
_CONVERSATION = 2
_LABEL_TYPES = frozenset({"boolean", "integer", "number"})


@dataclass(frozen=True, slots=True)
class Sign:
    """A wording that tells a task. `label`: the answer is a category, a number, a yes or no, or a short title."""

    task: Task
    weight: int
    label: bool
    quote: str
    place: Place


@dataclass(frozen=True, slots=True)
class _Pattern:
    task: Task
    weight: int
    label: bool
    regex: re.Pattern[str]


def task_of(call: CallSite) -> Task | None:
    """The likeliest task of a call; None where nothing tells."""
    forced = forced_tool(call)
    if _is_agent(call):
        return "agent"
    if forced is not None and is_label_tool(forced):
        return "classification"
    task = leading_task(signs_of(call), talking=_is_conversation(call))
    if task is None and forced is not None:
        return "extraction"
    return "agent" if task is None and _has_tools(call) else task


def signs_of(call: CallSite) -> tuple[Sign, ...]:
    """Every wording of the call's prompts that tells a task, each pattern once, in the order of the prompt."""
    found: dict[re.Pattern[str], Sign] = {}
    for prose in prompts(call):
        for pattern in _patterns():
            if pattern.regex not in found and (match := pattern.regex.search(prose.text)):
                quote = " ".join(match[0].replace("\ufffc", "…").split())
                place = prose.locate(match.start(), match.end())
                found[pattern.regex] = Sign(pattern.task, pattern.weight, pattern.label, quote, place)
    return tuple(found.values())


def leading_task(signs: tuple[Sign, ...], *, talking: bool = False) -> Task | None:
    """The task with the most weight among the signs; of two with the same, the one that stands first in the table.

    `talking` is a sign of its own: a history is sent, and that is what a chat does.
    """
    weights: Counter[Task] = Counter({"chat": _CONVERSATION} if talking else {})
    for sign in signs:
        weights[sign.task] += sign.weight
    heaviest = max(weights.values(), default=0)
    if heaviest < _ENOUGH:
        return None
    best = [task for task, weight in weights.items() if weight == heaviest]
    return min(best, key=lambda task: _order().index(task))


def forced_tool(call: CallSite) -> Tool | None:
    """The one tool that the model must call, where `tool_choice` forces it."""
    tools, choice = call.request.tools, call.request.tool_choice.only
    if choice is None or choice in ("auto", "none") or not tools.complete:
        return None
    named = [tool for tool in tools.tools if tool.name == choice]
    if named:
        return named[0]
    return tools.tools[0] if len(tools.tools) == 1 else None


def is_label_tool(tool: Tool) -> bool:
    """Whether all that a tool takes is enumerations, numbers and booleans."""
    if tool.definition is None:
        return False
    properties = _object(_object(json.loads(tool.definition)).get("input_schema")).get("properties")
    schemas = [_object(schema) for schema in _object(properties).values()]
    return bool(schemas) and all("enum" in schema or schema.get("type") in _LABEL_TYPES for schema in schemas)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_agent(call: CallSite) -> bool:
    if call.sdk in AGENT_SDKS:
        return True
    free = _has_tools(call) and forced_tool(call) is None
    return free and (call.context.agent_loop or call.request.messages.grows)


def _has_tools(call: CallSite) -> bool:
    """Whether there is a tool: an empty list is passed too."""
    tools = call.request.tools
    return bool(tools.present) and (bool(tools.tools) or not tools.complete)


def _is_conversation(call: CallSite) -> bool:
    messages = call.request.messages
    return messages.grows or (not messages.complete and not messages.messages)


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(_read())


def _read() -> Iterator[_Pattern]:
    for sign in table("tasks")["sign"]:
        for source in sign["patterns"]:
            regex = re.compile(source, re.IGNORECASE)
            yield _Pattern(cast("Task", sign["task"]), sign["weight"], sign.get("label", False), regex)


@cache
def _order() -> tuple[Task, ...]:
    return tuple(dict.fromkeys(pattern.task for pattern in _patterns()))
