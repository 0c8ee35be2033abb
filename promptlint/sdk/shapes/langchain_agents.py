"""LangChain's and LangGraph's agents: a model with tools and a system prompt that is called again and again."""

from __future__ import annotations

from dataclasses import replace

from promptlint.sdk.passed import Passed
from promptlint.sdk.receivers import Receiver, receiver
from promptlint.sdk.shapes import Gathered, langchain_input, langchain_prompts
from promptlint.sdk.shapes import langchain_facts as facts
from promptlint.sdk.shapes import langchain_messages as messages
from promptlint.sdk.shapes import langchain_tools as tools
from promptlint.sdk.shapes._values import at
from promptlint.sdk.shapes.langchain_model import Model, made, of_name
from promptlint.source.values import (
    Arguments,
    External,
    Func,
    Map,
    Object,
    Str,
    Unknown,
    Value,
    hole_of,
    options,
    place_of,
)

NAMES = frozenset({"create_agent", "create_react_agent", "create_tool_calling_agent", "AgentExecutor"})
_PROMPTS = ("system_prompt", "prompt", "state_modifier", "messages_modifier")


def agents(gathered: Gathered, found: Receiver) -> list[Model]:
    """The models that an agent may call, with its tools; empty where none can be Claude."""
    arguments = found.arguments or Arguments(opaque=True)
    model = arguments.get("model", 0) or arguments.get("llm")
    listed = arguments.get("tools", 1)
    several = _models(gathered, model) if model is not None else []
    for one in several:
        if listed is not None:
            one.named["tools"] = tools.converted(listed)
        if arguments.opaque:
            one.opaque.append("kwargs")
    return several


def _models(gathered: Gathered, value: Value) -> list[Model]:
    found: list[Model | None] = []
    for option in options(value):
        inner = receiver(gathered.ev, facts.sdk(), option)
        if isinstance(option, Str):
            found.append(of_name(option, place_of(option)))
        elif inner is not None:
            found += [made(one, None) for one in (inner, *inner.others)]
        elif isinstance(option, Func) or (isinstance(option, Unknown) and not _is_foreign(option)):
            reason = "the model comes from outside"
            names = ("model", "max_tokens")
            found.append(Model({name: facts.unknown(name, place_of(option), reason) for name in names}))
    return [one for one in found if one is not None]


def _is_foreign(value: Value) -> bool:
    """Whether a value was made of an object that is known to be of something else."""
    while isinstance(value, Unknown) and value.made is not None:
        value = value.made.base
    return isinstance(value, Object)


def executed(gathered: Gathered, found: Receiver) -> Receiver | None:
    """The agent that an executor runs."""
    agent = found.arguments.get("agent") if found.arguments is not None else None
    return receiver(gathered.ev, facts.sdk(), agent) if agent is not None else None


def conversation(gathered: Gathered, found: Receiver) -> dict[str, Passed]:
    """`system` and `messages` of an agent's first request."""
    arguments = found.arguments or Arguments(opaque=True)
    said = langchain_input.given(gathered)
    prompt = next((value for name in _PROMPTS if (value := arguments.get(name)) is not None), arguments.get("", 2))
    if prompt is not None and (listed := langchain_prompts.filled(prompt, said)) is not None:
        return messages.conversation(listed)
    entry = said.get("messages") if isinstance(said, Map) else None
    inner = entry.value if entry is not None else Unknown(hole_of(said))
    requested = messages.conversation(langchain_prompts.produced(inner))
    if prompt is not None:
        requested["system"] = _system(prompt)
    return requested


def _system(prompt: Value) -> Passed:
    written = messages.message(prompt) if isinstance(prompt, Object) and isinstance(prompt.of, External) else None
    content = written.get("content") if written is not None else None
    if content is not None:
        return at(content.value)
    if isinstance(prompt, Func):
        return replace(at(Unknown(hole_of(prompt))), optional=True)
    return at(prompt)
