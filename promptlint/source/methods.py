"""Methods of values: strings, lists, dicts, and of a few things from outside the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.request import Hole, Piece, Place, Text
from promptlint.source import cli_options, graph_states, operators, prompt_files, queues, strings, templates
from promptlint.source.frames import Frame
from promptlint.source.values import (
    Arguments,
    Attr,
    Choice,
    Class,
    Const,
    Entry,
    External,
    Item,
    Map,
    Object,
    Seq,
    Str,
    Unknown,
    Value,
    bounded,
    choice,
    text_of,
)

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

_STRIPS = {"strip": (True, True), "lstrip": (True, False), "rstrip": (False, True)}
_DERIVING = frozenset({"with_options", "copy", "model_copy"})  # give an object of the same kind, with other settings
_CASES = frozenset({"upper", "lower", "title", "capitalize"})


def call(
    ev: Evaluator, base: Value, name: str, arguments: Arguments, place: Place, frame: Frame, source: str
) -> Value | None:
    """What `base.name(*arguments)` gives; None where the method is not known."""
    match base:
        case Choice(found):
            results = [ev.call(Attr(option, name, place), arguments, place, frame, source) for option in found]
            return choice(results)
        case Str() if name in ("encode", "decode"):
            return base
        case Str(text):
            return _of_string(text, name, arguments, place)
        case Seq():
            return base if name == "copy" else None
        case Map():
            return _of_mapping(base, name, arguments, place, source)
        case Object(of, made_with, made_at, frame_made) if name in _DERIVING:
            return Object(of, _overridden(made_with, arguments), made_at, frame_made)
        case Object(Class() | External("langgraph.graph.MessagesState")) if name == "get" and arguments.positional:
            return graph_states.conversation(ev, base, arguments.positional[0], place, source)
        case Object(External()):
            if name in ("parse_args", "parse_known_args"):
                return cli_options.parsed(base, frame, place, name)
            if (item := queues.taken(ev, base, name, place, source)) is not None:
                return item
            found_text = prompt_files.method(ev, base, name, arguments, place, source)
            return found_text or templates.method(ev, base, name, arguments, place, source)
        case Unknown() if name == "decode" and (read := prompt_files.decoded(ev, base, arguments, place, source)):
            return read
        case Unknown() if name == "join" or name in _STRIPS:
            return base
        case Unknown() if name in ("replace", "format") and base.hole.origin in ("file", "parameter"):
            return base
        case _:
            return None


def _overridden(before: Arguments | None, after: Arguments) -> Arguments | None:
    """What an object was made with, after some of it was said anew."""
    if before is None:
        return None
    keywords = dict(before.keywords) | dict(after.keywords)
    return Arguments(before.positional, tuple(keywords.items()), before.opaque or after.opaque)


def _of_string(text: Text, name: str, arguments: Arguments, place: Place) -> Value | None:
    first = arguments.positional[0] if arguments.positional else None
    if name in _STRIPS and (first is None or isinstance(first, Str)):
        characters = first.text.known if isinstance(first, Str) else None
        left, right = _STRIPS[name]
        return Str(strings.stripped(text, characters, left, right), place)
    if name in _CASES:
        return Str(strings.recased(text, name), place)
    if name == "format":
        return bounded(strings.format_text(text, arguments).parts, place)
    if name == "format_map":
        entries = first.entries if isinstance(first, Map) else ()
        given = Arguments((), tuple((entry.key, entry.value) for entry in entries))
        return bounded(strings.format_text(text, given).parts, place)
    if name == "replace" and len(arguments.positional) >= 2:
        return _replaced(text, arguments, place)
    if name == "join" and first is not None:
        values = first if isinstance(first, Seq) else Seq("list", (Item(first, spread=True),), place)
        return bounded(strings.joined(text, values).parts, place)
    if name in ("startswith", "endswith"):
        return _affix(text, name, first, place)
    if name == "split" and text.known is not None and len(arguments.positional) < 2 and not arguments.keywords:
        return _split(text, first, place)
    return None


def _replaced(text: Text, arguments: Arguments, place: Place) -> Value:
    old, new, *count = arguments.positional
    needle = operators.known(old)
    if count and isinstance(limit := operators.known(count[0]), int) and isinstance(needle, str):
        return bounded(strings.replaced(text, needle, text_of(new), limit).parts, place)
    if not isinstance(needle, str) or count:
        return Str(Text((*text.parts, Hole("replace", place, reason="what is replaced is not known"))), place)
    return bounded(strings.replaced(text, needle, text_of(new)).parts, place)


def _affix(text: Text, name: str, first: Value | None, place: Place) -> Value | None:
    affix = operators.known(first) if first is not None else None
    affixes = tuple(operators.known(item.value) for item in first.items) if isinstance(first, Seq) else (affix,)
    if text.known is None or not all(isinstance(known, str) for known in affixes):
        return None
    return Const(getattr(text.known, name)(affixes), place)


def _split(text: Text, separator: Value | None, place: Place) -> Value | None:
    known = text.known
    mark = operators.known(separator) if separator is not None else None
    if known is None or len(text.parts) != 1 or not isinstance(mark, str) or not mark:
        return None
    piece = next(text.pieces())
    items: list[Item] = []
    start = 0
    for part in known.split(mark):
        items.append(Item(Str(Text((strings.cut(piece, start, start + len(part)),)), place)))
        start += len(part) + len(mark)
    return Seq("list", tuple(items), place)


def _of_mapping(base: Map, name: str, arguments: Arguments, place: Place, source: str) -> Value | None:
    first = arguments.positional[0] if arguments.positional else None
    if name == "copy":
        return base
    if name == "get" and first is not None:
        fallback = arguments.positional[1] if len(arguments.positional) > 1 else Const(None, place)
        return _entry_or(base, first, fallback, place, source)
    if name in ("values", "keys", "items"):
        listed = tuple(Item(_listed(entry, name, place), entry.optional) for entry in base.entries)
        more = (Item(base.rest, spread=True),) if base.rest is not None else ()
        return Seq("list", (*listed, *more), place)
    return None


def _listed(entry: Entry, what: str, place: Place) -> Value:
    key = _key(entry.key, entry.key_place)
    match what:
        case "keys":
            return key
        case "values":
            return entry.value
        case _:
            return Seq("tuple", (Item(key), Item(entry.value)), place)


def _key(key: str, place: Place) -> Str:
    return Str(Text((Piece(key, place),)), place)


def _entry_or(base: Map, key: Value, fallback: Value, place: Place, source: str) -> Value:
    name = operators.known(key)
    if isinstance(name, str):
        entry = base.get(name)
        if entry is not None and not entry.optional:
            return entry.value
        if entry is None and base.rest is None:
            return fallback
        return choice([entry.value if entry else operators.index(base, key, place, source), fallback])
    values = [entry.value for entry in base.entries]
    return choice([*values, fallback, *([base.rest] if base.rest else [])])
