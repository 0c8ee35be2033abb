"""The tools that Pydantic AI makes of functions, and of the model of an answer, as of pydantic-ai 2.68 (2026-11)."""

from __future__ import annotations

import ast
from dataclasses import replace

from promptlint.sdk.schemas import docstrings
from promptlint.sdk.schemas.fields import Field
from promptlint.sdk.schemas.making import (
    body_of,
    is_self,
    model_of,
    place_of_function,
    said,
    tool,
)
from promptlint.sdk.schemas.values import (
    literal,
    properties,
    unreadable,
    value_of,
    with_keywords,
    without,
)
from promptlint.source.evaluator import Evaluator
from promptlint.source.operators import known
from promptlint.source.values import Arguments, Class, Func, Map, Value, options

_FINAL = "The final response which ends this conversation"


def of_function(ev: Evaluator, function: Func, given: Arguments | None) -> Value:
    """A function, whose docstring says what it does, what its parameters are and what it returns."""
    docs, place = docstrings.of_function(function), place_of_function(function)

    def left_out(number: int, field: Field) -> bool:
        written = ast.unparse(field.annotation) if field.annotation is not None else ""
        return (number == 0 and "RunContext" in written) or is_self(function, number, field)

    made = body_of(ev, function, left_out, docs.parameters)
    body: Value = unreadable(function.scope.name, place)
    text = docs.text
    if made is not None:
        inner = _only_model(made)
        if inner is not None:
            text, body = (
                text or _known_text(inner),
                _without_property_titles(without(inner, *(() if text else ("description",)))),
            )
        else:
            body = _without_property_titles(with_keywords(made, additionalProperties=literal(False, place)))
    if docs.returns:
        kind = f"<type>{docs.returned_type}</type>\n" if docs.returned_type else ""
        returns = f"<returns>\n{kind}<description>{docs.returns}</description>\n</returns>"
        text = f"<summary>{text}</summary>\n{returns}" if text else returns
    named = (given or Arguments()).get("name")
    told = (given or Arguments()).get("description")
    return tool(named or literal(function.scope.name, place), told or said(function, text), body, place)


def answer(ev: Evaluator, value: Value) -> Map | None:
    """The tool by which an agent of Pydantic AI gives its answer, a model."""
    cls = next((option for option in options(value) if isinstance(option, Class)), None)
    if cls is None:
        return None
    model, place = model_of(ev, cls), cls.scope.module.file.place(cls.node)
    text = value_of(model, "description") if isinstance(model, Map) else None
    body = _without_property_titles(without(model, "description")) if isinstance(model, Map) else model
    return tool(literal("final_result", place), text or literal(_FINAL, place), body, place)


def _only_model(made: Map) -> Map | None:
    """The model that is the only parameter: its fields are the tool's."""
    only = list(properties(made).values())
    target = value_of(only[0], "$ref") if len(only) == 1 and isinstance(only[0], Map) else None
    definitions = value_of(made, "$defs")
    name = known(target) if target is not None else None
    if not isinstance(name, str) or not isinstance(definitions, Map):
        return None
    name = name.rpartition("/")[2]
    found = value_of(definitions, name)
    others = without(definitions, name)
    if not isinstance(found, Map) or not _is_object(found):
        return None
    return with_keywords(found, **{"$defs": others}) if others.entries else found


def _is_object(one: Map) -> bool:
    kind = value_of(one, "type")
    return kind is not None and known(kind) == "object"


def _known_text(one: Map) -> str:
    text = value_of(one, "description")
    found = known(text) if text is not None else None
    return found if isinstance(found, str) else ""


def _without_property_titles(one: Map) -> Map:
    """The schema as Pydantic AI makes it: no property has a title."""
    entries = []
    for entry in one.entries:
        value = entry.value
        if entry.key == "properties" and isinstance(value, Map):
            inner = (
                replace(e, value=without(e.value, "title")) if isinstance(e.value, Map) else e for e in value.entries
            )
            value = replace(value, entries=tuple(inner))
        if entry.key == "$defs" and isinstance(value, Map):
            inner = (
                replace(e, value=_without_property_titles(e.value)) if isinstance(e.value, Map) else e
                for e in value.entries
            )
            value = replace(value, entries=tuple(inner))
        entries.append(replace(entry, value=value))
    return replace(one, entries=tuple(entries))
