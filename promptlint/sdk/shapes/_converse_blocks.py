"""Blocks, messages and tools of Converse -> those of the Messages API. A cache point marks what is before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from promptlint.sdk.shapes._values import mapping, maps, renamed, word
from promptlint.source.changes import with_entry
from promptlint.source.values import Choice, Entry, Item, Map, Seq, Unknown, Value, choice, options, place_of

Convert = Callable[[Seq], Value]

_KINDS = {
    "text": "text",
    "image": "image",
    "document": "document",
    "toolUse": "tool_use",
    "toolResult": "tool_result",
    "reasoningContent": "thinking",
}
_TOOL_NAMES = {"name": "name", "description": "description"}


def content(blocks: Seq) -> Seq:
    """The blocks of a system prompt, a message or a tool's result."""
    return _marked(blocks, _block)


def tools(listed: Seq) -> Seq:
    """The tools of a `toolConfig`."""
    return _marked(listed, _tool)


def messages(conversation: Seq) -> Seq:
    """The messages of a conversation."""
    return replace(conversation, items=tuple(replace(i, value=_message(i.value)) for i in conversation.items))


def tool_choice(value: Value) -> Value:
    """A `toolChoice`: its only key says the kind."""
    found: list[Value] = []
    for option in options(value):
        if isinstance(option, Map) and option.entries:
            entry = option.entries[0]
            inner = entry.value.entries if isinstance(entry.value, Map) else ()
            found.append(Map((Entry("type", word(entry.key, option.place), option.place), *inner), option.place))
        else:
            found.append(option)
    return choice(found)


def _marked(listed: Seq, convert: Callable[[Value], Value]) -> Seq:
    """The items less the cache points, each of which becomes the marker of the item before it."""
    items: list[Item] = []
    for item in listed.items:
        point = next((entry for one in maps(item.value) if (entry := one.get("cachePoint")) is not None), None)
        if point is None:
            items.append(replace(item, value=convert(item.value)))
        elif items:
            marker = replace(point, key="cache_control", optional=point.optional or item.optional)
            items[-1] = replace(items[-1], value=_with_marker(items[-1].value, marker))
    return replace(listed, items=tuple(items))


def _with_marker(value: Value, marker: Entry) -> Value:
    if isinstance(value, Choice):
        return choice([_with_marker(option, marker) for option in value.options])
    if isinstance(value, Unknown):
        return Map((marker,), place_of(value), value)
    return with_entry(value, marker) if isinstance(value, Map) else value


def _message(value: Value) -> Value:
    if isinstance(value, Choice):
        return choice([_message(option) for option in value.options])
    one = next(maps(value), None)
    entry = one.get("content") if one is not None else None
    if one is None or entry is None:
        return value
    inner = [content(option) if isinstance(option, Seq) else option for option in options(entry.value)]
    return with_entry(one, replace(entry, value=choice(inner)))


def _block(value: Value) -> Value:
    """A block: what it is stands in its key."""
    if isinstance(value, Choice):
        return choice([_block(option) for option in value.options])
    one = next(maps(value), None)
    entry = next((e for e in one.entries if e.key in _KINDS), None) if one is not None else None
    if one is None or entry is None:
        return value if one is None else mapping(one.place, type=word("other", one.place))
    kind = Entry("type", word(_KINDS[entry.key], one.place), one.place)
    if entry.key == "text":
        return Map((kind, entry), one.place)
    inner = next((option for option in options(entry.value) if isinstance(option, Map)), None)
    results = inner.get("content") if inner is not None and entry.key == "toolResult" else None
    if results is not None and isinstance(results.value, Seq):
        results = replace(results, value=content(results.value))
    return Map((kind, results) if results is not None else (kind,), one.place)


def _tool(value: Value) -> Value:
    """A tool: the `toolSpec` under the names of the Messages API."""
    one = next(maps(value), None)
    entry = one.get("toolSpec") if one is not None else None
    spec = next(maps(entry.value), None) if entry is not None else None
    if one is None or spec is None:
        return value
    entries = [renamed(e, _TOOL_NAMES[e.key]) for e in spec.entries if e.key in _TOOL_NAMES]
    schema = spec.get("inputSchema")
    inner = (
        next((found for o in maps(schema.value) if (found := o.get("json"))), schema) if schema is not None else None
    )
    if inner is not None:
        entries.append(renamed(inner, "input_schema"))
    return Map(tuple(entries), one.place, spec.rest)
