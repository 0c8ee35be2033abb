"""What a parameter of a function holds: what the caller passes, its default, or what its annotation tells."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from promptlint.request import Hole, Lifetime, Place, Step
from promptlint.source import arguments as binding
from promptlint.source import cli_options
from promptlint.source.frames import Later
from promptlint.source.narrowing import reachable
from promptlint.source.scopes import FunctionNode, Scope
from promptlint.source.values import (
    Attr,
    Choice,
    Class,
    Const,
    External,
    Item,
    Object,
    Seq,
    Unknown,
    Value,
    choice,
    options,
    stepped,
)

if TYPE_CHECKING:
    from promptlint.source.callers import Caller
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.frames import Frame

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_NO_CLASSES = ("builtins.", "typing.", "collections.")
_WRAPPING = frozenset({"Optional", "Annotated", "Union", "Final"})


def names(node: FunctionNode) -> list[str]:
    """The parameters that a call gives by position or name, in order."""
    return [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def find(node: FunctionNode, name: str) -> ast.arg | None:
    """The parameter of this name."""
    spec = node.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    every += [argument for argument in (spec.vararg, spec.kwarg) if argument is not None]
    return next((argument for argument in every if argument.arg == name), None)


def default(node: FunctionNode, name: str) -> ast.expr | None:
    """The default of a parameter."""
    spec = node.args
    positional = [*spec.posonlyargs, *spec.args]
    for argument, value in zip(reversed(positional), reversed(spec.defaults), strict=False):
        if argument.arg == name:
            return value
    for argument, keyword_value in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if argument.arg == name:
            return keyword_value
    return None


def hole(argument: ast.arg, scope: Scope) -> Hole:
    """The hole that a parameter leaves."""
    lifetime: Lifetime = "conversation" if scope.name == "__init__" else "request"
    place = scope.module.file.place(argument)
    step = Step("parameter", argument.arg, place)
    reason = f"a parameter of {scope.qualified_name or scope.name}"
    return Hole(argument.arg, place, "parameter", lifetime, reason=reason, trail=(step,))


def value(ev: Evaluator, name: str, frame: Frame) -> Value | None:
    """What a parameter of the frame's function holds at its start; None where there is no such parameter."""
    node = frame.scope.node
    if not isinstance(node, _FUNCTIONS):
        return None
    argument = find(node, name)
    if argument is None:
        return None
    if frame.owner is not None and _is_first(node, name):
        return frame.owner
    if frame.arguments is not None and name in frame.arguments:
        given, passed = frame.arguments[name], None
        if isinstance(given, Later):
            passed = ev.place(given.node, given.frame)
            given = ev.value(given.node, given.frame)
        return stepped(given, Step("parameter", name, ev.place(argument, frame), passed))
    return _without_caller(ev, node, argument, frame)


def _is_first(node: FunctionNode, name: str) -> bool:
    positional = [*node.args.posonlyargs, *node.args.args]
    return bool(positional) and positional[0].arg == name


def _without_caller(ev: Evaluator, node: FunctionNode, argument: ast.arg, frame: Frame) -> Value:
    unknown = Unknown(hole(argument, frame.scope))
    if node.args.vararg is argument:
        return Seq("tuple", (Item(unknown, spread=True),), unknown.hole.place)
    if frame.arguments is None and (option := cli_options.decorated(ev, node, argument, frame)) is not None:
        return option
    if frame.arguments is None and not isinstance(node, ast.Lambda):
        with ev.callers.level() as allowed:
            given = _from_callers(ev, node, argument, frame) if allowed else None
        if given is not None:
            return given
    return _by_default(ev, node, argument, frame, unknown)


def _from_callers(
    ev: Evaluator, node: ast.FunctionDef | ast.AsyncFunctionDef, argument: ast.arg, frame: Frame
) -> Value | None:
    """What the function's callers pass; None where there is none to be seen."""
    found: list[Value] = []
    passed: list[Place | None] = []
    for caller in ev.callers.of(frame.scope):
        local = frame.closure is not None and caller.frame.scope is frame.closure.scope
        around = frame.closure if local and frame.closure else caller.frame
        if is_handed_through(caller, frame.scope, argument.arg) or not reachable(
            ev, around, caller.call, dispatching=True
        ):
            continue
        value = (
            "opaque"
            if caller.elementwise
            else binding.given_to(ev, caller.call, around, node, argument.arg, caller.shift)
        )
        if value == "opaque":
            return None
        if value == "nothing":
            fallback = default(node, argument.arg)
            if fallback is None:
                return None
            value = ev.value(fallback, frame.closure or ev.module_frame(frame.module))
        found.append(value)
        expression = binding.expression_for(caller.call, node, argument.arg, caller.shift)
        passed.append(ev.place(expression, around) if expression is not None else None)
    if not found:
        return None
    if not ev.callers.all_seen(frame.scope):
        found.append(Unknown(hole(argument, frame.scope)))
    only = passed[0] if len(passed) == 1 else None
    return stepped(choice(found), Step("parameter", argument.arg, ev.place(argument, frame), only))


