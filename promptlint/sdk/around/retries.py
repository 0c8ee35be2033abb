"""What calls again when a call fails: decorators and helpers of libraries, and loops around a `try`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.request import Retry
from promptlint.request.call import RetryKind
from promptlint.sdk.around.attempts import Statement, attempt_in, only_retries, retry_loop, statements
from promptlint.sdk.around.counts import bound, number
from promptlint.sdk.around.retry_libraries import Policy, are_named, packages_of, policy
from promptlint.sdk.around.words import last_word
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ALL = frozenset({"Exception", "BaseException"})


def around(ev: Evaluator, module: Module, node: ast.AST) -> list[Retry]:
    """The retries around a node: those of its function, from the inside out, and the decorators of that."""
    found = [*_loops(ev, module, node)]
    if are_named(module.file.text):
        found += [*_helpers(ev, module, node), *_decorators(ev, module, node)]
    return found


def _loops(ev: Evaluator, module: Module, node: ast.AST) -> Iterator[Retry]:
    for loop in statements(module, node):
        if (found := retry_loop(ev, module, loop)) is not None:
            yield _of_policy("loop", module, loop, found)
            continue
        attempt = attempt_in(module, node, loop)
        if attempt is not None and only_retries(module, node, loop) and _goes_on(attempt):
            attempts, bounded = _rounds(ev, module, loop, attempt)
            catches_all, caught = any(map(_is_all, attempt.handlers)), _caught_from(ev, module, attempt)
            yield Retry("loop", module.file.place(loop), "", attempts, bounded, catches_all, caught)


def _goes_on(attempt: ast.Try) -> bool:
    """Whether a failure leads to the next round."""
    return any(map(_leads_on, attempt.handlers))


def _leads_on(handler: ast.ExceptHandler) -> bool:
    return not isinstance(handler.body[-1], ast.Raise | ast.Return | ast.Break)


def _caught_from(ev: Evaluator, module: Module, attempt: ast.Try) -> tuple[str, ...]:
    """The packages of all exceptions that lead to the next round; empty where one of them is not known."""
    frame = ev.frame_of(module.function_of(attempt))
    types = [handler.type for handler in attempt.handlers if _leads_on(handler)]
    found = [packages_of(ev.value(caught, frame)) if caught is not None else () for caught in types]
    return tuple(sorted({package for packages in found for package in packages})) if all(found) else ()


def _rounds(ev: Evaluator, module: Module, loop: Statement, attempt: ast.Try) -> tuple[int | None, bool]:
    """How often a loop tries at most, None where that is not known, and whether it ever stops."""
    if not isinstance(loop, ast.While):
        return bound(ev, module, loop.iter), isinstance(loop, ast.For)
    for test in ast.walk(loop.test):
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Lt | ast.LtE):
            most = number(ev, module, test.comparators[0])
            return most + isinstance(test.ops[0], ast.LtE) if most is not None else None, True
    leaves = (ast.Raise, ast.Return, ast.Break)
    gives_up = any(isinstance(node, leaves) for handler in attempt.handlers for node in ast.walk(handler))
    return None, gives_up or any(isinstance(test, ast.Compare) for test in ast.walk(loop.test))


def _is_all(handler: ast.ExceptHandler) -> bool:
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(caught is None or last_word(caught) in _ALL for caught in types)


def _helpers(ev: Evaluator, module: Module, node: ast.AST) -> Iterator[Retry]:
    """What a library's helper is given to call: `Retrying(..)(function, ..)`, `retry_call(lambda: ..)`."""
    child = node
    for parent in (node, *module.ancestors(node)):
        if isinstance(parent, _FUNCTIONS):
            return
        gives = parent is node or isinstance(child, ast.Lambda | ast.Name | ast.Attribute)
        if isinstance(parent, ast.Call) and gives and parent.args:
            found = policy(ev.value(parent.func, ev.frame_of(module.function_of(parent))))
            if found is not None:
                yield _of_policy("wrapper", module, parent, found)
        child = parent


def _decorators(ev: Evaluator, module: Module, node: ast.AST) -> Iterator[Retry]:
    for function in module.ancestors(node):
        for decorator in function.decorator_list if isinstance(function, _FUNCTIONS) else ():
            found = policy(ev.value(decorator, ev.frame_of(module.function_of(decorator))))
            if found is not None:
                yield _of_policy("decorator", module, decorator, found)


def _of_policy(kind: RetryKind, module: Module, node: ast.expr | ast.stmt, found: Policy) -> Retry:
    place, caught = module.file.place(node), found.catches_from
    return Retry(kind, place, found.name, found.attempts, found.bounded, found.catches_all, caught)
