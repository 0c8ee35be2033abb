"""Names: what one stands for at a point, through the scopes around it."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.request import Hole, How, Step
from promptlint.source import operators, outside, parameters, paths
from promptlint.source.flow import Flow
from promptlint.source.frames import Frame
from promptlint.source.joins import perhaps_after
from promptlint.source.narrowing import narrowed
from promptlint.source.scopes import COMPREHENSIONS, Scope, name_key
from promptlint.source.values import (
    Arguments,
    Class,
    Const,
    External,
    Item,
    Made,
    ModuleValue,
    Object,
    Seq,
    Unknown,
    Value,
    choice,
    hole_of,
    outliving,
    place_of,
    stepped,
)

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BUILTINS = frozenset(dir(builtins))
MAX_WRITERS = 8  # functions that change one global
MAX_ELEMENTS = 32  # of a list that is looped over, told apart


def open_frame(ev: Evaluator, scope: Scope) -> Frame:
    """The frame of a scope whose callers are not known."""
    closure: Frame | None = None
    owner: Value | None = None
    if scope.parent is not None:
        around = scope.parent
        while isinstance(around.node, (*COMPREHENSIONS, ast.ClassDef)) and around.parent is not None:
            if isinstance(around.node, ast.ClassDef) and owner is None and scope.parent is around:
                owner = Object(Class(around.node, around), None, around.module.file.place(around.node))
            around = around.parent
        if isinstance(around.node, _FUNCTIONS):
            closure = ev.frame_of(around)
    return Frame(scope, None, owner, closure)


def lookup(ev: Evaluator, name: str, point: ast.AST, frame: Frame) -> Value:
    """What a name stands for at a node of a frame's scope, or of a comprehension or lambda within it."""
    scope: Scope | None = frame.module.scope_of(point)
    while scope is not None and scope is not frame.scope:
        found = _inner_binding(ev, name, scope, frame)
        if found is not None:
            return found
        scope = scope.parent
    found = _bound_here(ev, name, point, frame)
    if found is None:
        found = _outside(ev, name, point, frame)
    return narrowed(ev, name, point, frame, found)


def _inner_binding(ev: Evaluator, name: str, scope: Scope, frame: Frame) -> Value | None:
    """What a comprehension or a lambda inside the frame's scope binds a name to."""
    node = scope.node
    if isinstance(node, COMPREHENSIONS):
        for generator in node.generators:
            if generator in frame.elements:
                found = unpack(ev, generator.target, name, frame.elements[generator], frame)
                if found is not None:
                    return found
            found = loop_element(ev, generator.target, name, generator.iter, frame)
            if found is not None:
                return found
    elif isinstance(node, _FUNCTIONS):
        argument = parameters.find(node, name)
        if argument is not None:
            return Unknown(parameters.hole(argument, scope))
    return None


def _bound_here(ev: Evaluator, name: str, point: ast.AST | None, frame: Frame) -> Value | None:
    initial = parameters.value(ev, name, frame)
    if not frame.scope.binds(name) or isinstance(frame.scope.node, ast.Lambda):
        return initial
    if name in frame.scope.outer_names and point is not None:
        initial = _outside(ev, name, point, frame)
    return _rewritten(ev, name, frame.scope, Flow(ev, frame, name, point).value(initial))


def _rewritten(ev: Evaluator, name: str, scope: Scope, value: Value | None) -> Value | None:
    """The value when the functions that change a name from within (`global`) may have run."""
    for writer in scope.writers.get(name, ())[:MAX_WRITERS]:
        after = Flow(ev, ev.frame_of(writer), name, None).value(value)
        value = perhaps_after(value, after)
    return value


