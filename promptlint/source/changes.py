"""Changes in place: `x.append(..)`, `x[k] = ..`, `x.update(..)` and the like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from promptlint.request import Place
from promptlint.source.values import (
    Arguments,
    Choice,
    Const,
    Entry,
    Item,
    Map,
    Seq,
    Str,
    Unknown,
    Value,
    choice,
    hole_of,
    lightened,
    place_of,
    shortened,
)

Change = Callable[[Value], Value]


def change_at(value: Value, path: list[Value], change: Change) -> Value:
    """The value with the part at `path` changed; unchanged where the path cannot be followed."""
    if not path:
        return change(value)
    if isinstance(value, Choice):
        return Choice(tuple(change_at(option, path, change) for option in value.options))
    step, rest = path[0], path[1:]
    if isinstance(value, Seq) and isinstance(step, Const) and isinstance(step.value, int):
        index = step.value
        if -len(value.items) <= index < len(value.items):
            items = list(value.items)
            items[index] = replace(items[index], value=change_at(items[index].value, rest, change))
            return replace(value, items=tuple(items))
    if isinstance(value, Seq):
        return replace(value, items=tuple(_perhaps(item, rest, change) for item in value.items))
    if isinstance(value, Map) and isinstance(step, Str) and (key := step.text.known) is not None:
        return _change_entry(value, key, rest, change)
    return value


def _perhaps(item: Item, path: list[Value], change: Change) -> Item:
    """An element that may be the one that is changed."""
    return replace(item, value=choice([item.value, change_at(item.value, path, change)]))


def _change_entry(value: Map, key: str, rest: list[Value], change: Change) -> Map:
    entry = value.get(key)
    if entry is None:
        return value
    changed = replace(entry, value=change_at(entry.value, rest, change))
    return replace(value, entries=tuple(changed if old is entry else old for old in value.entries))


def set_item(value: Value, path: list[Value], new: Value, key_place: Place) -> Value:
    """`value[..][..] = new`."""
    *most, last = path

    def change(target: Value) -> Value:
        if isinstance(target, Map) and isinstance(last, Str) and (key := last.text.known) is not None:
            return with_entry(target, Entry(key, lightened(new), key_place))
        if isinstance(target, Map) and isinstance(last, Choice):
            found = target
            for option in last.options:
                found = merged(found, _either_entry(option, new, key_place))
            return found
        if isinstance(target, Map):
            return merged(target, Unknown(hole_of(last)))
        if isinstance(target, Seq):
            return change_at(target, [last], lambda _: new)
        return target

    return change_at(value, most, change)


def _either_entry(key: Value, new: Value, key_place: Place) -> Value:
    """A mapping that may have one entry."""
    if isinstance(key, Str) and (name := key.text.known) is not None:
        return Map((Entry(name, lightened(new), key_place, optional=True),), key_place)
    return Unknown(hole_of(key))


def with_entry(target: Map, entry: Entry) -> Map:
    """The mapping with an entry set; an existing one keeps its position."""
    if target.get(entry.key) is None:
        return replace(target, entries=(*target.entries, entry))
    return replace(target, entries=tuple(entry if old.key == entry.key else old for old in target.entries))


def merged(target: Map, other: Value) -> Map:
    """`{**target, **other}`."""
    if isinstance(other, Map):
        for entry in other.entries:
            kept = target.get(entry.key)
            if entry.optional and kept is not None:
                entry = replace(entry, value=Choice((entry.value, kept.value)), optional=kept.optional)
            target = with_entry(target, entry)
        return replace(target, rest=target.rest or other.rest)
    if isinstance(other, Const) and other.value is None:
        return target
    rest = other if isinstance(other, Unknown) else Unknown(hole_of(other))
    overridable = tuple(replace(entry, value=choice([entry.value, rest])) for entry in target.entries)
    return replace(target, entries=overridable, rest=rest)


def spread(value: Value) -> tuple[Item, ...]:
    """The items that `*value` or `.extend(value)` brings."""
    if isinstance(value, Seq):
        return value.items
    return (Item(value, spread=True),)


def call_method(target: Value, method: str, arguments: Arguments) -> Value:
    """The target after `target.method(..)`, for the methods that change it."""
    first = arguments.positional[0] if arguments.positional else None
    if isinstance(target, Unknown | Choice) and method in ("append", "extend", "insert"):
        target = Seq("list", (Item(target, spread=True),), place_of(target))
    if isinstance(target, Seq):
        return _change_sequence(target, method, arguments, first)
    if isinstance(target, Map):
        return _change_mapping(target, method, arguments, first)
    return target


def _change_sequence(target: Seq, method: str, arguments: Arguments, first: Value | None) -> Value:
    if method in ("append", "add") and first is not None:
        return replace(target, items=(*target.items, Item(lightened(first))))
    if method == "extend" and first is not None:
        grows = target.grows or (isinstance(first, Seq) and first.grows)
        return replace(target, items=shortened((*target.items, *spread(first)), target.place), grows=grows)
    if method == "insert" and len(arguments.positional) == 2:
        return _inserted(target, first, Item(lightened(arguments.positional[1])))
    if method == "clear":
        return replace(target, items=())
    if method == "sort":
        return in_order(target, arguments)
    if method == "reverse":
        return replace(target, items=target.items[::-1])
    if method in ("pop", "remove"):
        return replace(target, items=tuple(replace(item, optional=True) for item in target.items))
    return target


def _inserted(target: Seq, position: Value | None, new: Item) -> Seq:
    """A sequence with an item inserted; any number of its elements where it cannot be told where that is."""
    at = position.value if isinstance(position, Const) and isinstance(position.value, int) else None
    if at is not None:
        passed = target.items[:at] if at >= 0 else target.items[at:]
        if not any(item.spread or item.optional for item in passed):
            at = max(len(target.items) + at, 0) if at < 0 else at
            return replace(target, items=(*target.items[:at], new, *target.items[at:]))
    return unordered(replace(target, items=(*target.items, new)))


def unordered(target: Seq) -> Seq:
    """Any number of the elements of a sequence, in any order."""
    return replace(target, items=(Item(choice([item.value for item in target.items]), spread=True),))


def in_order(target: Seq, arguments: Arguments) -> Seq:
    """A sequence sorted; any number of its elements where their order cannot be told."""
    if len(target.items) < 2:
        return target
    keys = [_sort_key(item.value) for item in target.items]
    plain = not arguments.keywords and not any(item.spread or item.optional for item in target.items)
    if plain and None not in keys and len({type(key) for key in keys}) == 1:
        ordered = sorted(zip(keys, range(len(keys)), target.items, strict=True))
        return replace(target, items=tuple(item for _, _, item in ordered))
    return unordered(target)


def _sort_key(value: Value) -> str | int | float | None:
    if isinstance(value, Str):
        return value.text.known
    return value.value if isinstance(value, Const) and isinstance(value.value, int | float) else None


def _change_mapping(target: Map, method: str, arguments: Arguments, first: Value | None) -> Value:
    key = first.text.known if isinstance(first, Str) else None
    if method == "update":
        updated = merged(target, first) if first is not None else target
        for name, value in arguments.keywords:
            updated = with_entry(updated, Entry(name, lightened(value), place_of(value)))
        return replace(updated, rest=updated.rest or (Unknown(hole_of(target)) if arguments.opaque else None))
    if method == "setdefault" and key is not None and len(arguments.positional) == 2:
        present = target.get(key)
        return (
            target if present else with_entry(target, Entry(key, lightened(arguments.positional[1]), place_of(target)))
        )
    if method == "pop" and key is not None:
        return replace(target, entries=tuple(entry for entry in target.entries if entry.key != key))
    if method == "clear":
        return replace(target, entries=(), rest=None)
    return target
