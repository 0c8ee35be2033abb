"""A raw HTTP request: the body is the request of the Messages API, the address says that it goes there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from promptlint.request import Piece
from promptlint.sdk.passed import Passed, PassedArguments, of_mapping
from promptlint.sdk.shapes import Gathered
from promptlint.source.changes import with_entry
from promptlint.source.operators import known
from promptlint.source.values import Map, Str, Value, choice, options

_BODIES = ("json", "data", "content", "body")
_PATHS = ("/v1/messages", "/messages")


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of the body; None where the address or the body is of something else."""
    body = _body(gathered.given)
    if body is None or not any(_is_messages(text) for text in _addresses(gathered.given)):
        return None
    maps = [mapping for option in options(body.value) if (mapping := _mapping(option)) is not None]
    maps = [_for_claude(mapping) for mapping in maps if _may_be_claude(mapping)] or maps
    found = of_mapping(*maps) if maps else PassedArguments(opaque=["body"])
    if maps and not {"model", "messages"} <= found.named.keys() and not found.opaque:
        return None
    return found


def _body(given: PassedArguments) -> Passed | None:
    named = next((found for name in _BODIES if (found := given.get(name)) is not None), None)
    if named is not None:
        return named
    return next((argument for argument in given.positional if _holds_mapping(argument.value)), None)


def _holds_mapping(value: Value) -> bool:
    return any(_mapping(option) is not None for option in options(value))


def _mapping(value: Value) -> Map | None:
    if isinstance(value, Map):
        return value
    return _mapping(value.data) if isinstance(value, Str) and value.data is not None else None


def _may_be_claude(body: Map) -> bool:
    """Whether a body's model is Claude or unknown: one request function often serves several providers."""
    model = body.get("model")
    return model is not None and any(not _is_other(option) for option in options(model.value))


def _for_claude(body: Map) -> Map:
    """The body without the models of other providers."""
    model = body.get("model")
    assert model is not None
    kept = choice([option for option in options(model.value) if not _is_other(option)])
    return with_entry(body, replace(model, value=kept))


def _is_other(model: Value) -> bool:
    name = known(model)
    return isinstance(name, str) and "claude" not in name


def _addresses(given: PassedArguments) -> Iterator[Str]:
    url = given.get("url")
    for argument in [*([url] if url is not None else []), *given.positional]:
        for option in options(argument.value):
            if isinstance(option, Str):
                yield option


def _is_messages(address: Str) -> bool:
    """Whether an address ends in the path of the Messages API; what it begins with may be a proxy."""
    last = address.text.parts[-1] if address.text.parts else None
    if not isinstance(last, Piece):
        return False
    path = last.text.split("?")[0].rstrip("/")
    whole = (address.text.known or path).split("?")[0].rstrip("/")
    return path.endswith(_PATHS[0]) or (whole.endswith(_PATHS[1]) and "anthropic" in whole)
