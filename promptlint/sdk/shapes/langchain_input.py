"""What a chain makes of the value that it is called with, before it comes to the model."""

from __future__ import annotations

from promptlint.request import Hole
from promptlint.sdk.shapes import Gathered, langchain_prompts
from promptlint.sdk.shapes.langchain_model import chain
from promptlint.source.changes import merged
from promptlint.source.operators import index
from promptlint.source.values import (
    NOWHERE,
    Arguments,
    Bound,
    Entry,
    External,
    Func,
    Made,
    Map,
    Object,
    Seq,
    Str,
    Unknown,
    Value,
    choice,
    hole_of,
    options,
    place_of,
    text_of,
)


def given(gathered: Gathered) -> Value:
    """The value that a model, a chain or an agent is called with; for a batch what it is for any of the items."""
    passed = gathered.given.at("input", 0) or gathered.given.get("inputs")
    if passed is None:
        return Unknown(Hole("input", gathered.given.insert_at or NOWHERE, reason="the input cannot be seen"))
    if "batch" not in gathered.method:
        return passed.value
    each = [item.value for option in options(passed.value) if isinstance(option, Seq) for item in option.items]
    return _any_of(each) if each else Unknown(hole_of(passed.value))


def _any_of(values: list[Value]) -> Value:
    found = choice(values)
    if all(isinstance(option, Str) for option in options(found)):
        return Str(text_of(found), place_of(found))
    maps = [option for option in options(found) if isinstance(option, Map)]
    if len(maps) < len(list(options(found))):
        return found
    keys = dict.fromkeys(entry.key for one in maps for entry in one.entries)
    having = {key: [entry for one in maps if (entry := one.get(key)) is not None] for key in keys}
    entries = (
        Entry(key, choice([entry.value for entry in found]), found[0].key_place, len(found) < len(maps))
        for key, found in having.items()
    )
    return Map(tuple(entries), maps[0].place, maps[0].rest)


def output(gathered: Gathered, parts: list[Value], value: Value) -> Value:
    """What the parts of a chain, one after the other, make of a value."""
    for part in parts:
        value = _output(gathered, part, value)
    return langchain_prompts.produced(value)


def _output(gathered: Gathered, part: Value, value: Value) -> Value:
    match part:
        case Map(entries):
            return Map(tuple(_entry(gathered, entry, value) for entry in entries), part.place, part.rest)
        case Func() | Bound():
            return _called(gathered, part, value)
        case Object(External(name), Arguments() as arguments):
            found = _of_object(gathered, name.rsplit(".", 1)[-1], arguments, value)
        case Unknown(made=Made(base=External(name), arguments=arguments)):
            found = _of_function(gathered, part, name, arguments, value)
        case _:
            found = None
    return found or langchain_prompts.filled(part, value) or Unknown(hole_of(part))


def _entry(gathered: Gathered, entry: Entry, value: Value) -> Entry:
    made = output(gathered, chain(entry.value), value)
    return Entry(entry.key, made, entry.key_place, entry.optional)


def _called(gathered: Gathered, function: Value, value: Value) -> Value:
    return gathered.ev.call(function, Arguments((value,)), place_of(value), gathered.frame, "a function of the chain")


def _of_object(gathered: Gathered, name: str, arguments: Arguments, value: Value) -> Value | None:
    match name:
        case "RunnablePassthrough":
            return value
        case "RunnableParallel" | "RunnableMap":
            first = arguments.get("steps__", 0)
            steps = first if isinstance(first, Map) else Map((), place_of(value))
            return _output(gathered, _with_keywords(steps, arguments), value)
        case "RunnableLambda" if arguments.positional:
            return _called(gathered, arguments.positional[0], value)
        case _:
            return None


def _with_keywords(steps: Map, arguments: Arguments) -> Map:
    more = tuple(Entry(key, value, place_of(value)) for key, value in arguments.keywords)
    return merged(steps, Map(more, steps.place))


def _of_function(gathered: Gathered, part: Unknown, name: str, arguments: Arguments, value: Value) -> Value | None:
    if name == "operator.itemgetter" and len(arguments.positional) == 1:
        return index(value, arguments.positional[0], place_of(part), part.hole.name)
    if name.endswith("RunnablePassthrough.assign"):
        added = _output(gathered, _with_keywords(Map((), place_of(part)), arguments), value)
        before = value if isinstance(value, Map) else Map((), place_of(value), Unknown(hole_of(value)))
        return merged(before, added)
    return None
