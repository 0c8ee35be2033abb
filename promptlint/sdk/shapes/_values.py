"""Small values that a shape makes up: entries that the Messages API names otherwise, and the defaults of an SDK."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.request import Hole, Piece, Place, Step, Text
from promptlint.sdk.passed import Passed
from promptlint.source.values import (
    NOWHERE,
    Const,
    Entry,
    External,
    Map,
    Object,
    Str,
    Unknown,
    Value,
    choice,
    options,
    place_of,
)


def word(text: str, place: Place) -> Str:
    """A string that the SDK puts in, such as the `type` of a block."""
    return Str(Text((Piece(text, place),)), place)


def mapping(place: Place, /, **values: Value | None) -> Map:
    """A mapping of these values; None leaves one out."""
    return Map(tuple(Entry(key, value, place) for key, value in values.items() if value is not None), place)


def at(value: Value, place: Place | None = None) -> Passed:
    """A value as an argument of its own."""
    where = place or place_of(value)
    return Passed(value, where.start, where)


def default(value: int, what: str, place: Place | None) -> Passed:
    """A number that the SDK sends where the call passes none; `what` names it there."""
    where = place or NOWHERE
    return at(Const(value, where, (Step("default", what, where),)), where)


def open_default(what: str, reason: str, place: Place | None) -> Passed:
    """A number that the SDK or the platform chooses, nobody can tell from the code which."""
    where = place or NOWHERE
    return at(Unknown(Hole(what, where, reason=reason, trail=(Step("default", what, where),))), where)


def maps(value: Value) -> Iterator[Map]:
    """The mappings that a value can be, those written as a call of a type (`Message(role=..)`) too."""
    for option in options(value):
        if isinstance(option, Map):
            yield option
        elif isinstance(option, Object) and isinstance(option.of, External) and option.arguments is not None:
            entries = tuple(Entry(key, inner, place_of(inner)) for key, inner in option.arguments.keywords)
            if entries:
                yield Map(entries, option.place)


def either(values: list[Value]) -> Value | None:
    """One of these values, None where there are none."""
    return choice(values) if values else None


def within(passed: Passed | None, key: str) -> Passed | None:
    """The argument that stands under a key of a mapping that is passed."""
    if passed is None:
        return None
    all_options = list(options(passed.value))
    entries = [entry for option in all_options if isinstance(option, Map) and (entry := option.get(key)) is not None]
    if not entries:
        return None
    optional = passed.optional or len(entries) < len(all_options) or any(entry.optional for entry in entries)
    return Passed(choice([e.value for e in entries]), entries[0].key_place, place_of(entries[0].value), optional)


def renamed(entry: Entry, key: str) -> Entry:
    """An entry under another key."""
    return replace(entry, key=key)
