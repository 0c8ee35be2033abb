"""A send with its arguments -> the request that it sends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from promptlint.request import Argument, Place, Request, Step
from promptlint.sdk import blocks
from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.source.externals import to_python
from promptlint.source.operators import known
from promptlint.source.values import Const, Map, Str, Unknown, Value, choice, hole_of, how_of, options, place_of

_OWN = frozenset(
    {"model", "max_tokens", "system", "messages", "tools", "tool_choice", "thinking", "stream", "cache_control"}
)

_UNKNOWN = object()


def build(given: PassedArguments, streaming: bool, batch: bool) -> Request:
    """The request of the Messages API that these arguments make."""
    opaque = tuple(given.opaque)
    stream = given.get("stream")
    return Request(
        model=argument(given.get("model"), str, opaque),
        max_tokens=argument(given.get("max_tokens"), int, opaque),
        system=blocks.system(given.get("system"), opaque),
        messages=blocks.messages(given.get("messages"), opaque),
        tools=blocks.tools(given.get("tools"), opaque),
        tool_choice=_kind(given.get("tool_choice")),
        forced_tool=_inner(given.get("tool_choice"), "name", str),
        serial_tools=_inner(given.get("tool_choice"), "disable_parallel_tool_use", bool),
        thinking=_kind(given.get("thinking")),
        thinking_budget=_inner(given.get("thinking"), "budget_tokens", int),
        reply_format=argument(_within(given.get("output_config"), "format") or given.get("output_format"), object),
        effort=_inner(given.get("output_config"), "effort", str),
        streaming=streaming or (stream is not None and known(stream.value) is True),
        batch=batch,
        cache=blocks.request_marker(given.get("cache_control")),
        others={name: argument(given.get(name), object) for name in given.named if name not in _OWN},
        insert_at=given.insert_at,
        opaque=opaque,
    )


def argument(passed: Passed | None, kind: type, opaque: tuple[str, ...] = ()) -> Argument[Any]:
    """What is known of an argument whose values are of this kind."""
    if passed is None:
        if opaque:
            return Argument(complete=False, present=None, reason=f"**{opaque[0]} cannot be read")
        return Argument()
    values: list[Any] = []
    origins: list[Place] = []
    trail: tuple[Step, ...] = ()
    unknown: Value | None = None
    for option in options(passed.value):
        if isinstance(option, Const) and option.value is None:
            continue
        value = _plain(option) if kind is object else known(option)
        if isinstance(value, kind) and value is not _UNKNOWN and not (kind is int and isinstance(value, bool)):
            if value not in values:
                values.append(value)
                origins.append(_origin(option))
            trail = trail or _trail(option)
        else:
            unknown = unknown or option
    if unknown is not None and not trail:
        trail = hole_of(unknown).trail
    how = how_of(trail) if values or trail else "unknown"
    return Argument(
        tuple(values),
        unknown is None,
        None if passed.optional else True,
        how,
        passed.keyword,
        passed.place,
        tuple(origins),
        trail,
        hole_of(unknown).reason if unknown is not None else "",
    )


def _plain(value: Value) -> object:
    """The Python value of whatever is wholly known, mappings and lists too."""
    try:
        return to_python(value)
    except (ValueError, RecursionError):
        return _UNKNOWN


def _within(passed: Passed | None, key: str) -> Passed | None:
    """An entry of a mapping that is passed, as if it were an argument; None where no such entry is."""
    found: list[Value] = []
    for option in options(passed.value) if passed is not None else ():
        entry = option.get(key) if isinstance(option, Map) else None
        found += [entry.value] if entry is not None else [option] if isinstance(option, Unknown) else []
    return replace(passed, value=choice(found)) if passed is not None and found else None


def _origin(value: Value) -> Place:
    if isinstance(value, Str):
        return next((piece.place for piece in value.text.pieces()), value.place)
    return place_of(value)


def _trail(value: Value) -> tuple[Step, ...]:
    if isinstance(value, Str):
        return next((piece.trail for piece in value.text.pieces()), ())
    return value.trail if isinstance(value, Const) else ()


def _kind(passed: Passed | None) -> Argument[str]:
    """The `type` of a mapping argument, such as `thinking={"type": "enabled"}`."""
    return _inner(passed, "type", str)


def _inner[T](passed: Passed | None, key: str, wanted: type[T]) -> Argument[T]:
    """What an entry of a mapping that is passed can be."""
    if passed is None:
        return Argument()
    found: list[T] = []
    complete = True
    for option in options(passed.value):
        entry = option.get(key) if isinstance(option, Map) else None
        for kind in options(entry.value) if entry is not None else ():
            if isinstance(value := known(kind), wanted):
                found.append(value)
            else:
                complete = False
        complete = complete and not isinstance(option, Unknown)
    return Argument(tuple(found), complete, None if passed.optional else True, "literal", passed.keyword, passed.place)
