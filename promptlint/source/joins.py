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
    if isinstance(before, Seq) and isinstance(after, Seq) and after.items[: len(before.items)] == before.items:
        added = tuple(Item(i.value, True, True) for i in after.items[len(before.items) :])
        return Seq(before.kind, (*before.items, *added), before.place, before.grows or sends_inside)
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


def perhaps_after(before: Value | None, after: Value | None) -> Value | None:
    """The value of an attribute or a global when the function that turns `before` into `after` may have run."""
    if before is None or after is None:
        return before or after
    if isinstance(before, Const) and before.value is None:
        return after
    grown = looped(before, after, place_of(after), sends_inside=True)
    return grown if grown is not None else join(before, after)
