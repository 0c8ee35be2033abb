"""Loops that try again: those that end with the first success, and those that a library's policy runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.sdk.around.retry_libraries import Policy, policy
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module, contains, name_key

Statement = ast.For | ast.AsyncFor | ast.While
_BORDERS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def statements(module: Module, node: ast.AST) -> Iterator[Statement]:
    """The loops of the function around a node that have it in their body, from the inside out."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, Statement) and child in parent.body:
            yield parent
        if isinstance(parent, _BORDERS):
            return
        child = parent


def retry_loop(ev: Evaluator, module: Module, loop: Statement) -> Policy | None:
    """The policy that runs a loop: `for attempt in Retrying(..)`."""
    if isinstance(loop, ast.While) or not isinstance(loop.iter, ast.Call | ast.Name | ast.Attribute):
        return None
    return policy(ev.value(loop.iter, ev.frame_of(module.function_of(loop))))


def only_retries(module: Module, node: ast.AST, loop: Statement) -> bool:
    """Whether a loop ends with the first success: it is left right behind the node, unless that raised something."""
    attempt = attempt_in(module, node, loop)
    return attempt is not None and _ends(module, node, attempt, loop)


def attempt_in(module: Module, node: ast.AST, loop: Statement) -> ast.Try | None:
    """The `try` within a loop that catches what a node raises, the inmost one."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, ast.Try) and child in parent.body and parent.handlers:
            return parent
        if parent is loop:
            return None
        child = parent
    return None


def _ends(module: Module, node: ast.AST, attempt: ast.Try, loop: Statement) -> bool:
    """Whether a success leaves the loop, or changes what the loop's test asks for."""
    first = next(statement for statement in attempt.body if contains(statement, node))
    behind: list[ast.stmt] = [*attempt.body[attempt.body.index(first) :], *attempt.orelse]
    caught_goes_on = all(isinstance(handler.body[-1], ast.Continue | ast.Raise) for handler in attempt.handlers)
    if caught_goes_on and (around := module.parents.get(attempt)) is loop:
        assert isinstance(around, Statement)
        behind += around.body[around.body.index(attempt) + 1 :]
    inmost = next(statements(module, attempt), None) is loop
    if any(isinstance(statement, ast.Return) or (inmost and isinstance(statement, ast.Break)) for statement in behind):
        return True
    asked = (
        {inner.id for inner in ast.walk(loop.test) if isinstance(inner, ast.Name)}
        if isinstance(loop, ast.While)
        else ()
    )
    flags = [s for s in behind if isinstance(s, ast.Assign) and isinstance(s.value, ast.Constant)]
    return any(name_key(target) in asked for flag in flags for target in flag.targets)
