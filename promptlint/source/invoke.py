"""Calls: of the project's functions, whose returns are evaluated, and of what comes from outside."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.request import Hole, Place
from promptlint.source import arguments as binding
from promptlint.source import attributes, externals, methods, operators, parameters, prompt_files
from promptlint.source.flow import Flow
from promptlint.source.frames import Frame
from promptlint.source.origins import LIFETIMES, origin_of
from promptlint.source.values import (
    Arguments,
    Attr,
    Bound,
    Choice,
    Class,
    Const,
    External,
    Func,
    Made,
    Map,
    Object,
    Partial,
    Seq,
    Str,
    Unknown,
    Value,
    choice,
    hole_of,
    options,
)

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

MAX_CALLS = 10  # nested calls of project functions
MAX_RETURNS = 24
MAX_FUNCTIONS = 4  # that one call may mean


def call(ev: Evaluator, function: Value, arguments: Arguments, place: Place, frame: Frame, source: str) -> Value:
    """What a call gives."""
    match function:
        case Func():
            return _run(ev, function, arguments, None, place, frame, source)
        case Bound(inner, owner):
            return _run(ev, inner, arguments, owner, place, frame, source)
        case Class() if attributes.is_mapping(ev, function):
            return externals.mapping(externals.Called(ev, arguments, place, frame, source))
        case Class():
            return Object(function, arguments, place, frame)
        case Partial(inner, given):
            keywords = dict(given.keywords) | dict(arguments.keywords)
            merged = Arguments(
                (*given.positional, *arguments.positional), tuple(keywords.items()), given.opaque or arguments.opaque
            )
            return call(ev, inner, merged, place, frame, source)
        case External(name):
            found = externals.call(ev, name, arguments, place, frame, source)
            return found if found is not None else _from_outside(function, arguments, place, frame, source)
        case Attr(base, name):
            found = methods.call(ev, base, name, arguments, place, frame, source)
            if found is not None:
                return found
            return replace(_of_method(base, name, arguments, place, source), made=Made(base, name, arguments, place))
        case Choice(found_functions):
            results = [call(ev, option, arguments, place, frame, source) for option in found_functions[:MAX_FUNCTIONS]]
            if len(found_functions) > MAX_FUNCTIONS:
                results.append(Unknown(Hole(source, place, "call", "request", reason="one of many functions")))
            return choice(results)
        case _:
            return Unknown(replace(hole_of(function), name=source, place=place))


def _from_outside(function: External, arguments: Arguments, place: Place, frame: Frame, source: str) -> Value:
    """An object where the name looks like a class, else a hole that takes after the arguments."""
    last = function.name.rsplit(".", 1)[-1]
    if last[:1].isupper():
        return Object(function, arguments, place, frame)
    return Unknown(_taking_after(arguments, place, source, function.name), Made(function, "", arguments, place))


def _of_method(base: Value, name: str, arguments: Arguments, place: Place, source: str) -> Unknown:
    hole = hole_of(base)
    if hole.origin in ("unknown", "call") and (origin := origin_of(dotted := f"{_dotted(base)}.{name}")) is not None:
        return Unknown(Hole(source, place, origin, LIFETIMES.get(origin, "request"), dotted))
    detail = f"{hole.detail}.{name}" if hole.detail else name
    if hole.origin in ("unknown", "call") and not (isinstance(base, Object | External)):
        inner = _taking_after(arguments, place, source, detail)
        if inner.origin != "call":
            return Unknown(inner)
    if isinstance(base, Object | External | Attr) and hole.origin == "unknown":
        return Unknown(Hole(source, place, "call", "request", detail=detail, reason=f"the result of {detail}"))
    return Unknown(replace(hole, name=source, place=place, options=(*hole.options, *_known_options(name, arguments))))


def _dotted(value: Value) -> str:
    """The full name of an attribute of an object from outside the project; empty for anything else."""
    names: list[str] = []
    while isinstance(value, Attr):
        names.insert(0, value.name)
        value = value.base
    root = value.of if isinstance(value, Object) else value
    return ".".join([root.name, *names]) if isinstance(root, External) else ""


def _known_options(name: str, arguments: Arguments) -> tuple[str, ...]:
    return (name, *(v.text.known for v in arguments.positional if isinstance(v, Str) and v.text.known is not None))


_OPAQUE_THROUGH = frozenset({"unknown", "call", "clock", "random"})
"""Origins that a call hides: what a function makes of the time may be the year, or nothing of it."""


def _taking_after(arguments: Arguments, place: Place, source: str, function: str) -> Hole:
    """The hole of a call: it changes with the first argument that changes."""
    settings = tuple(f"{key}={operators.known(value)}" for key, value in arguments.keywords if _is_setting(value))
    for value in (*arguments.positional, *(value for _, value in arguments.keywords)):
        hole = hole_of(value)
        if not isinstance(value, Const | Str | Func) and hole.origin not in _OPAQUE_THROUGH:
            return replace(hole, name=source, place=place, detail=hole.detail or function, options=settings)
    return Hole(source, place, "call", "request", function, settings, f"the result of {function}")


def _is_setting(value: Value) -> bool:
    return operators.known(value) is not None


def _run(
    ev: Evaluator, function: Func, arguments: Arguments, owner: Value | None, place: Place, frame: Frame, source: str
) -> Value:
    if frame.depth >= MAX_CALLS:
        return Unknown(Hole(source, place, "call", "request", reason="nested too deeply to follow"))
    node = function.node
    given = binding.bound(node, arguments, owner is not None, place)
    key = (function.scope, function.closure, id(owner), *((name, id(value)) for name, value in given.items()))
    known = ev.results.get(key)
    if known is not None:
        return known[0]
    inner = Frame(function.scope, given, owner, function.closure, frame.depth + 1)
    found = _returned(ev, function, inner, place, source)
    if not ev.exhausted and not ev.rounds.tentative:
        # The frame goes with it, so that what is told apart by its identity stays alive.
        ev.results[key] = (found, inner)
    return found


def changed_by(ev: Evaluator, function: Value, call: ast.Call, argument: ast.expr, value: Value, frame: Frame) -> Value:
    """What a function of the project makes of a value that it is passed; the value itself where that is not seen."""
    inner, owner = (function.function, function.owner) if isinstance(function, Bound) else (function, None)
    if not isinstance(inner, Func) or frame.depth >= MAX_CALLS:
        return value
    given = binding.bound_later(call, frame, inner.node, 1 if owner is not None else 0)
    name = next((name for name, later in (given or {}).items() if later.node is argument), None)
    if given is None or name is None or name not in inner.scope.changed:
        return value
    start = Frame(inner.scope, given, owner, inner.closure, frame.depth + 1)
    return Flow(ev, start, name, None).value(value) or value


def _returned(ev: Evaluator, function: Func, inner: Frame, place: Place, source: str) -> Value:
    """What a function of the project returns in a frame."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return ev.value(node.body, inner)
    returned = _Returns(ev, inner)
    if returned.collect(node.body) and returned.values and not returned.yields:
        returned.values.append(Const(None, place))
    if returned.yields or not returned.values:
        return Unknown(Hole(source, place, "call", "request", function.scope.name, reason="no value that is returned"))
    found = _significant(returned.values)
    outer = function.closure or ev.module_frame(function.scope.module)
    return parameters.promised(ev, found, node.returns, outer) or found


