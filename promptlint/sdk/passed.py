"""The arguments of a send, each with its places, whether written out or in a mapping."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from promptlint.request import Place
from promptlint.source.evaluator import Evaluator
from promptlint.source.frames import Frame
from promptlint.source.values import (
    Arguments,
    Const,
    Entry,
    External,
    Map,
    Object,
    Unknown,
    Value,
    choice,
    options,
    place_of,
)

_ASIDE = frozenset({"headers", "extra_headers", "extra_query", "auth", "cookies", "params", "ssl", "verify"})
"""Arguments that say nothing about the request; what they hold is not followed."""

ABSENT = frozenset({"NOT_GIVEN", "NotGiven", "omit", "Omit", "not_given"})


@dataclass(frozen=True, slots=True)
class Passed:
    """One argument: its value, where its keyword and its value stand, and whether it may be left out."""

    value: Value
    keyword: Place
    place: Place
    optional: bool = False


@dataclass(slots=True)
class PassedArguments:
    """All arguments of a send by name; `opaque` are the `**` mappings that cannot be read.

    `agent_loop` tells that the SDK sends again by itself, with the results of the tools that Claude calls.
    """

    named: dict[str, Passed] = field(default_factory=dict)
    positional: list[Passed] = field(default_factory=list)
    opaque: list[str] = field(default_factory=list)
    insert_at: Place | None = None
    agent_loop: bool = False

    def at(self, name: str, index: int) -> Passed | None:
        """The argument of this name, or else at this position."""
        found = self.get(name)
        return found if found is not None or index >= len(self.positional) else self.positional[index]

    def get(self, name: str) -> Passed | None:
        """An argument, None where it is not passed (or passed as the SDK's word for absent)."""
        found = self.named.get(name)
        if found is None:
            return None
        kept = [option for option in options(found.value) if not is_absent(option)]
        if not kept:
            return None
        optional = found.optional or len(kept) < len(list(options(found.value)))
        return Passed(choice(kept), found.keyword, found.place, optional)


def is_absent(value: Value) -> bool:
    """Whether a value is the SDK's word for an argument that is not passed."""
    made = value.of if isinstance(value, Object) else value
    return isinstance(made, External) and made.name.rsplit(".", 1)[-1] in ABSENT


def of_call(
    ev: Evaluator, call: ast.Call, frame: Frame, given: Arguments | None, reference: ast.expr | None
) -> PassedArguments:
    """The arguments of a call expression; `reference` is the method where it is passed on to another function.

    The SDKs' methods take no positional arguments: a mapping behind the method is what it is called with.
    """
    found, behind = PassedArguments(), False
    for name, value in given.keywords if given is not None else ():
        found.named[name] = Passed(value, place_of(value), place_of(value))
    for argument in call.args:
        if argument is reference:
            behind = True
        elif not isinstance(argument, ast.Starred):
            place, value = ev.place(argument, frame), ev.value(argument, frame)
            if behind and any(isinstance(option, Map | Unknown) for option in options(value)):
                _spread(found, value, ev.source(argument, frame))
            else:
                found.positional.append(Passed(value, place.start, place))
    for keyword in call.keywords:
        if keyword.value is reference or keyword.arg in _ASIDE:
            continue
        ev.refuel()
        if keyword.arg is None:
            _spread(found, ev.value(keyword.value, frame), ev.source(keyword.value, frame))
        else:
            found.named[keyword.arg] = of_keyword(ev, keyword, frame)
    found.insert_at = _insertion(ev, call, frame)
    return found


def of_keyword(ev: Evaluator, keyword: ast.keyword, frame: Frame) -> Passed:
    """One keyword argument of a call expression."""
    place = ev.place(keyword, frame)
    name_place = replace(place, end_line=place.line, end_column=place.column + len(keyword.arg or ""))
    return Passed(ev.value(keyword.value, frame), name_place, ev.place(keyword.value, frame))


def of_mapping(*values: Map) -> PassedArguments:
    """The arguments that a request body or the parameters of a batch request hold; it is one of these mappings."""
    found = PassedArguments()
    _spread(found, choice(list(values)), "the mapping")
    return found


def _spread(found: PassedArguments, value: Value, source: str) -> None:
    maps = [option for option in options(value) if isinstance(option, Map)]
    if not maps:
        if not (isinstance(value, Const) and value.value is None):
            found.opaque.append(source)
        return
    for entry in _entries(maps):
        found.named[entry.key] = Passed(entry.value, entry.key_place, place_of(entry.value), entry.optional)
    if any(one.rest is not None for one in maps) or len(maps) < len(list(options(value))):
        found.opaque.append(source)


def _entries(maps: list[Map]) -> list[Entry]:
    """The entries of one of several mappings: those that not all have are optional."""
    if len(maps) == 1:
        return list(maps[0].entries)
    merged: dict[str, Entry] = {}
    for key in dict.fromkeys(entry.key for one in maps for entry in one.entries):
        having = [entry for one in maps if (entry := one.get(key)) is not None]
        optional = len(having) < len(maps) or any(entry.optional for entry in having)
        values: list[Value] = [entry.value for entry in having]
        merged[key] = Entry(key, choice(values), having[0].key_place, optional)
    return list(merged.values())


def _insertion(ev: Evaluator, call: ast.Call, frame: Frame) -> Place:
    """Where a new keyword argument would go: behind the last argument, else before the closing parenthesis."""
    places = [*(ev.place(node, frame) for node in call.args), *(ev.place(node, frame) for node in call.keywords)]
    if not places:
        place = ev.place(call, frame)
        return replace(place, end_column=place.end_column - 1).end
    return max(places, key=lambda place: (place.end_line, place.end_column)).end
