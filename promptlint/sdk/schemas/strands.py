"""The tools that Strands makes of functions, as of strands-agents 1.62 (2026-11)."""

from __future__ import annotations

from dataclasses import replace

from promptlint.sdk.schemas import docstrings
from promptlint.sdk.schemas.fields import Field
from promptlint.sdk.schemas.making import (
    annotated_texts,
    body_of,
    is_true,
    place_of_function,
    said,
    tool,
)
from promptlint.sdk.schemas.values import (
    literal,
    unreadable,
    value_of,
    with_keywords,
    without,
)
from promptlint.source.evaluator import Evaluator
from promptlint.source.operators import known
from promptlint.source.values import Arguments, Const, Func, Map, Value


def of_function(ev: Evaluator, function: Func, given: Arguments | None) -> Value:
    """A function, whose parameters are all described, in the docstring or by their name."""
    docs, place = docstrings.of_function(function), place_of_function(function)
    given = given or Arguments()
    context = "tool_context" if is_true(given.get("context")) else known(given.get("context") or Const(None, place))

    def left_out(_: int, field: Field) -> bool:
        return field.name in ("self", "cls", "agent", context)

    names = [argument.arg for argument in (*function.node.args.args, *function.node.args.kwonlyargs)]
    told = {name: docs.parameters.get(name, f"Parameter {name}") for name in names} | dict(annotated_texts(function))
    made = body_of(ev, function, left_out, told)
    own = given.get("inputSchema")
    body: Value = _simplified(made) if made is not None else unreadable(function.scope.name, place)
    text = docstrings.without_arguments(docs.whole) or function.scope.name
    named = given.get("name") or literal(function.scope.name, place)
    return tool(named, given.get("description") or said(function, text), own or body, place)


def _simplified(made: Map) -> Map:
    """The schema as Strands makes it: no titles, and an optional parameter that may be null is of its other type."""
    found, required = value_of(made, "properties"), value_of(made, "required")
    needed = {known(item.value) for item in getattr(required, "items", ())}
    if not isinstance(found, Map):
        return made
    entries = []
    for entry in found.entries:
        one = without(entry.value, "title", "additionalProperties") if isinstance(entry.value, Map) else entry.value
        either = value_of(one, "anyOf") if isinstance(one, Map) and entry.key not in needed else None
        kinds = [item.value for item in getattr(either, "items", ())]
        other = [kind for kind in kinds if isinstance(kind, Map) and not _is_null(kind)]
        if isinstance(one, Map) and len(kinds) == 2 and len(other) == 1:
            one = with_keywords(without(one, "anyOf"), **{inner.key: inner.value for inner in other[0].entries})
        entries.append(replace(entry, value=one))
    return with_keywords(made, properties=replace(found, entries=tuple(entries)))


def _is_null(one: Map) -> bool:
    kind = value_of(one, "type")
    return kind is not None and known(kind) == "null"
