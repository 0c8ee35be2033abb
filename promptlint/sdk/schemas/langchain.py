"""The tools that LangChain makes of functions and models, as of langchain-core 1.8 (2026-11)."""

from __future__ import annotations

import ast

from promptlint.sdk.schemas import docstrings
from promptlint.sdk.schemas.docstrings import Described
from promptlint.sdk.schemas.fields import Field
from promptlint.sdk.schemas.making import (
    annotated_texts,
    body_of,
    is_self,
    is_true,
    model_of,
    place_of_function,
    said,
    tool,
)
from promptlint.sdk.schemas.values import (
    inlined,
    literal,
    unreadable,
    untitled,
    value_of,
    without,
)
from promptlint.source.evaluator import Evaluator
from promptlint.source.values import Arguments, Class, Func, Map, Str, Value, options

_INJECTED = ("RunnableConfig", "Injected", "ToolRuntime", "Callback")


def of_function(ev: Evaluator, function: Func, given: Arguments | None) -> Value | None:
    """A function with `@tool`, or a plain one, whose docstring is read for what it says of its parameters."""
    whole, place = docstrings.of_function(function).whole, place_of_function(function)
    given_ = given or Arguments()
    parse = given is None or is_true(given_.get("parse_docstring"))
    docs = docstrings.of_blocks(whole) if parse else Described(whole, whole.strip())
    own = given_.get("args_schema")
    cls = next((option for option in options(own) if isinstance(option, Class)), None) if own is not None else None
    body = model_of(ev, cls) if cls is not None else own or _parameters_of(ev, function, docs)
    if isinstance(body, Map):
        body = without(untitled(_as_map(inlined(body), body)), "title", "description")
    first = given_.positional[0] if given_.positional and isinstance(given_.positional[0], Str) else None
    name = given_.get("name") or first or literal(function.scope.name, place)
    text = given_.get("description") or said(function, docs.text)
    return tool(name, text, body or unreadable(function.scope.name, place), place)


def _parameters_of(ev: Evaluator, function: Func, docs: Described) -> Map | None:
    def left_out(number: int, field: Field) -> bool:
        written = ast.unparse(field.annotation) if field.annotation is not None else ""
        hidden = field.name in ("run_manager", "callbacks") or any(word in written for word in _INJECTED)
        return hidden or is_self(function, number, field)

    return body_of(ev, function, left_out, {**dict(annotated_texts(function)), **docs.parameters})


def _as_map(value: Value, other: Map) -> Map:
    return value if isinstance(value, Map) else other


def of_model(ev: Evaluator, cls: Class) -> Value:
    """The tool of a model, whose docstring describes it."""
    place, made = cls.scope.module.file.place(cls.node), model_of(ev, cls)
    text = value_of(made, "description") if isinstance(made, Map) else None
    body = without(untitled(_as_map(inlined(made), made)), "title", "description") if isinstance(made, Map) else made
    return tool(literal(cls.node.name, place), text, body, place)
