"""What two paths through the code leave of one value, and what a loop makes of it."""

from __future__ import annotations

from dataclasses import replace

from promptlint.request import Hole, Place, Text, Variant
from promptlint.source.values import (
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
    options,
    place_of,
    same,
    variant,
)


def join(a: Value | None, b: Value | None) -> Value | None:
    """The value after two paths; None is unbound."""
    if a is None or b is None:
        return a if b is None else b
    if same(a, b):
        return a
    if isinstance(a, Str) and isinstance(b, Str):
        return Str(variant([a.text, b.text]), a.place) if _share_start(a, b) else Choice((a, b))
    if isinstance(a, Seq) and isinstance(b, Seq) and a.kind == b.kind:
        return _join_sequences(a, b)
    if isinstance(a, Map) and isinstance(b, Map):
        return _join_mappings(a, b)
    return choice([a, b])


def _share_start(a: Str, b: Str) -> bool:
    return bool(a.text.parts and b.text.parts and a.text.parts[0] == b.text.parts[0])


def _join_sequences(a: Seq, b: Seq) -> Value:
    shared = 0
    while shared < min(len(a.items), len(b.items)) and a.items[shared] == b.items[shared]:
        shared += 1
    if not shared and a.items and b.items:
        return Choice((a, b))
    rests = (*a.items[shared:], *b.items[shared:])
    optional = tuple(replace(item, optional=True) for item in rests)
    return Seq(a.kind, (*a.items[:shared], *optional), a.place, a.grows or b.grows)


def _join_mappings(a: Map, b: Map) -> Value:
    keys = list(dict.fromkeys(entry.key for entry in (*a.entries, *b.entries)))
    entries = []
    for key in keys:
        one, two = a.get(key), b.get(key)
        if one is None or two is None:
            entry = one or two
            assert entry is not None
            entries.append(replace(entry, optional=True))
        else:
            value = join(one.value, two.value)
            assert value is not None
            entries.append(Entry(key, value, one.key_place, one.optional or two.optional))
    return Map(tuple(entries), a.place, a.rest or b.rest)


def looped(before: Value | None, after: Value | None, place: Place, sends_inside: bool) -> Value | None:
    """The value after a loop body that turns `before` into `after` ran any number of times."""
    if before is None or after is None or same(before, after):
        return after if before is None else before
    listed = one_list(before)
    if listed is not None and (added := _added(before, after, place)) is not None:
        return replace(listed, items=(*listed.items, *added), grows=listed.grows or sends_inside)
    if isinstance(before, Str) and isinstance(after, Str):
        size = len(before.text.parts)
        if after.text.parts[:size] == before.text.parts:
            once = Text(after.text.parts[size:])
            rounds = Hole("...", place, "loop", "request", reason="added in a loop")
            return Str(Text((*before.text.parts, Variant((Text(), once)), rounds)), before.place)
    joined = join(before, after)
    if joined is not None and isinstance(before, Const) and isinstance(after, Const) and before.value is not None:
        more = Unknown(Hole("...", place, "loop", "request", reason="changed in a loop"))
        return choice([joined, more])
    return joined


def with_more(before: Seq, place: Place) -> Seq:
    """A list where a round of the loop at `place` begins: as it was before, and what earlier rounds added."""
    return replace(before, items=(*before.items, _more(place)))


def _more(place: Place) -> Item:
    return Item(Unknown(Hole("...", place, "loop", "request", reason="added in a loop")), True, True)


def one_list(value: Value | None) -> Seq | None:
    """A list; for one of several lists one that may have any number of what is in them."""
    if value is None or isinstance(value, Seq):
        return value
    lists = [option for option in options(value) if isinstance(option, Seq)]
    if len(lists) < len(list(options(value))) or len({each.kind for each in lists}) > 1:
        return None
    items = _any_number([item for each in lists for item in each.items])
    return Seq(lists[0].kind, items, lists[0].place, any(each.grows for each in lists))


def _any_number(items: list[Item]) -> tuple[Item, ...]:
    found: list[Item] = []
    for item in items:
        more = Item(item.value, True, True)
        found += [more] if more not in found else []
    return tuple(found)


def _added(before: Value, after: Value, place: Place) -> tuple[Item, ...] | None:
    """What a round of the loop at `place` adds to a list on any of its paths; None where one does otherwise."""
    starts = [each.items for each in (one_list(before), *options(before)) if isinstance(each, Seq)]
    added: list[Item] = []
    for option in options(after):
        items = option.items if isinstance(option, Seq) else ()
        fitting = [start for start in starts if items[: len(start)] == start]
        if not isinstance(option, Seq) or not fitting:
            return None
        added += [item for item in items[max(map(len, fitting)) :] if item != _more(place)]
    return _any_number(added)


def perhaps_after(before: Value | None, after: Value | None) -> Value | None:
    """The value of an attribute or a global when the function that turns `before` into `after` may have run."""
    if before is None or after is None:
        return before or after
    if isinstance(before, Const) and before.value is None:
        return after
    grown = looped(before, after, place_of(after), sends_inside=True)
    return grown if grown is not None else join(before, after)
