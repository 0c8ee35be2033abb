"""Parts of a request that an agent's SDK puts together: blocks, messages, tools, and the cache markers on them."""

from __future__ import annotations

from dataclasses import replace

from promptlint.request import Hole, Origin, Piece, Place, Step, Text
from promptlint.sdk.shapes._values import mapping, word
from promptlint.source.changes import with_entry
from promptlint.source.operators import known
from promptlint.source.values import (
    Const,
    Entry,
    External,
    Func,
    Item,
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
)

_NO_DEFINITION = "the definition is not in the code"


def unseen(name: str, place: Place, reason: str, origin: Origin = "unknown") -> Unknown:
    """What the code does not show."""
    return Unknown(Hole(name, place, origin, reason=reason))


def default_model(name: str, of: str, place: Place) -> Str:
    """The model that is used where none is named; `of` is what has this default."""
    return Str(Text((Piece(name, place, (), (Step("default", of, place),)),)), place)


def open_model(of: str, reason: str, place: Place) -> Unknown:
    """The model where none is named and the code does not tell which is used then."""
    return Unknown(Hole(of, place, reason=reason, trail=(Step("default", of, place),)))


def without_none(value: Value | None) -> Value | None:
    """The value less its options None; None where nothing is left."""
    if value is None:
        return None
    kept = [option for option in options(value) if not (isinstance(option, Const) and option.value is None)]
    return choice(kept) if kept else None


def settings(value: Value) -> Map | None:
    """A mapping, or what an object from outside the project is made with."""
    if isinstance(value, Map):
        return value
    if not isinstance(value, Object) or not isinstance(value.of, External):
        return None
    if value.arguments is None:
        return Map((), value.place, unseen(hole_of(value).name, value.place, "it is made elsewhere", "parameter"))
    entries = tuple(Entry(key, inner, place_of(inner)) for key, inner in value.arguments.keywords)
    rest = unseen("**", value.place, "cannot be read") if value.arguments.opaque else None
    return Map(entries, value.place, rest)


def text_block(text: Value) -> Map:
    """A text block."""
    return mapping(place_of(text), type=word("text", place_of(text)), text=text)


def user_message(content: Value) -> Map:
    """A message of the user's."""
    return mapping(place_of(content), role=word("user", place_of(content)), content=content)


def items(value: Value | None) -> tuple[Item, ...]:
    """The elements of a list, or the value alone."""
    if value is None:
        return ()
    return next((option.items for option in options(value) if isinstance(option, Seq)), (Item(value),))


def tool(value: Value) -> Value:
    """A tool of an agent: a function of the project, or one of which only the name is known."""
    if isinstance(value, Object) and value.of_external("Tool") and value.arguments is not None:
        return tool(value.arguments.get("function", 0) or unseen("Tool", value.place, _NO_DEFINITION))
    if isinstance(value, Object) and isinstance(value.of, External):
        return tool_named(value.of.name, value.place)
    if isinstance(value, External):
        return tool_named(value.name, value.place)
    name = known(value)
    return tool_named(name, place_of(value)) if isinstance(name, str) else value


def tool_named(name: str, place: Place) -> Map:
    """A tool of which only the name is known."""
    last = name.rsplit(".", 1)[-1]
    return replace(mapping(place, name=word(last, place)), rest=unseen(last, place, _NO_DEFINITION))


def cache_control(setting: Value | None) -> Entry | None:
    """The cache marker that a setting (True, a lifetime) makes; None where it makes none."""
    every = list(options(setting)) if setting is not None else []
    on = [option for option in every if not (isinstance(option, Const) and not option.value)]
    if not on:
        return None
    place = place_of(on[0])
    lifetime = on[0] if isinstance(on[0], Str | Unknown) else word("5m", place)
    certain = len(on) == len(every) and not isinstance(on[0], Unknown)
    marker = mapping(place, type=word("ephemeral", place), ttl=lifetime)
    return Entry("cache_control", marker, place, not certain)


def marked(part: Value, marker: Entry | None) -> Value:
    """A block or a tool with a cache marker on it."""
    if marker is None:
        return part
    if isinstance(part, Func):
        part = tool_named(part.scope.name, part.scope.module.file.place(part.node))
    if isinstance(part, Unknown):
        return Map((marker,), place_of(part), part)
    return with_entry(part, marker) if isinstance(part, Map) else part
