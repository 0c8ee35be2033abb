"""The Responses API of the OpenAI SDK, where a gateway lets Claude answer."""

from __future__ import annotations

from dataclasses import replace

from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.shapes import Gathered, _chat, _openai, _tools
from promptlint.sdk.shapes._values import mapping, word
from promptlint.source.values import Item, Seq, Str, Value, choice, options, place_of

_OWN = frozenset({"model", "input", "instructions", "max_output_tokens", "tools", "tool_choice", "extra_body"})


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of the Messages API; None where nothing says that Claude answers."""
    given, model = gathered.given, _openai.model(gathered)
    if model is None:
        return None
    found = PassedArguments(opaque=list(given.opaque), insert_at=given.insert_at)
    found.named |= {name: passed for name, passed in given.named.items() if name not in _OWN}
    found.named |= {"model": model} | _openai.extras(given) | _tools.passed_on(given)
    instructions, conversation, cap = given.get("instructions"), given.get("input"), given.get("max_output_tokens")
    if conversation is not None:
        found.named |= _chat.split(_conversation(conversation), instructions)
    elif instructions is not None:
        found.named["system"] = instructions
    if cap is not None:
        found.named["max_tokens"] = cap
    return found


def _conversation(given: Passed) -> Passed:
    """The input as a list of messages: a text is what the user says."""
    return replace(given, value=choice([_said(option) for option in options(given.value)]))


def _said(value: Value) -> Value:
    if not isinstance(value, Str):
        return value
    place = place_of(value)
    return Seq("list", (Item(mapping(place, role=word("user", place), content=value)),), place)
