"""Where a node is reached from: its own function, the callers of that, the callers of these, and so on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.sdk.around import handed
from promptlint.sdk.around.retry_libraries import policy
from promptlint.sdk.around.words import kind_of, last_word, table
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module, Scope, name_key
from promptlint.source.values import Attr, External, Object, Unknown, Value, options

MAX_LEVELS = 5
MAX_PLACES = 60
MAX_GIVEN = 2  # levels on which it is looked for who is given a function
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A node that leads to the one in question, `level` calls away.

    `passing` points lie in a helper that calls what it is given: what stands around them counts, who calls the helper
    does not. `driver` is the call of an evaluation framework that the function is given to.
    """

    module: Module
    node: ast.AST
    level: int
    passing: bool = False
    driver: ast.Call | None = None

    @property
    def function(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function that the node stands in."""
        return next((p for p in self.module.ancestors(self.node) if isinstance(p, _FUNCTIONS)), None)


def points(ev: Evaluator, module: Module, node: ast.AST) -> Iterator[Point]:
    """The node itself, and the places that it is reached from, nearest first."""
    pending = [Point(module, node, 0)]
    seen: set[ast.AST] = {node}
    while pending and len(seen) < MAX_PLACES:
        point = pending.pop(0)
        yield point
        if point.passing:
            continue
        above = [*_lambdas(ev, point)]
        function = point.function
        if function is not None:
            above += _decorators(ev, point, function)
            if point.level < MAX_LEVELS:
                above += _callers(ev, point, point.module.scopes[function])
        for other in above:
            if other.node not in seen:
                seen.add(other.node)
                pending.append(other)


def _lambdas(ev: Evaluator, point: Point) -> Iterator[Point]:
    """The helpers of the project that a lambda around the point is given to, or a method that is sent by reference."""
    if isinstance(point.node, ast.Call) and not point.level:
        for given in point.node.args[:1]:
            if isinstance(given, ast.Attribute):
                yield from _passing(handed.runs(ev, point.module, point.node, given), 0)
    argument = point.node
    for parent in point.module.ancestors(point.node):
        if isinstance(parent, _FUNCTIONS):
            return
        call = point.module.parents.get(argument)
        call = point.module.parents.get(call) if isinstance(call, ast.keyword) else call
        if isinstance(argument, ast.Lambda) and isinstance(call, ast.Call):
            yield from _passing(handed.runs(ev, point.module, call, argument), point.level)
        argument = parent


def _passing(found: Iterator[tuple[Module, ast.Call]], level: int) -> Iterator[Point]:
    return (Point(module, run, level, passing=True) for module, run in found)


def _decorators(ev: Evaluator, point: Point, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Point]:
    return _passing(handed.decorated(ev, point.module, function), point.level + 1)


def _callers(ev: Evaluator, point: Point, scope: Scope) -> Iterator[Point]:
    """The calls of a function, and those that the function is given to."""
    for caller in ev.callers.of(scope, point.level):
        local = _outermost(caller.module, caller.call) is _outermost(point.module, point.node)
        yield Point(caller.module, caller.call, point.level if local else point.level + 1)
        if caller.skipped is not None:
            yield from _passing(handed.runs(ev, caller.module, caller.call, caller.skipped), point.level + 1)
    for module, use in ev.callers.given(scope) if point.level < MAX_GIVEN else ():
        yield from _given(ev, point, module, use)


def _outermost(module: Module, node: ast.AST) -> ast.AST | None:
    return next((parent for parent in reversed([*module.ancestors(node)]) if isinstance(parent, _FUNCTIONS)), None)


def _given(ev: Evaluator, point: Point, module: Module, use: ast.expr) -> Iterator[Point]:
    """Where a function is called by what it is given to: a thread, an evaluation, a helper of the project."""
    for call, argument in _takers(module, use):
        if argument in call.args and (kind_of("starts", last_word(call)) or _is_retry(ev, module, call)):
            yield Point(module, call, point.level + 1)
        elif _is_evaluation(ev, module, call):
            yield Point(module, call, point.level + 1, driver=call)
        else:
            inner = [*_passing(handed.runs(ev, module, call, argument), point.level + 1)]
            yield from inner
            if inner:
                yield Point(module, call, point.level + 1)


def _is_retry(ev: Evaluator, module: Module, call: ast.Call) -> bool:
    return policy(ev.value(call.func, ev.frame_of(module.function_of(call)))) is not None


def _takers(module: Module, use: ast.expr, hops: int = 1) -> Iterator[tuple[ast.Call, ast.expr]]:
    """The calls that a name, or a list of it, is an argument of."""
    argument: ast.AST = use
    for parent in module.ancestors(use):
        match parent:
            case ast.Call() if isinstance(argument, ast.expr):
                yield parent, argument
                return
            case ast.Assign(targets=[target]) if hops and argument is not use and (name := name_key(target)):
                for node in [node for node in module.parents if name_key(node) == name]:
                    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                        yield from _takers(module, node, hops - 1)
                return
            case ast.keyword():
                continue
            case ast.expr():
                argument = parent
            case _:
                return


def _is_evaluation(ev: Evaluator, module: Module, call: ast.Call) -> bool:
    """Whether a call is one of an evaluation framework."""
    word = last_word(call)
    packages = {package for package, words in table()["evaluations"].items() if word in words}
    if not packages:
        return False
    value = ev.value(call.func, ev.frame_of(module.function_of(call)))
    return any(_package(option) in packages for option in options(value))


def _package(value: Value) -> str:
    """The package that something from outside the project is of."""
    while isinstance(value, Attr):
        value = value.base
    if isinstance(value, Unknown) and value.made is not None:
        return _package(value.made.base)
    made = value.of if isinstance(value, Object) else value
    return made.name.split(".")[0] if isinstance(made, External) else ""