def _outside(ev: Evaluator, name: str, point: ast.AST, frame: Frame) -> Value:
    if frame.closure is not None:
        return _enclosing(ev, name, frame)
    module_frame = ev.module_frame(frame.module)
    found = None
    if frame is not module_frame:
        found = module_name(ev, name, module_frame)
    else:
        found = ev.modules.star_imported(ev, name, module_frame)
    if found is not None:
        return found
    place = ev.place(point, frame) if isinstance(point, ast.expr) else ev.module_place(frame.module)
    if name == "__file__":
        return paths.of_file(frame.module.path, place)
    if name in ("__name__", "__package__"):
        # `__name__ == "__main__"` may hold: what these are is only said to those who look for a package.
        hole = Hole(name, place, lifetime="process", reason="it depends on what is run")
        return Unknown(hole, Made(ModuleValue(frame.module), name, Arguments(), place))
    if name in _BUILTINS:
        return External(f"builtins.{name}", place)
    return Unknown(Hole(name, place, reason="the name is not defined where it can be seen"))


def _enclosing(ev: Evaluator, name: str, frame: Frame) -> Value:
    """A name of the enclosing function, as it is when the inner one is defined, or else at the function's end."""
    closure = frame.closure
    assert closure is not None
    definition = frame.scope.node
    found = None
    if not isinstance(definition, ast.Module):
        found = _bound_here(ev, name, definition, closure)
    if found is None:
        found = _bound_here(ev, name, None, closure)
    return found if found is not None else _outside(ev, name, definition, closure)


def module_name(ev: Evaluator, name: str, module_frame: Frame) -> Value | None:
    """What a module binds a name to once it is imported; None where it does not."""
    scope = module_frame.scope
    if not scope.binds(name):
        return ev.modules.star_imported(ev, name, module_frame)
    key = (scope, name)
    if key not in ev.module_names:
        ev.module_names[key] = None
        value = _rewritten(ev, name, scope, Flow(ev, module_frame, name, None).value(None))
        value = outside.joined(ev, ModuleValue(scope.module), name, value)
        if value is not None:
            value = stepped(outliving(value, "process"), Step("constant", name, place_of(value)))
        ev.module_names[key] = value
    return ev.module_names[key]


def loop_element(ev: Evaluator, target: ast.expr, name: str, iterable: ast.expr, frame: Frame) -> Value | None:
    """What a loop over `iterable` binds `name` to; None where its target does not bind it."""
    if not any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target)):
        return None
    source = ev.source(iterable, frame)
    values = ev.value(iterable, frame)
    place = ev.place(target, frame)
    hole = Hole(name, place, "loop", "request", detail=source, reason=f"an element of {source}")
    if elements := known_elements(values):
        return choice([part for item in elements if (part := unpack(ev, target, name, item.value, frame)) is not None])
    if isinstance(target, ast.Name):
        inner = hole_of(values)
        if inner.origin in ("clock", "random", "reply", "database", "request"):
            hole = replace(hole, origin=inner.origin)
    return Unknown(hole)


def known_elements(values: Value) -> tuple[Item, ...] | None:
    """The elements of a sequence one by one; None where there may be others or they are too many to tell apart."""
    if not isinstance(values, Seq) or len(values.items) > MAX_ELEMENTS or any(item.spread for item in values.items):
        return None
    return values.items


def unpack(ev: Evaluator, target: ast.expr, name: str, value: Value, frame: Frame) -> Value | None:
    """What unpacking a value into a target binds `name` (or `self.x`) to; None where it is not among the targets."""
    if name_key(target) == name:
        return value
    if not isinstance(target, ast.Tuple | ast.List):
        return None
    starred = next((n for n, element in enumerate(target.elts) if isinstance(element, ast.Starred)), len(target.elts))
    for number, element in enumerate(target.elts):
        source = ev.source(element, frame)
        place = ev.place(element, frame)
        position = number if number <= starred else number - len(target.elts)
        part = ev.index(value, Const(position, place), place, source)
        if isinstance(element, ast.Starred):
            part = Unknown(Hole(source, place, reason="the rest of an unpacked value"))
            element = element.value
        found = unpack(ev, element, name, part, frame)
        if found is not None:
            return found
    return None


def as_default(value: Value, how: How, hole: Hole) -> Value:
    """A default that something outside the code may override; an empty one says nothing."""
    if operators.default_truth(value) is False:
        return Unknown(hole)
    return stepped(value, Step(how, hole.name, hole.place))