def _significant(values: list[Value]) -> Value:
    """The returned values; the None, {} and [] that early returns give are the least likely."""
    flat = [option for value in values for option in options(value)]
    return choice(sorted(flat, key=_is_empty))


def _is_empty(value: Value) -> bool:
    match value:
        case Const(None):
            return True
        case Seq(_, ()) | Map((), _, None):
            return True
        case _:
            return False


class _Returns:
    """The values that a function's return statements give, less those that cannot be reached."""

    def __init__(self, ev: Evaluator, frame: Frame) -> None:
        self.values: list[Value] = []
        self.yields = False
        self._ev = ev
        self._frame = frame

    def collect(self, statements: Sequence[ast.stmt]) -> bool:
        """Take the returns of a block; whether code behind it can be reached."""
        return all(self._statement(statement) for statement in statements)

    def _statement(self, statement: ast.stmt) -> bool:
        if len(self.values) >= MAX_RETURNS or self._ev.exhausted:
            return False
        match statement:
            case ast.Return(value=value):
                if value is not None:
                    self.values.append(self._ev.value(value, self._frame))
                return False
            case ast.Raise():
                return False
            case ast.If(test=test, body=body, orelse=orelse):
                truth = self._ev.truth(test, self._frame)
                if truth is not None:
                    return self.collect(body if truth else orelse)
                ends = [self.collect(body), self.collect(orelse)]
                return any(ends)
            case ast.For(body=body, orelse=orelse) | ast.AsyncFor(body=body, orelse=orelse):
                self.collect(body)
                return self.collect(orelse)
            case ast.While(test=test, body=body, orelse=orelse):
                self.collect(body)
                endless = self._ev.truth(test, self._frame) is True and not _breaks(body)
                return self.collect(orelse) and not endless
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                return self.collect(body) or self._ev.suppresses(items, self._frame)
            case ast.Try() | ast.TryStar():
                before = len(self.values)
                ends = [self.collect([*statement.body, *statement.orelse])]
                read = prompt_files.all_read(self._ev, self.values[before:])
                needed = (handler for handler in statement.handlers if not (read and _is_for_missing_files(handler)))
                ends += [self.collect(handler.body) for handler in needed]
                return self.collect(statement.finalbody) and any(ends)
            case ast.Match(cases=cases):
                for case in cases:
                    self.collect(case.body)
                return True
            case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
                self.yields = True
                return True
            case _:
                return True


_MISSING = frozenset({"FileNotFoundError", "OSError", "IOError", "EnvironmentError"})


def _is_for_missing_files(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return all(isinstance(kind, ast.Name) and kind.id in _MISSING for kind in kinds)


def _breaks(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Break) for statement in body for node in ast.walk(statement))
