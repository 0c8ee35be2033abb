"""The content of a message in OpenAI's form: a text, or parts -> the blocks of the Messages API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.sdk.shapes._values import mapping, maps, word
from promptlint.source.changes import with_entry
from promptlint.source.operators import known
from promptlint.source.values import Choice, Entry, Item, Map, Seq, Str, Value, choice, options, place_of

_PARTS = {
    "input_text": "text",
    "output_text": "text",
    "image_url": "image",
    "input_image": "image",
    "file": "document",
    "input_file": "document",
    "input_audio": "other",
}


def content_of(content: Value) -> Value:
    """The content of a message: text as it is, parts under the types of the Messages API."""
    if isinstance(content, Choice):
        return choice([content_of(option) for option in content.options])
    if isinstance(content, Seq):
        return replace(content, items=tuple(replace(item, value=_part(item.value)) for item in content.items))
    return content


def blocks(content: Value, marker: Entry | None = None) -> Iterator[Item]:
    """Content as a list of blocks; a marker of the message goes to the last one."""
    listed = next((option for option in options(content) if isinstance(option, Seq)), None)
    items = [replace(item, value=_part(item.value)) for item in listed.items] if listed is not None else []
    if listed is None:
        place = place_of(content)
        items = [Item(mapping(place, type=word("text", place), text=content))]
    if marker is not None and items and isinstance(last := items[-1].value, Map):
        items[-1] = replace(items[-1], value=with_entry(last, marker))
    yield from items


def _part(part: Value) -> Value:
    if isinstance(part, Choice):
        return choice([_part(option) for option in part.options])
    if isinstance(part, Str):
        return mapping(part.place, type=word("text", part.place), text=part)
    one = next(maps(part), None)
    kind = one.get("type") if one is not None else None
    if one is None or kind is None or not isinstance(name := known(kind.value), str):
        return part
    return with_entry(one, replace(kind, value=word(_PARTS.get(name, name), place_of(kind.value))))
