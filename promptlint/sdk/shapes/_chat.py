"""Messages and tools in the form of OpenAI's Chat Completions -> those of the Messages API."""

from __future__ import annotations

from dataclasses import replace

from promptlint.sdk.passed import Passed
from promptlint.sdk.shapes import _tools
from promptlint.sdk.shapes._content import blocks, content_of
from promptlint.sdk.shapes._values import at, mapping, maps, word
from promptlint.source.changes import with_entry
from promptlint.source.operators import known
from promptlint.source.values import (
    Choice,
    Const,
    Entry,
    Item,
    Map,
    Seq,
    Unknown,
    Value,
    choice,
    options,
    place_of,
)

_SYSTEM = frozenset({"system", "developer"})


def split(given: Passed, system: Passed | None = None) -> dict[str, Passed]:
    """The arguments `system` and `messages`: messages of the role system go out, behind a `system` of its own."""
    lists = [option for option in options(given.value) if isinstance(option, Seq)]
    others = [option for option in options(given.value) if not isinstance(option, Seq)]
    parted = [_parted(one) for one in lists]
    found = {"messages": replace(given, value=choice([*(rest for _, rest in parted), *others]))}
    hoisted = next((items for items, _ in parted if items), None)
    if hoisted is not None:
        certain = not others and all(items for items, _ in parted)
        first = place_of(hoisted[0].value)
        found["system"] = replace(_joined(hoisted, system), keyword=first.start, optional=not certain)
    elif system is not None:
        found["system"] = system
    elif (hidden := _may_hide_system(given.value)) is not None:
        found["system"] = Passed(Choice((hidden, Const(None, place_of(hidden)))), given.keyword, given.place, True)
    return found


def _may_hide_system(messages: Value) -> Unknown | None:
    """The part of a conversation that cannot be seen and may begin with a system message."""
    for option in options(messages):
        first = option.items[0].value if isinstance(option, Seq) and option.items else option
        if isinstance(first, Unknown):
            return first
    return None


def _parted(conversation: Seq) -> tuple[list[Item], Seq]:
    """The system messages of a conversation, and the conversation without them."""
    hoisted = [item for item in conversation.items if _role(item.value) in _SYSTEM]
    rest = tuple(
        replace(item, value=_message(item.value)) for item in conversation.items if _role(item.value) not in _SYSTEM
    )
    return hoisted, replace(conversation, items=rest)


def _role(message: Value) -> object:
    role = next((entry for one in maps(message) if (entry := one.get("role")) is not None), None)
    return known(role.value) if role is not None else None


def _joined(messages: list[Item], before: Passed | None) -> Passed:
    """The system prompt that system messages make: the content of a single one, else a list of blocks."""
    if before is None and len(messages) == 1 and not messages[0].optional and not messages[0].spread:
        contents = [one.get("content") for one in maps(messages[0].value) if one.get("cache_control") is None]
        values = [content_of(entry.value) for entry in contents if entry is not None]
        if values:
            return at(choice(values))
    found = list(blocks(before.value)) if before is not None else []
    for item in messages:
        for one in list(maps(item.value))[:1]:
            content = one.get("content")
            inner = blocks(content.value, one.get("cache_control")) if content is not None else iter(())
            found += [replace(i, optional=i.optional or item.optional, spread=i.spread or item.spread) for i in inner]
    place = place_of(messages[0].value)
    return at(Seq("list", tuple(found), place))


def _message(message: Value) -> Value:
    """A message in the form of the Messages API."""
    if isinstance(message, Choice):
        return choice([_message(option) for option in message.options])
    one = next(maps(message), None)
    if one is None or one.get("role") is None:
        return message
    if _role(one) in ("tool", "function"):
        return _tool_result(one)
    content, calls, marker = one.get("content"), one.get("tool_calls"), one.get("cache_control")
    if calls is None and marker is None:
        return with_entry(one, replace(content, value=content_of(content.value))) if content is not None else one
    said = content is not None and not (isinstance(content.value, Const) and content.value.value is None)
    parts = list(blocks(content.value, marker)) if content is not None and said else []
    parts += _tools.uses(calls.value) if calls is not None else ()
    kept = replace(
        one, entries=tuple(e for e in one.entries if e.key not in ("content", "tool_calls", "cache_control"))
    )
    return with_entry(kept, Entry("content", Seq("list", tuple(parts), one.place), one.place))


def _tool_result(one: Map) -> Map:
    content, call = one.get("content"), one.get("tool_call_id")
    block = mapping(
        one.place,
        type=word("tool_result", one.place),
        tool_use_id=call.value if call is not None else None,
        content=content_of(content.value) if content is not None else None,
    )
    items = Seq("list", (Item(block),), one.place)
    return mapping(one.place, role=word("user", one.place), content=items)
