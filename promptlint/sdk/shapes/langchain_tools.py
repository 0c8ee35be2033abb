"""Tools of LangChain: functions, classes, tool objects and other vendors' mappings, as the Messages API has them."""

from __future__ import annotations

from dataclasses import replace

from promptlint.request import Hole, Place
from promptlint.sdk.shapes._values import mapping, word
from promptlint.source.operators import known
from promptlint.source.values import (
    Arguments,
    Bound,
    Class,
    Const,
    External,
    Func,
    Item,
    Made,
    Map,
    Object,
    Partial,
    Seq,
    Unknown,
    Value,
    choice,
    options,
    place_of,
)


def bound(arguments: Arguments, thinking: Value | None) -> dict[str, Value]:
    """What `bind_tools(..)` sets."""
    found: dict[str, Value] = {}
    listed = arguments.get("tools", 0)
    if listed is not None:
        found["tools"] = converted(listed)
    wanted = arguments.get("tool_choice")
    chosen = choice([_chosen(option) for option in options(wanted)]) if wanted is not None else None
    if chosen is not None and not (isinstance(chosen, Const) or (_is_forced(chosen) and thinks(thinking))):
        found["tool_choice"] = chosen
    return found


def structured(arguments: Arguments, thinking: Value | None) -> dict[str, Value]:
    """What `with_structured_output(..)` sets: a tool that Claude has to use, or with `json_schema` a format."""
    schema = arguments.get("schema", 0)
    if schema is None:
        return {}
    place = place_of(schema)
    method = arguments.get("method")
    if method is not None and known(method) == "json_schema":
        kind = mapping(place, type=word("json_schema", place), schema=schema)
        return {"output_config": mapping(place, format=kind)}
    found: dict[str, Value] = {"tools": Seq("list", (Item(tool(schema)),), place)}
    if not thinks(thinking):
        found["tool_choice"] = mapping(place, type=word("tool", place))
    return found


def thinks(thinking: Value | None) -> bool:
    """Whether thinking is on: LangChain does not force a tool then."""
    kinds = [option.get("type") for option in options(thinking) if isinstance(option, Map)] if thinking else []
    return any(kind is not None and known(kind.value) in ("enabled", "adaptive") for kind in kinds)


def _chosen(wanted: Value) -> Value:
    name = known(wanted)
    if not isinstance(name, str):
        return wanted
    return mapping(place_of(wanted), type=word(name if name in ("any", "auto") else "tool", place_of(wanted)))


def _is_forced(chosen: Value) -> bool:
    entry = chosen.get("type") if isinstance(chosen, Map) else None
    return entry is not None and known(entry.value) in ("any", "tool")


def converted(listed: Value) -> Value:
    """A list of tools."""
    if isinstance(listed, Seq):
        items = (item if item.spread else replace(item, value=tool(item.value)) for item in listed.items)
        return replace(listed, items=tuple(items))
    return listed if not isinstance(listed, Object) else Unknown(Hole("tools", listed.place, reason="a set of tools"))


def tool(value: Value) -> Value:
    """One tool: functions and classes of the project as they are, what is known of the others."""
    match value:
        case Func() | Bound() | Class():
            return value
        case Map():
            return _definition(value)
        case Unknown(made=Made(External(name), "", arguments)) if name.endswith("StructuredTool.from_function"):
            function = _wrapped(arguments)
            kept = Arguments((), arguments.keywords)
            return Partial(function, kept) if function is not None else _described(place_of(value), None, None)
        case Object(_, arguments, place) if arguments is not None:
            return _described(place, arguments.get("name"), arguments.get("description"))
        case Unknown(made=made) if made is not None:
            return _described(made.place, made.arguments.get("name"), made.arguments.get("description"))
        case _:
            return _described(place_of(value), None, None)


def _wrapped(arguments: Arguments) -> Value | None:
    """The function that `StructuredTool.from_function(..)` makes a tool of."""
    given = (arguments.get("func", 0), arguments.get("coroutine", 1))
    return next((value for value in given if isinstance(value, Func | Bound)), None)


def _described(place: Place, name: Value | None, description: Value | None) -> Map:
    schema = Unknown(Hole("input_schema", place, "call", "process", reason="made at run time"))
    return mapping(place, name=name, description=description, input_schema=schema)


def _definition(value: Map) -> Map:
    """A tool as the Messages API has it, of one in the form of OpenAI or of a JSON schema."""
    inner = value.get("function")
    if inner is not None and isinstance(inner.value, Map):
        value = inner.value
    title, parameters = value.get("title"), value.get("parameters")
    if title is not None and value.get("name") is None:
        return mapping(value.place, name=title.value, input_schema=value)
    if parameters is None:
        return value
    kept = (replace(entry, key="input_schema") if entry is parameters else entry for entry in value.entries)
    return replace(value, entries=tuple(kept))
