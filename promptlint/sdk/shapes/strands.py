"""`strands.Agent(..)`: the model that it is given says what is sent with its prompt and tools."""

from __future__ import annotations

from dataclasses import replace

from promptlint.request import Place
from promptlint.sdk.passed import PassedArguments, of_mapping
from promptlint.sdk.schemas.tools import described
from promptlint.sdk.shapes import Gathered
from promptlint.sdk.shapes._converse_blocks import content, messages
from promptlint.sdk.shapes._parts import items, marked, text_block, tool, unseen, without_none
from promptlint.sdk.shapes._strands_models import AgentModel, marker, models, requested
from promptlint.sdk.shapes._values import at
from promptlint.source.values import NOWHERE, Item, Map, Seq, choice, options, place_of

_PROMPT_LATER = "the prompt is passed when the agent is called"


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of an agent and of its model; None where the model is none of Claude's."""
    given = gathered.given
    place = given.insert_at or NOWHERE
    argument = given.at("model", 0)
    used = list(models(argument.value if argument is not None else None, place))
    if not used:
        return None
    found = of_mapping(*(requested(model, place) for model in used))
    _add_prompt(found, given, used[0], place)
    _add_tools(gathered, found, used[0])
    found.opaque = [*(["model"] if found.opaque else []), *given.opaque]
    return found


def _add_prompt(found: PassedArguments, given: PassedArguments, model: AgentModel, place: Place) -> None:
    """The system prompt, and the conversation that the agent starts with."""
    system, point = given.at("system_prompt", 3), marker(model, "system")
    if system is not None:
        value = choice([content(option) if isinstance(option, Seq) else option for option in options(system.value)])
        if point is not None and without_none(value) is not None:
            blocks = list(value.items) if isinstance(value, Seq) else [Item(text_block(value))]
            if blocks and not any(isinstance(b.value, Map) and b.value.get("cache_control") for b in blocks):
                blocks[-1] = replace(blocks[-1], value=marked(blocks[-1].value, point))
            value = Seq("list", tuple(blocks), place_of(value))
        found.named["system"] = replace(system, value=value)
    later = unseen("prompt", place, _PROMPT_LATER)
    started = given.at("messages", 1)
    before = without_none(started.value) if started is not None else None
    seen = messages(before).items if isinstance(before, Seq) else items(before)
    found.named["messages"] = at(Seq("list", (*seen, Item(later)), place) if seen else later, place)


def _add_tools(gathered: Gathered, found: PassedArguments, model: AgentModel) -> None:
    tools = gathered.given.at("tools", 2)
    value = without_none(tools.value) if tools is not None else None
    if tools is None or value is None:
        return
    listed = [replace(item, value=described(gathered.ev, "strands", tool(item.value))) for item in items(value)]
    if not listed:
        return
    listed[-1] = replace(listed[-1], value=marked(listed[-1].value, marker(model, "tools")))
    found.named["tools"] = replace(tools, value=Seq("list", tuple(listed), tools.place))
    found.agent_loop = True
