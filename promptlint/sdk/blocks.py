"""Values -> the blocks, messages and tools of a request."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

from promptlint.request import Block, CacheMarker, Message, Messages, Part, Place, System, Text, Tool, Tools
from promptlint.request.blocks import BlockKind
from promptlint.sdk.described import described
from promptlint.sdk.passed import Passed, is_absent
from promptlint.source.externals import to_python
from promptlint.source.operators import known
from promptlint.source.values import (
    Bound,
    Choice,
    Const,
    External,
    Func,
    Map,
    Object,
    Seq,
    Str,
    Unknown,
    Value,
    hole_of,
    options,
    place_of,
    text_of,
    variant,
)

_KINDS = frozenset(get_args(BlockKind))


def system(passed: Passed | None, opaque: tuple[str, ...]) -> System:
    """The system prompt of a request."""
    if passed is None:
        return System(present=None if opaque else False, complete=not opaque, reason=_opaque_reason(opaque))
    value = without_none(passed.value)
    if value is None:
        return System(keyword=passed.keyword, place=passed.place)
    blocks = content(value, passed.place)
    if passed.optional or len(list(options(value))) < len(list(options(passed.value))):
        blocks = tuple(replace(block, optional=True) for block in blocks)
    unknown = next((o for o in options(value) if isinstance(o, Unknown)), None)
    reason = unknown.hole.reason if unknown is not None else ""
    complete = not any(block.kind == "unknown" for block in blocks)
    return System(True, blocks, complete, passed.keyword, passed.place, reason)


def _opaque_reason(opaque: tuple[str, ...]) -> str:
    return f"**{opaque[0]} cannot be read" if opaque else ""


def without_none(value: Value) -> Value | None:
    """The value less its options None; None where nothing is left."""
    kept = [option for option in options(value) if not (isinstance(option, Const) and option.value is None)]
    kept = [option for option in kept if not is_absent(option)]
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else Choice(tuple(kept))


def content(value: Value, place: Place) -> tuple[Block, ...]:
    """The blocks of a `system` or `content` value: one for a string, those of a list."""
    sequences = [option for option in options(value) if isinstance(option, Seq)]
    texts = [option for option in options(value) if not isinstance(option, Seq)]
    if len(sequences) > 1 or (sequences and any(not isinstance(option, Unknown) for option in texts)):
        return (Block("unknown", variant([_content_text(option, place) for option in options(value)]), place),)
    if sequences:
        return tuple(
            block for item in sequences[0].items for block in _item_blocks(item.value, item.optional, item.spread)
        )
    if isinstance(value, Map):
        return _item_blocks(value, False, False)
    plain = Choice(tuple(texts)) if len(texts) > 1 else texts[0]
    kind: BlockKind = "unknown" if isinstance(plain, Unknown) else "text"
    return (Block(kind, text_of(plain), place_of(plain) if place_of(plain).path else place),)


def _content_text(value: Value, place: Place) -> Text:
    return Text(tuple(part for block in content(value, place) if block.text for part in block.text.parts))


def _item_blocks(value: Value, optional: bool, spread: bool) -> tuple[Block, ...]:
    for option in options(value):
        match option:
            case Map():
                return (replace(_block(option), optional=optional or spread),)
            case Str(text, place):
                return (Block("text", text, place, None, optional or spread),)
            case Object(External(), arguments, place) if arguments is not None:
                given = dict(arguments.keywords)
                written = text_of(given["text"]) if "text" in given else None
                marker = _marker_of(given.get("cache_control"), place)
                return (Block("text" if written else "other", written, place, marker, optional or spread),)
    return (Block("unknown", Text((hole_of(value),)), place_of(value), None, optional or spread),)


def _block(value: Map) -> Block:
    kind_entry = value.get("type")
    kind = known(kind_entry.value) if kind_entry else None
    text_entry = value.get("text")
    if kind is None:
        kind = "text" if text_entry else "unknown"
    text = text_of(text_entry.value) if text_entry else None
    known_kind: BlockKind = kind if kind in _KINDS else "other"  # type: ignore[assignment]
    return described(Block(known_kind, text, value.place, cache_marker(value)), value, content)


def cache_marker(value: Map) -> CacheMarker | None:
    """The `cache_control` of a block or tool."""
    entry = value.get("cache_control")
    if entry is None:
        return None
    return _marker_of(entry.value, entry.key_place, entry.optional)


def _marker_of(value: Value | None, place: Place, optional: bool = False) -> CacheMarker | None:
    if value is None:
        return None
    kept = without_none(value)
    if kept is None:
        return None
    certain = kept is value and not optional
    for option in options(kept):
        match option:
            case Map():
                entry = option.get("ttl")
                ttl = known(entry.value) if entry else "5m"
                return CacheMarker(ttl if ttl in ("5m", "1h") else "unknown", place, certain)
            case Object(External(), arguments):
                given = arguments.get("ttl") if arguments else None
                ttl = known(given) if given is not None else "5m"
                return CacheMarker(ttl if ttl in ("5m", "1h") else "unknown", place, certain)
    return CacheMarker("unknown", place, False)


def request_marker(passed: Passed | None) -> CacheMarker | None:
    """The top-level `cache_control` of a request."""
    return _marker_of(passed.value, passed.keyword, passed.optional) if passed is not None else None


def messages(passed: Passed | None, opaque: tuple[str, ...]) -> Messages:
    """The conversation of a request."""
    if passed is None:
        return Messages(complete=not opaque, reason=_opaque_reason(opaque))
    sequence = _likeliest([option for option in options(passed.value) if isinstance(option, Seq)])
    if sequence is None:
        hole = hole_of(passed.value)
        return Messages((), False, False, passed.keyword, passed.place, hole.reason or "the list cannot be followed")
    found: list[Message] = []
    complete = len(list(options(passed.value))) == 1
    for item in sequence.items:
        message = _message(item.value)
        if len(list(options(item.value))) > 1:
            complete = False
        if message is None:
            complete = False
            message = Message(None, _item_blocks(item.value, False, False), place_of(item.value))
        found.append(replace(message, optional=item.optional, repeated=item.spread))
    return Messages(tuple(found), complete, sequence.grows, passed.keyword, passed.place, window=sequence.window)


def _likeliest(lists: list[Seq]) -> Seq | None:
    """The first of several lists; where one of them grows, what is in any of them: a conversation has a first turn."""
    if len(lists) < 2 or not any(each.grows for each in lists):
        return lists[0] if lists else None
    items = [replace(item, optional=True) for each in lists for item in each.items]
    distinct = tuple(item for index, item in enumerate(items) if item not in items[:index])
    return replace(
        lists[0], items=distinct, grows=True, window=next((each.window for each in lists if each.window), None)
    )


def _message(value: Value) -> Message | None:
    for option in options(value):
        if isinstance(option, Map):
            role = option.get("role")
            body = option.get("content")
            blocks = content(body.value, option.place) if body else ()
            name = known(role.value) if role else None
            return Message(str(name) if name is not None else None, blocks, option.place)
    return None


def tools(passed: Passed | None, opaque: tuple[str, ...]) -> Tools:
    """The tools of a request."""
    if passed is None:
        return Tools(present=None if opaque else False, complete=not opaque, reason=_opaque_reason(opaque))
    value = without_none(passed.value)
    if value is None:
        return Tools(keyword=passed.keyword, place=passed.place)
    sequence = next((option for option in options(value) if isinstance(option, Seq)), None)
    if sequence is None:
        return Tools(True, (), False, None, passed.keyword, passed.place, hole_of(value).reason)
    found: list[Tool] = []
    complete = len(list(options(value))) == 1
    for item in sequence.items:
        tool = _tool(item.value)
        if tool is None or item.spread or item.optional:
            complete = False
        # Any number of tools of any name are none that could be counted.
        if tool is not None and (tool.name or tool.cache or not item.spread):
            found.append(tool)
    unordered = sequence.place if sequence.kind == "set" else None
    return Tools(True, tuple(found), complete, unordered, passed.keyword, passed.place)


def _tool(value: Value) -> Tool | None:
    for option in options(value):
        match option:
            case Map():
                return _tool_definition(option)
            case Func() | Bound():
                function = option.function if isinstance(option, Bound) else option
                place = function.scope.module.file.place(function.node)
                return Tool(function.scope.name, None, None, place)
    return None


def _tool_definition(value: Map) -> Tool:
    name, kind = value.get("name"), value.get("type")
    try:
        plain = to_python(replace(value, entries=tuple(e for e in value.entries if e.key != "cache_control")))
        definition = json.dumps(plain, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        definition = None
    return Tool(
        str(known(name.value)) if name and known(name.value) is not None else None,
        str(known(kind.value)) if kind and known(kind.value) is not None else None,
        definition,
        value.place,
        Text(tuple(_static_parts(value, 8))),
        cache_marker(value),
    )


def _static_parts(value: Value, depth: int) -> list[Part]:
    """The literal texts of a definition that is not wholly known, and the holes in it."""
    if depth == 0:
        return []
    match value:
        case Str(text):
            return list(text.parts)
        case Map(entries, _, rest):
            inner = [part for entry in entries for part in _static_parts(entry.value, depth - 1)]
            return [*inner, rest.hole] if rest is not None else inner
        case Seq(_, items):
            return [part for item in items for part in _static_parts(item.value, depth - 1)]
        case Unknown(hole):
            return [hole]
        case _:
            return []
