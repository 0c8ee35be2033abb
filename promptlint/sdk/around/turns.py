"""Which turn of a conversation makes which call, and with what: the conditions that decide."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.request import Arm
from promptlint.source.scopes import Module

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def arms(module: Module, node: ast.AST) -> Iterator[Arm]:
    """The arms that a node stands in, of each `if`, `match` and `try` around it in its function.

    What follows an `if` that leaves the function or the round stands in its `else`.
    """
    child = node
    for parent in module.ancestors(node):
        match parent:
            case ast.If(test=test) if child is not test:
                yield Arm(module.file.place(parent), int(child in parent.orelse), _differs(module, parent, test))
            case ast.Match(subject=subject, cases=cases) if isinstance(child, ast.match_case):
                yield Arm(module.file.place(parent), cases.index(child), _differs(module, parent, subject))
            case ast.Try() if isinstance(child, ast.ExceptHandler):
                yield Arm(module.file.place(parent), 1, False)
            case ast.Try() if child in parent.body:
                yield Arm(module.file.place(parent), 0, False)
        yield from _left_before(module, parent, child)
        if isinstance(parent, _FUNCTIONS):
            return
        child = parent


def by_turn(module: Module, call: ast.Call) -> tuple[str, ...]:
    """The arguments of a call whose value is one of two, by a condition that differs from turn to turn."""
    named = [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg is not None]
    return tuple(name for name, value in named if any(_differs(module, value, test) for test in _tests(module, value)))


def _left_before(module: Module, parent: ast.AST, child: ast.AST) -> Iterator[Arm]:
    """The arms of those `if` before a statement in its block that are left for good."""
    for block in (getattr(parent, name, None) for name in ("body", "orelse", "finalbody")):
        if isinstance(block, list) and child in block:
            for before in block[: block.index(child)]:
                if isinstance(before, ast.If) and isinstance(before.body[-1], _LEAVES):
                    yield Arm(module.file.place(before), 1, _differs(module, before, before.test))


def _tests(module: Module, value: ast.expr) -> Iterator[ast.expr]:
    """The conditions of an argument: in it, or in the one place of the loop that gives its name a value."""
    yield from (node.test for node in ast.walk(value) if isinstance(node, ast.IfExp))
    loop = _loop(module, value)
    if isinstance(value, ast.Name) and loop is not None:
        given = [
            node
            for node in _own(loop)
            if isinstance(node, ast.Assign) and any(_names(target) == {value.id} for target in node.targets)
        ]
        for node in given:
            yield from (inner.test for inner in ast.walk(node.value) if isinstance(inner, ast.IfExp))
            parent = module.parents.get(node)
            if len(given) > 1 and isinstance(parent, ast.If):
                yield parent.test


def _differs(module: Module, node: ast.AST, test: ast.expr) -> bool:
    """Whether a condition asks for something that the loop around it sets anew."""
    loop = _loop(module, node)
    if loop is None:
        return False
    targets = set() if isinstance(loop, ast.While) else _names(loop.target)
    for inner in _own(loop):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            targets.add(inner.id)
    return not targets.isdisjoint(_names(test))


def _loop(module: Module, node: ast.AST) -> ast.For | ast.AsyncFor | ast.While | None:
    """The nearest loop around a node in its function."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, _FUNCTIONS):
            return None
        if isinstance(parent, _LOOPS) and child in parent.body:
            return parent
        child = parent
    return None


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a node, without the functions in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _FUNCTIONS):
            yield child
            yield from _own(child)
