"""What the tools of all SDKs have in common: a name, a description, and the schema of parameters or of a model."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from promptlint.request import Place
from promptlint.sdk.schemas.annotations import Types
from promptlint.sdk.schemas.fields import Field, of_fields, parameters
from promptlint.sdk.schemas.values import literal, unreadable, value_of, with_keywords
from promptlint.source import arguments as binding
from promptlint.source.evaluator import Evaluator
from promptlint.source.values import Arguments, Class, Const, Entry, External, Func, Map, Value

_DECORATORS = frozenset({"tool", "beta_tool", "beta_async_tool", "tool_plain"})


def tool(name: Value, description: Value | None, body: Value, place: Place, *further: Entry) -> Map:
    """The definition of a tool."""
    kept = {"name": name, "description": description, "input_schema": body}
    entries = tuple(Entry(key, value, place) for key, value in kept.items() if value is not None)
    return Map((*entries, *further), place)


def decorator(ev: Evaluator, function: Func) -> Arguments | None:
    """What the decorator that makes a tool of a function is given; None without one."""
    frame = ev.frame_of(function.scope.parent or function.scope.module.scope)
    assert not isinstance(function.node, ast.Lambda)
    for decorator in function.node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""
        found = ev.value(target, frame)
        name = found.name.rpartition(".")[2] if isinstance(found, External) else name
        if name in _DECORATORS:
            return binding.passed(ev, decorator, frame) if isinstance(decorator, ast.Call) else Arguments()
    return None


def place_of_function(function: Func) -> Place:
    """Where a function stands."""
    return function.scope.module.file.place(function.node)


def said(function: Func, text: str) -> Value:
    """A part of the docstring, which is where it stands."""
    assert not isinstance(function.node, ast.Lambda)
    return literal(text, function.scope.module.file.place(function.node.body[0]))


def body_of(
    ev: Evaluator, function: Func, left_out: Callable[[int, Field], bool], told: Mapping[str, str]
) -> Map | None:
    """The schema of a function's parameters; what is `told` of them stands where they say nothing themselves."""
    frame = ev.frame_of(function.scope.parent or function.scope.module.scope)
    place = place_of_function(function)
    every = parameters(function.node, frame, place)
    if every is None:
        return None
    types = Types(ev)
    kept = [field for number, field in enumerate(every) if not left_out(number, field)]
    made = of_fields(types, kept, place)
    notes = {name: said(function, text) for name, text in told.items()}
    made = _with_notes(made, notes)
    return _with_definitions(made, types)


def _with_notes(made: Map, notes: Mapping[str, Value]) -> Map:
    found = value_of(made, "properties")
    if not isinstance(found, Map):
        return made
    entries = [
        replace(entry, value=with_keywords(entry.value, description=notes[entry.key]))
        if entry.key in notes and isinstance(entry.value, Map) and entry.value.get("description") is None
        else entry
        for entry in found.entries
    ]
    return with_keywords(made, properties=replace(found, entries=tuple(entries)))


def model_of(ev: Evaluator, cls: Class) -> Value:
    """The schema of a class, with the definitions that it refers to."""
    types = Types(ev)
    made = types.of_class(cls)
    if not isinstance(made, Map) or cls.node.name in types.definitions:
        return unreadable(cls.node.name, cls.scope.module.file.place(cls.node))
    return _with_definitions(made, types)


def _with_definitions(made: Map, types: Types) -> Map:
    if not types.definitions:
        return made
    entries = tuple(Entry(name, value, made.place) for name, value in sorted(types.definitions.items()))
    return with_keywords(made, **{"$defs": Map(entries, made.place)})


def is_self(function: Func, number: int, field: Field) -> bool:
    """Whether a parameter is the object of a method."""
    parent = function.scope.parent
    return (
        number == 0 and field.name in ("self", "cls") and parent is not None and isinstance(parent.node, ast.ClassDef)
    )


def annotated_texts(function: Func) -> Iterator[tuple[str, str]]:
    """What `Annotated[str, "a text"]` says of parameters."""
    spec = function.node.args
    for argument in (*spec.args, *spec.kwonlyargs):
        match argument.annotation:
            case ast.Subscript(ast.Name("Annotated") | ast.Attribute(attr="Annotated"), ast.Tuple(inner)):
                texts = [one.value for one in inner[1:] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from ((argument.arg, text) for text in texts[:1])


def is_true(value: Value | None) -> bool:
    """Whether an option is switched on."""
    return isinstance(value, Const) and value.value is True
