"""Functions of the project that are given another function and call it: helpers that retry, decorators, own pools."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from promptlint.sdk.around.words import kind_of, last_word
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module, contains
from promptlint.source.values import Bound, Func, Value, options

MAX_HELPERS = 3  # that one name may mean
MAX_RUNS = 6  # of what one helper is given
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def runs(ev: Evaluator, module: Module, call: ast.Call, argument: ast.expr) -> Iterator[tuple[Module, ast.Call]]:
    """The places in functions of the project that call what a call gives them as one of its arguments."""
    for helper, node, owned in _helpers(ev.value(call.func, ev.frame_of(module.function_of(call)))):
        name = _parameter(node, call, argument, owned)
        if name is not None:
            yield from ((helper, run) for run in _calls_of(node, name))


def uses(ev: Evaluator, module: Module, call: ast.Call, argument: ast.expr) -> Iterator[tuple[Module, ast.expr]]:
    """Where a function of the project reads what a call gives it as one of its arguments."""
    for helper, node, owned in _helpers(ev.value(call.func, ev.frame_of(module.function_of(call)))):
        name = _parameter(node, call, argument, owned)
        for use in ev.callers.loads(helper, name) if name is not None else ():
            if contains(node, use):
                yield helper, use


def decorated(ev: Evaluator, module: Module, function: Function) -> Iterator[tuple[Module, ast.Call]]:
    """The places in decorators of the project that call the function which they decorate."""
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        for helper, node, _ in _helpers(ev.value(called, ev.frame_of(module.function_of(function)))):
            inner = [statement for statement in node.body if isinstance(statement, _FUNCTIONS)]
            for taker in inner if isinstance(decorator, ast.Call) else [node]:
                if taker.args.args:
                    yield from ((helper, run) for run in _calls_of(taker, taker.args.args[0].arg))


def _helpers(value: Value) -> Iterator[tuple[Module, Function, bool]]:
    """The functions of the project that a value may be, and whether each is a method with its object."""
    for option in islice(options(value), MAX_HELPERS):
        function = option.function if isinstance(option, Bound) else option
        if isinstance(function, Func) and isinstance(function.node, _FUNCTIONS):
            yield function.scope.module, function.node, isinstance(option, Bound)


def _parameter(function: Function, call: ast.Call, argument: ast.expr, owned: bool) -> str | None:
    """The parameter that takes an argument of a call."""
    for keyword in call.keywords:
        if keyword.value is argument:
            return keyword.arg
    names = [parameter.arg for parameter in (*function.args.posonlyargs, *function.args.args)][owned:]
    given = dict(zip(call.args, names, strict=False))
    return given.get(argument)


def _calls_of(function: Function, name: str) -> Iterator[ast.Call]:
    """Where a function calls what one of its names stands for, or hands it on to be called."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return islice((call for call in calls if _is_run(call, name)), MAX_RUNS)


def _is_run(call: ast.Call, name: str) -> bool:
    if isinstance(call.func, ast.Name) and call.func.id == name:
        return True
    word = last_word(call)
    if not call.args or not (kind_of("starts", word) or kind_of("elementwise", word)):
        return False
    return any(isinstance(argument, ast.Name) and argument.id == name for argument in call.args[:2])
