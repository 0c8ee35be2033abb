"""LangChain's messages, in any of the ways to write one, as `system` and `messages` of the Messages API."""

from __future__ import annotations

from dataclasses import replace

from promptlint.request import Place
from promptlint.sdk.passed import Passed
from promptlint.sdk.shapes._values import at, mapping, word
from promptlint.sdk.shapes.langchain_templates import formatted
from promptlint.source.operators import known
from promptlint.source.values import (
    Class,
    Entry,
    External,
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

_ROLES = {
    "human": "user",
    "user": "user",
    "ai": "assistant",
    "assistant": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
}


def role(value: Value) -> str | None:
    """The role that a word or a class of messages stands for."""
    if isinstance(value, External):
        name = value.name.rsplit(".", 1)[-1].removesuffix("Chunk")
        return _ROLES.get(name.removesuffix("Message").lower()) if name.endswith("Message") else None
    written = known(value)
    return _ROLES.get(written) if isinstance(written, str) else None


def message(value: Value) -> Map | None:
    """A message as a mapping of role and content; None where it cannot be seen as one."""
    match value:
        case Str(_, place):
            return made("user", value, place)
        case Object(External() as cls, arguments, place) if arguments is not None:
            given = arguments.get("role")
            name = role(given) if given is not None else role(cls)
            content = arguments.get("content", 0) or arguments.get("content_blocks")
            return made(name, content or Unknown(hole_of(value)), place) if name is not None else None
        case Seq(_, (Item(first), Item(second)), place) if not isinstance(first, Class):
            name = role(first)
            return made(name, second, place) if name is not None else None
        case Map(place=place):
            first_entry, content_entry = value.get("role") or value.get("type"), value.get("content")
            name = role(first_entry.value) if first_entry is not None else None
            return made(name, content_entry.value, place) if name is not None and content_entry is not None else None
        case _:
            return _one_of(value)


def _one_of(value: Value) -> Map | None:
    """The message that is one of several: their roles have to be the same."""
    several = list(options(value))
    found = [message(option) for option in several] if len(several) > 1 else []
    maps = [one for one in found if one is not None]
    if not maps or len(maps) < len(found) or len({known(one.entries[0].value) for one in maps}) > 1:
        return None
    content = choice([one.entries[1].value for one in maps])
    return replace(maps[0], entries=(maps[0].entries[0], replace(maps[0].entries[1], value=content)))


def made(name: str, content: Value, place: Place) -> Map:
    """A message of the Messages API, but for the system prompt, which gets a role here too."""
    content = _with_markers(formatted(content))
    if name == "tool":
        result = mapping(place, type=word("tool_result", place), content=content)
        content, name = Seq("list", (Item(result),), place), "user"
    return mapping(place, role=word(name, place), content=content)


def _with_markers(content: Value) -> Value:
    """The content with the cache points of the Converse API as markers of the blocks before them."""
    if not isinstance(content, Seq):
        return content
    items: list[Item] = []
    for item in content.items:
        point = item.value.get("cachePoint") if isinstance(item.value, Map) else None
        if point is None:
            items.append(item)
        elif items and isinstance(before := items[-1].value, Map):
            marker = Entry("cache_control", point.value, point.key_place, item.optional)
            items[-1] = replace(items[-1], value=replace(before, entries=(*before.entries, marker)))
    return replace(content, items=tuple(items))


def conversation(value: Value) -> dict[str, Passed]:
    """`system` and `messages` of what a model is called with."""
    lists = [_list(option) for option in options(value)]
    systems = [_system(one) for one in lists]
    rests = choice([_rest(one) for one in lists])
    found = {"messages": at(rests)}
    there = [system for system in systems if system is not None]
    if there:
        optional = len(there) < len(lists) or any(system.optional for system in there)
        found["system"] = replace(at(choice([system.value for system in there])), optional=optional)
    return found


def _list(value: Value) -> Value:
    """A list of messages of the model's input."""
    if isinstance(value, Seq):
        items = (item if (one := message(item.value)) is None else replace(item, value=one) for item in value.items)
        return replace(value, items=tuple(items))
    single = message(value) if isinstance(value, Str) else None
    return Seq("list", (Item(single),), place_of(value)) if single is not None else value


def _is_system(item: Item) -> bool:
    entry = item.value.get("role") if isinstance(item.value, Map) else None
    return entry is not None and known(entry.value) == "system"


def _rest(value: Value) -> Value:
    if not isinstance(value, Seq):
        return value
    return replace(value, items=tuple(item for item in value.items if not _is_system(item)))


def _system(value: Value) -> Item | None:
    """The system prompt in a list of messages. It stands first: a list that begins with a hole may hold one there."""
    items = value.items if isinstance(value, Seq) else (Item(value),)
    found = [item for item in items if _is_system(item)]
    if not found:
        first = items[0].value if items else None
        return (
            Item(Unknown(hole_of(first)), optional=True) if first is not None and not isinstance(first, Map) else None
        )
    contents = [entry.value for item in found if isinstance(item.value, Map) and (entry := item.value.get("content"))]
    if len(contents) == 1:
        return Item(contents[0], found[0].optional or found[0].spread)
    blocks = (
        block
        for item, content in zip(found, contents, strict=True)
        for block in (content.items if isinstance(content, Seq) else (Item(content, item.optional, item.spread),))
    )
    return Item(Seq("list", tuple(blocks), place_of(contents[0])))
