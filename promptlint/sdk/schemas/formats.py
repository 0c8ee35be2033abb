"""The format of an answer that the Anthropic SDK makes of a class: `output_format=Model`, as of anthropic 2.12."""

from __future__ import annotations

from dataclasses import replace

from promptlint.sdk.passed import PassedArguments
from promptlint.sdk.schemas.making import model_of
from promptlint.sdk.schemas.values import literal, unreadable
from promptlint.source.evaluator import Evaluator
from promptlint.source.externals import to_python
from promptlint.source.operators import known
from promptlint.source.values import Class, Entry, Map, Seq, Value, options

_STRINGS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"},
)
"""The formats of strings that the API knows."""


def with_format(ev: Evaluator, given: PassedArguments) -> PassedArguments:
    """The arguments of a request, with the schema that is sent of a class that is the `output_format`."""
    asked = given.get("output_format")
    cls = next((option for option in options(asked.value) if isinstance(option, Class)), None) if asked else None
    if asked is None or cls is None:
        return given
    ev.refuel()
    made = model_of(ev, cls)
    schema = transformed(made) if isinstance(made, Map) else made
    kind = Entry("type", literal("json_schema", asked.place), asked.place)
    wanted = Map((kind, Entry("schema", schema, asked.place)), asked.place)
    config = given.get("output_config")
    before = next((o for o in options(config.value) if isinstance(o, Map)), None) if config is not None else None
    merged = Map((*(before.entries if before else ()), Entry("format", wanted, asked.keyword)), asked.place)
    return replace(given, named={**given.named, "output_config": replace(asked, value=merged)})


def transformed(one: Map) -> Value:
    """A schema as the API accepts it: what it does not know of is said in the description instead."""
    rest = {entry.key: entry.value for entry in one.entries}
    kept: dict[str, Value] = {}
    if isinstance(definitions := rest.pop("$defs", None), Map):
        kept["$defs"] = _each(definitions)
    if "$ref" in rest:
        return _made(one, {**kept, "$ref": rest["$ref"]})
    kind = known(rest.pop("type")) if "type" in rest else None
    literals: dict[str, Value] = {key: rest.pop(key) for key in ("enum", "const") if key in rest}
    kept |= literals
    either = rest.pop("anyOf", None)
    if isinstance(either, Seq):
        kept["anyOf"] = replace(either, items=tuple(replace(i, value=_inner(i.value)) for i in either.items))
    elif not literals:
        if not isinstance(kind, str):
            return unreadable("output_format", one.place)  # the SDK refuses it
        kept["type"] = literal(kind, one.place)
    kept |= {key: rest.pop(key) for key in ("description", "title") if key in rest}
    kept |= _of_kind(None if literals else kind, rest, one)
    return _made(one, _with_rest(kept, rest, one))


def _of_kind(kind: object, rest: dict[str, Value], one: Map) -> dict[str, Value]:
    """What the API knows of a type; it is taken out of the rest."""
    if kind == "object":
        rest.pop("additionalProperties", None)
        inner = rest.pop("properties", Map((), one.place))
        made = {"properties": _each(inner) if isinstance(inner, Map) else inner}
        made["additionalProperties"] = literal(False, one.place)
        return made | ({"required": rest.pop("required")} if "required" in rest else {})
    found: dict[str, Value] = {}
    if kind == "string" and "format" in rest:
        name = rest.pop("format")
        (found if known(name) in _STRINGS else rest)["format"] = name
    if kind == "array" and "items" in rest:
        found["items"] = _inner(rest.pop("items"))
    if kind == "array" and "minItems" in rest:
        least = rest.pop("minItems")
        (found if known(least) in (0, 1) else rest)["minItems"] = least
    return found


def _with_rest(kept: dict[str, Value], rest: dict[str, Value], one: Map) -> dict[str, Value]:
    if not rest:
        return kept
    try:
        said = ", ".join(f"{key}: {to_python(value)}" for key, value in rest.items())
    except ValueError:
        return {**kept, "description": unreadable("description", one.place)}
    text = known(kept["description"]) if "description" in kept else None
    whole = f"{text}\n\n{{{said}}}" if isinstance(text, str) else f"{{{said}}}"
    return {**kept, "description": literal(whole, one.place)}


def _each(inner: Map) -> Map:
    return replace(inner, entries=tuple(replace(entry, value=_inner(entry.value)) for entry in inner.entries))


def _inner(value: Value) -> Value:
    return transformed(value) if isinstance(value, Map) else value


def _made(one: Map, kept: dict[str, Value]) -> Map:
    return Map(tuple(Entry(key, value, one.place) for key, value in kept.items()), one.place)
