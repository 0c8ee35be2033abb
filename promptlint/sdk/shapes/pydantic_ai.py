"""`Agent(..).run(prompt)` of Pydantic AI: the agent, its model and the run each have a say in the request."""

from __future__ import annotations

from dataclasses import replace

from promptlint.request import Place
from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.receivers import Receiver
from promptlint.sdk.schemas.pydantic_ai import answer
from promptlint.sdk.shapes import Gathered
from promptlint.sdk.shapes._parts import cache_control, marked, text_block, unseen, user_message, without_none
from promptlint.sdk.shapes._pydantic_agents import added, system, tools
from promptlint.sdk.shapes._pydantic_models import AgentModel, default_cap, models
from promptlint.sdk.shapes._pydantic_settings import CACHED, marker, merged
from promptlint.sdk.shapes._values import at, mapping, word
from promptlint.source.values import (
    NOWHERE,
    Arguments,
    Const,
    External,
    Item,
    Object,
    Seq,
    Str,
    Value,
    choice,
    place_of,
)

_KINDS = {"ImageUrl": "image", "BinaryImage": "image", "DocumentUrl": "document"}


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of a run; None where the agent's model is none of Claude's."""
    agent, given = gathered.receiver, gathered.given
    if agent is None or agent.steps:
        return None
    place = given.insert_at or NOWHERE
    used = models(_model(agent, given), place)
    if not used:
        return None
    found = merged(agent, given, used[0])
    markers = {section: marker(found, agent, section) for section in CACHED}
    _name_model(found, agent, given, used, place)
    extra = added(gathered, agent)
    prompt = system(gathered, agent, extra, markers["instructions"])
    listed = tools(gathered, agent, extra, markers["tools"])
    _add_answer(gathered, found, listed)
    if prompt is not None:
        found.named["system"] = at(prompt)
    found.agent_loop = listed is not None
    if (last := markers["messages"]) is not None:
        found.named["cache_control"] = Passed(last.value, last.key_place, last.key_place, last.optional)
    _add_messages(found, given)
    return found


def _model(agent: Receiver, given: PassedArguments) -> Value | None:
    """The model of a run: its own, else the agent's."""
    own = given.get("model")
    value = without_none(own.value) if own is not None else None
    if value is not None or agent.arguments is not None:
        return value or (agent.arguments.get("model", 0) if agent.arguments is not None else None)
    return _elsewhere(agent)


def _elsewhere(agent: Receiver) -> Value:
    return unseen(agent.name, place_of(agent.made), "the agent is made elsewhere", "parameter")


def _name_model(
    found: PassedArguments, agent: Receiver, given: PassedArguments, used: list[AgentModel], place: Place
) -> None:
    """The model and the cap."""
    own = given.get("model")
    value = choice([model.name for model in used])
    at_run = own is not None and without_none(own.value) is not None
    found.named["model"] = replace(own, value=value) if own is not None and at_run else at(value)
    output = given.get("output_type")
    asked = output.value if output is not None else (agent.arguments or Arguments()).get("output_type")
    if asked is not None and not (isinstance(asked, External) and asked.name == "builtins.str"):
        found.named["output_type"] = output or at(asked)
    if agent.arguments is None:
        found.named.setdefault("max_tokens", at(_elsewhere(agent)))
        found.opaque.append("agent")
    elif "max_tokens" not in found.named and not found.opaque:
        found.named["max_tokens"] = default_cap(used, found.named.get("thinking"), place)


def _add_answer(gathered: Gathered, found: PassedArguments, listed: Seq | None) -> None:
    """The tools, and the one by which Claude has to answer where the agent is to return a model."""
    output = found.get("output_type")
    made = answer(gathered.ev, output.value) if output is not None and "thinking" not in found.named else None
    every = (*(listed.items if listed is not None else ()), *([Item(made)] if made is not None else []))
    if every:
        place = listed.place if listed is not None else place_of(every[0].value)
        found.named["tools"] = at(Seq("list", every, place))
    if made is not None:
        found.named["tool_choice"] = at(mapping(made.place, type=word("any" if listed else "tool", made.place)))


def _add_messages(found: PassedArguments, given: PassedArguments) -> None:
    """The history that is passed, and the prompt."""
    prompt, history = given.at("user_prompt", 0), given.get("message_history")
    before = without_none(history.value) if history is not None else None
    listed = [Item(before, spread=True)] if before is not None else []
    if prompt is not None and (said := without_none(prompt.value)) is not None:
        listed.append(Item(user_message(_content(said))))
    argument = prompt or history
    if argument is not None:
        value = Seq("list", tuple(listed), argument.place, before is not None)
        found.named["messages"] = replace(argument, value=value)


def _content(prompt: Value) -> Value:
    """A prompt's parts as blocks: a `CachePoint` marks the one before it."""
    if not isinstance(prompt, Seq):
        return prompt
    blocks: list[Item] = []
    for item in prompt.items:
        part = item.value
        made_with = (part.arguments if isinstance(part, Object) else None) or Arguments()
        kind = part.of.name.rsplit(".", 1)[-1] if isinstance(part, Object) and isinstance(part.of, External) else ""
        if kind == "CachePoint":
            ttl = made_with.get("ttl", 0)
            point = cache_control(ttl or Const(True, place_of(part)))
            blocks[-1:] = [replace(last, value=marked(last.value, point)) for last in blocks[-1:]]
        elif isinstance(part, Str):
            blocks.append(replace(item, value=text_block(part)))
        elif kind:
            place = place_of(part)
            blocks.append(replace(item, value=mapping(place, type=word(_KINDS.get(kind, "other"), place))))
        else:
            blocks.append(item)
    return replace(prompt, items=tuple(blocks))
