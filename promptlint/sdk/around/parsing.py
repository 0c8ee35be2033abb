"""Where the text of a reply is parsed as JSON: it is followed through names, string methods and one return."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import cast

from promptlint.request import Parse, Place
from promptlint.sdk.around.words import last_word
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module, start_of

MAX_VISITS = 40  # places that one text is followed to
_PARSERS = frozenset({"loads", "model_validate_json", "parse_raw", "validate_json", "raw_decode", "literal_eval"})
_SAME = frozenset({"join", "sub", "search", "match", "findall", "str", "cast"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Step = tuple[Module, ast.expr, int]


def parse_of(ev: Evaluator, module: Module, start: ast.expr, within: ast.Call | None) -> Parse | None:
    """The first place that parses the text; `within` is the one caller that counts."""
    pending: list[Step] = [(module, start, 0)]
    seen: set[ast.AST] = set()
    while pending and len(seen) < MAX_VISITS:
        where, node, level = pending.pop(0)
        if node in seen:
            continue
        seen.add(node)
        parent = where.parents.get(node)
        if isinstance(parent, ast.Call) and node in parent.args and _parses(parent):
            return Parse(where.file.place(parent), _caught(where, parent))
        pending += _steps(ev, where, node, level, within)
    return None


def _parses(call: ast.Call) -> bool:
    return last_word(call.func) in _PARSERS


def _steps(ev: Evaluator, module: Module, node: ast.expr, level: int, within: ast.Call | None) -> Iterator[Step]:
    parent = module.parents.get(node)
    match parent:
        case ast.Attribute() | ast.Await() | ast.IfExp() | ast.BoolOp():
            yield module, parent, level
        case ast.Subscript(value=value) if value is node:
            yield module, parent, level
        case ast.Call(func=function) if function is node or last_word(function) in _SAME:
            yield module, parent, level
        case ast.GeneratorExp(elt=elt) | ast.ListComp(elt=elt) if elt is node:
            yield module, parent, level
        case ast.comprehension(iter=over) if over is node:
            yield module, cast("ast.expr", module.parents[parent]), level
        case ast.For(target=ast.Name() as target, iter=over) if over is node:
            yield from ((module, use, level) for use in _uses(ev, module, target))
        case ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target):
            yield from ((module, use, level) for use in _uses(ev, module, target))
        case ast.AugAssign(target=ast.Name() as target) | ast.NamedExpr(target=target):
            yield from ((module, use, level) for use in _uses(ev, module, target))
        case ast.Return() if level == 0:
            returning = _function(module, node)
            callers = ev.callers.of(module.scopes[returning], 0) if returning is not None else ()
            chosen = [caller for caller in callers if caller.call is within] or callers
            yield from ((caller.module, caller.call, 1) for caller in chosen)


def _uses(ev: Evaluator, module: Module, target: ast.Name) -> Iterator[ast.expr]:
    function = _function(module, target)
    for use in ev.callers.loads(module, target.id):
        if _function(module, use) is function and start_of(use) > start_of(target):
            yield use


def _function(module: Module, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    return next((parent for parent in module.ancestors(node) if isinstance(parent, _FUNCTIONS)), None)


def _caught(module: Module, node: ast.AST) -> Place | None:
    """The `try` of the same function that goes on after what the node raises, the inmost one."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, ast.Try) and child in parent.body:
            if any(not isinstance(handler.body[-1], ast.Raise) for handler in parent.handlers):
                return module.file.place(parent)
        elif isinstance(parent, _FUNCTIONS):
            return None
        child = parent
    return None