def is_handed_through(caller: Caller, scope: Scope, name: str) -> bool:
    """Whether a function calls itself with the parameter it got."""
    if caller.module.scope_of(caller.call) is not scope:
        return False
    passed = [*caller.call.args, *(keyword.value for keyword in caller.call.keywords if keyword.arg == name)]
    return any(isinstance(node, ast.Name) and node.id == name for node in passed)


def _by_default(ev: Evaluator, node: FunctionNode, argument: ast.arg, frame: Frame, unknown: Unknown) -> Value:
    fallback = default(node, argument.arg)
    outer = frame.closure or ev.module_frame(frame.module)
    if fallback is None:
        return annotated(ev, argument, frame) or unknown
    found = ev.value(fallback, outer)
    if isinstance(found, Attr | External | Object) and frame.arguments is None:
        # FastAPI makes what a `Depends()` without a function is annotated with.
        injected = isinstance(found, Object) and found.of_external("Depends")
        return (annotated(ev, argument, frame) if injected else None) or found
    if frame.arguments is None and cli_options.is_typer(ev, argument, fallback, outer):
        return stepped(found, Step("cli-default", argument.arg, unknown.hole.place))
    found = stepped(found, Step("parameter", argument.arg, unknown.hole.place))
    if frame.arguments is not None:
        return found
    if isinstance(found, Const) and found.value is None:
        made = annotated(ev, argument, frame)
        return made if made is not None else Choice((unknown, found))
    return choice([found, unknown])


def annotated(ev: Evaluator, argument: ast.arg, frame: Frame) -> Value | None:
    """The object that an annotation with a class promises (dependency injection)."""
    if argument.annotation is None:
        return None
    outer = frame.closure or ev.module_frame(frame.module)
    return of_annotation(ev, argument.annotation, outer)


def promised(ev: Evaluator, found: Value | None, annotation: ast.expr | None, frame: Frame) -> Value | None:
    """A value, or where nothing is known of it the object that its annotation promises."""
    vague = found is None or (isinstance(found, Unknown) and found.hole.origin in ("unknown", "call"))
    if annotation is None or not vague:
        return found
    return of_annotation(ev, annotation, frame) or found


def of_annotation(ev: Evaluator, node: ast.expr, frame: Frame) -> Value | None:
    """An object of the class that an annotation names; None where it names none that could matter."""
    match node:
        case ast.Constant(str(text)):
            try:
                inner = ast.parse(text.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
            return _of_names(ev, inner, frame)
        case ast.BinOp(left, ast.BitOr(), right):
            return _either(of_annotation(ev, left, frame), of_annotation(ev, right, frame))
        case ast.Subscript(ast.Name(name) | ast.Attribute(attr=name), inner) if name in _WRAPPING:
            first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
            return of_annotation(ev, first, frame)
        case ast.Name() | ast.Attribute():
            return _instance(ev.value(node, frame), ev.place(node, frame))
        case ast.Subscript(ast.Name() | ast.Attribute() as generic):
            return _instance(ev.value(generic, frame), ev.place(node, frame))
        case _:
            return None


def _instance(found: Value, place: Place) -> Value | None:
    """An object of a class, or of one of those that an alias stands for."""
    classes = [option for option in options(found) if isinstance(option, Class | External)]
    plain = [cls for cls in classes if isinstance(cls, Class) or not cls.name.startswith(_NO_CLASSES)]
    return choice([Object(cls, None, place) for cls in plain]) if plain else None


def _either(first: Value | None, second: Value | None) -> Value | None:
    found = [value for value in (first, second) if value is not None]
    return choice(found) if found else None


def _of_names(ev: Evaluator, node: ast.expr, frame: Frame) -> Value | None:
    """The class of a quoted annotation: its names are looked up one by one, for its nodes stand nowhere."""
    from promptlint.source import names

    match node:
        case ast.Name(name):
            found = names.module_name(ev, name, ev.module_frame(frame.module))
            return _instance(found, ev.module_place(frame.module)) if found is not None else None
        case ast.BinOp(left, ast.BitOr(), right):
            return _either(_of_names(ev, left, frame), _of_names(ev, right, frame))
        case ast.Subscript(ast.Name(name) | ast.Attribute(attr=name), inner) if name in _WRAPPING:
            return _of_names(ev, inner, frame)
        case _:
            return None
