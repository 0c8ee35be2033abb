"""Schemas as values of the evaluator: what is known of one keeps its place, what is not stays a hole."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from promptlint.request import Hole, Piece, Place, Text
from promptlint.source.values import Const, Entry, Item, Map, Seq, Str, Unknown, Value

_KEPT_IN_ORDER = frozenset({"properties", "default"})
"""Under these keys Pydantic sorts nothing."""


@cache
def table() -> dict[str, Any]:
    """The whole of `types.toml`."""
    import tomli

    return tomli.loads((files("promptlint.sdk.schemas") / "types.toml").read_text("utf-8"))


def literal(plain: object, place: Place) -> Value:
    """A plain Python value that stands for something at a place."""
    match plain:
        case str():
            return Str(Text((Piece(plain, place),)), place)
        case dict():
            return Map(tuple(Entry(key, literal(value, place), place) for key, value in plain.items()), place)
        case list():
            return Seq("list", tuple(Item(literal(value, place)) for value in plain), place)
        case _:
            return Const(plain, place)


def schema(place: Place, /, **values: Value | None) -> Map:
    """A schema with these keywords, sorted; None leaves one out."""
    return Map(tuple(Entry(key, value, place) for key, value in sorted(values.items()) if value is not None), place)


def with_keywords(one: Map, /, **values: Value | None) -> Map:
    """A schema with further keywords, which replace its own."""
    return schema(one.place, **{**{entry.key: entry.value for entry in one.entries}, **values})


def without(one: Map, *keys: str) -> Map:
    """A schema less some keywords."""
    return replace(one, entries=tuple(entry for entry in one.entries if entry.key not in keys))


def unreadable(name: str, place: Place) -> Unknown:
    """What is made at run time of something that cannot be read; it is the same for as long as the process lives."""
    return Unknown(Hole(name, place, "call", "process", reason="a schema that is made at run time"))


def value_of(one: Map, key: str) -> Value | None:
    """The value of a keyword."""
    entry = one.get(key)
    return entry.value if entry is not None else None


def properties(one: Map) -> dict[str, Value]:
    """The properties of an object's schema."""
    found = value_of(one, "properties")
    return {entry.key: entry.value for entry in found.entries} if isinstance(found, Map) else {}


def inlined(one: Value, definitions: dict[str, Value] | None = None) -> Value:
    """The schema with every `$ref` replaced by what it means."""
    if isinstance(one, Seq):
        return replace(one, items=tuple(replace(i, value=inlined(i.value, definitions)) for i in one.items))
    if not isinstance(one, Map):
        return one
    if definitions is None:
        found = value_of(one, "$defs")
        definitions = {entry.key: entry.value for entry in found.entries} if isinstance(found, Map) else {}
        one = without(one, "$defs")
    target = value_of(one, "$ref")
    if isinstance(target, Str):
        meant = definitions.get((target.text.known or "").rpartition("/")[2], target)
        beside = {entry.key: entry.value for entry in without(one, "$ref").entries}
        found = inlined(meant, definitions)
        return with_keywords(found, **beside) if isinstance(found, Map) else found
    return replace(one, entries=tuple(replace(e, value=inlined(e.value, definitions)) for e in one.entries))


def untitled(one: Map, key: str = "") -> Map:
    """The schema without titles, as LangChain takes them away: not from what stands in lists."""
    kept = []
    for entry in one.entries:
        is_property = key == "properties" and isinstance(entry.value, Map)
        if entry.key != "title" or is_property:
            inner = untitled(entry.value, entry.key) if isinstance(entry.value, Map) else entry.value
            kept.append(replace(entry, value=inner))
    return replace(one, entries=tuple(kept))
