"""How long a loop sleeps between its rounds."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.sdk.around.attempts import Statement
from promptlint.sdk.around.counts import is_global
from promptlint.sdk.around.words import last_word
from promptlint.source.evaluator import Evaluator
from promptlint.source.operators import known
from promptlint.source.scopes import Module

_APART = (ast.ExceptHandler, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def pause_of(ev: Evaluator, module: Module, loop: Statement) -> float | None:
    """The seconds that a round sleeps; None where it does and nobody knows how long."""
    total = 0.0
    for call in _sleeps(loop):
        seconds = _number(ev, module, call.args[0]) if call.args else None
        if seconds is None:
            return None
        total += seconds
    return total


def _sleeps(loop: Statement) -> Iterator[ast.Call]:
    """The calls of `sleep` in a loop; what waits after an error is no pause between rounds."""
    pending: list[ast.AST] = list(loop.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call) and last_word(node) == "sleep":
            yield node
        if not isinstance(node, _APART):
            pending.extend(ast.iter_child_nodes(node))


def _number(ev: Evaluator, module: Module, node: ast.expr) -> float | None:
    """A number that is written out, or made of names of the module."""
    names = [name for name in ast.walk(node) if isinstance(name, ast.Name)]
    if not all(is_global(module, name) for name in names):
        return None
    value = known(ev.value(node, ev.module_frame(module)))
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
