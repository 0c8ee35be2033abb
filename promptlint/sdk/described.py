"""What is known of a content block that is more than text: a tool's call and result, an image, a document."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from promptlint.prompts import media
from promptlint.request import Block, Hole, Media, Part, Place, Text
from promptlint.source.externals import to_python
from promptlint.source.operators import known
from promptlint.source.values import Const, Map, Value, text_of

Content = Callable[[Value, Place], tuple[Block, ...]]
"""Reads a `content` value into its blocks."""

_ASIDE = frozenset({"cache_control", "source", "content", "text", "thinking", "signature"})
"""What stands in fields of a block's own, and what is not read by the model."""


def described(block: Block, value: Map, content: Content) -> Block:
    """The block with all that its mapping tells beyond its text."""
    if block.kind == "text":
        return block
    found = replace(block, definition=_json(value))
    if block.kind == "thinking":
        return replace(found, text=_text(value, "thinking"))
    if block.kind == "image":
        return replace(found, media=_image(value))
    if block.kind == "document":
        return _document(found, value, content)
    inner = _inner(value, content)
    return replace(found, inner=inner, text=_joined(inner) if inner else found.text)


def _json(value: Map) -> str | None:
    kept = tuple(entry for entry in value.entries if entry.key not in _ASIDE)
    try:
        return json.dumps(to_python(replace(value, entries=kept)), ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return None


def _text(value: Map, key: str) -> Text | None:
    entry = value.get(key)
    return text_of(entry.value) if entry is not None else None


def _inner(value: Map, content: Content) -> tuple[Block, ...]:
    entry = value.get("content")
    absent = entry is None or (isinstance(entry.value, Const) and entry.value.value is None)
    return () if entry is None or absent else content(entry.value, value.place)


def _joined(inner: tuple[Block, ...]) -> Text:
    parts: list[Part] = [part for block in inner if block.text for part in block.text.parts]
    return Text(tuple(parts))


def _source(value: Map) -> tuple[Map | None, object]:
    entry = value.get("source")
    source = entry.value if entry is not None and isinstance(entry.value, Map) else None
    kind = source.get("type") if source is not None else None
    return source, known(kind.value) if kind is not None else None


def _data(source: Map) -> str | None:
    entry = source.get("data")
    data = known(entry.value) if entry is not None else None
    return data if isinstance(data, str) else None


def _image(value: Map) -> Media:
    source, kind = _source(value)
    data = _data(source) if source is not None else None
    if data is not None:
        return media.image(data)
    return Media(reason=_elsewhere("image", kind), data=_made_of(source) or _embedded(value))


def _document(block: Block, value: Map, content: Content) -> Block:
    source, kind = _source(value)
    if source is not None and kind == "text" and (text := _text(source, "data")) is not None:
        return replace(block, text=text)
    if source is not None and kind == "content":
        inner = _inner(source, content)
        return replace(block, inner=inner, text=_joined(inner))
    data = _data(source) if source is not None else None
    if data is None:
        return replace(block, media=Media(reason=_elsewhere("document", kind), data=_made_of(source)))
    return replace(block, media=media.document(data))


def _made_of(source: Map | None) -> tuple[Hole, ...]:
    """What base64 data are made of at run time."""
    entry = source.get("data") if source is not None else None
    return tuple(text_of(entry.value).holes()) if entry is not None else ()


def _embedded(value: Map) -> tuple[Hole, ...]:
    """What the data in a `data:` URL are made of, as OpenAI's form has them."""
    entry = value.get("image_url")
    if entry is not None and isinstance(entry.value, Map):
        entry = entry.value.get("url")
    url = text_of(entry.value) if entry is not None else Text()
    return tuple(url.holes()) if url.leading.startswith("data:") else ()


def _elsewhere(what: str, kind: object) -> str:
    if kind == "url":
        return f"the {what} is behind a URL"
    if kind == "file":
        return f"the {what} is an uploaded file"
    return f"the {what} is known at run time only"
