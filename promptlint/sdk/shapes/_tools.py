"""Tools, their choice and their use in the form of OpenAI's SDK -> those of the Messages API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.shapes._values import mapping, maps, renamed, word
from promptlint.source.operators import known
from promptlint.source.values import Choice, Entry, Item, Map, Seq, Str, Value, choice, options, place_of

_CHOICES = {"auto": "auto", "required": "any", "none": "none"}
_NAMES = {"name": "name", "description": "description", "parameters": "input_schema", "cache_control": "cache_control"}


def passed_on(given: PassedArguments) -> dict[str, Passed]:
    """The arguments `tools` and `tool_choice`, as far as they are given."""
    found: dict[str, Passed] = {}
    if (tools := given.get("tools")) is not None:
        found["tools"] = replace(tools, value=_listed(tools.value))
    if (chosen := given.get("tool_choice")) is not None:
        found["tool_choice"] = replace(chosen, value=choice([_choice(option) for option in options(chosen.value)]))
    return found


def _listed(tools: Value) -> Value:
    if isinstance(tools, Choice):
        return choice([_listed(option) for option in tools.options])
    if not isinstance(tools, Seq):
        return tools
    return replace(tools, items=tuple(replace(item, value=_definition(item.value)) for item in tools.items))


def _definition(tool: Value) -> Value:
    """A function tool under the names of the Messages API; any other is passed on as it is."""
    one = next(maps(tool), None)
    kind = one.get("type") if one is not None else None
    if one is None or kind is None or known(kind.value) != "function":
        return tool
    inner = one.get("function")
    function = next(maps(inner.value), None) if inner is not None else one
    if function is None:
        return tool
    entries = [*function.entries, *(entry for entry in one.entries if entry.key == "cache_control")]
    kept = tuple(renamed(entry, _NAMES[entry.key]) for entry in entries if entry.key in _NAMES)
    return Map(kept, one.place, function.rest)


def _choice(value: Value) -> Value:
    name = known(value)
    if isinstance(value, Str) and isinstance(name, str):
        return mapping(value.place, type=word(_CHOICES.get(name, name), value.place))
    one = next(maps(value), None)
    kind = one.get("type") if one is not None else None
    if one is None or kind is None or known(kind.value) != "function":
        return value
    inner = one.get("function")
    function = next(maps(inner.value), None) if inner is not None else one
    named = function.get("name") if function is not None else None
    return mapping(one.place, type=word("tool", one.place), name=named.value if named is not None else None)


def uses(calls: Value) -> Iterator[Item]:
    """The blocks that an assistant's `tool_calls` are."""
    for option in options(calls):
        if isinstance(option, Seq):
            for item in option.items:
                yield replace(item, value=_use(item.value))
            return
    yield Item(calls, spread=True)


def _use(call: Value) -> Value:
    one = next(maps(call), None)
    function = one.get("function") if one is not None else None
    inner = next(maps(function.value), None) if function is not None else None
    if one is None or inner is None:
        return call
    place = place_of(one)
    kept: list[Entry | None] = [one.get("id"), inner.get("name")]
    written = inner.get("arguments")
    entries = [entry for entry in kept if entry is not None]
    if written is not None:
        entries.append(renamed(written, "input"))
    return Map((Entry("type", word("tool_use", place), place), *entries), place)
