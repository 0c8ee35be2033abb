"""How often a loop runs, and over what."""

from __future__ import annotations

import ast

from promptlint.source import parameters
from promptlint.source.evaluator import Evaluator
from promptlint.source.operators import known
from promptlint.source.scopes import Module
from promptlint.source.values import Seq, Value

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MAX_SOURCE = 60  # characters of what a loop runs over


def source(module: Module, node: ast.expr) -> str:
    """An expression as written, on one line, shortened."""
    return " ".join(module.file.segment(module.file.place(node)).split())[:MAX_SOURCE]


def bound(ev: Evaluator, module: Module, over: ast.expr) -> int | None:
    """The number of elements that a loop runs over, at most."""
    match over:
        case ast.Call(func=ast.Name("range"), args=[count]):
            return number(ev, module, count)
        case ast.Call(func=ast.Name("enumerate" | "list" | "sorted" | "reversed" | "tqdm"), args=[inner, *_]):
            return bound(ev, module, inner)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return None if any(isinstance(element, ast.Starred) for element in elements) else len(elements)
        case ast.Subscript(slice=ast.Slice(lower=None, upper=upper)) if upper is not None:
            return number(ev, module, upper)
        case ast.Name() if is_global(module, over):
            value = ev.value(over, ev.module_frame(module))
            if isinstance(value, Seq) and not any(item.spread or item.optional for item in value.items):
                return len(value.items)
    return None


def number(ev: Evaluator, module: Module, node: ast.expr) -> int | None:
    """The number that an expression is, written out or by a name that the code gives it; a sum of these too."""
    match node:
        case ast.Constant(bool()):
            return None
        case ast.Constant(int(value)):
            return value
        case ast.Name() if is_global(module, node):
            return _whole(ev.value(node, ev.module_frame(module)))
        case ast.Name() if _is_local(module, node):
            return _whole(ev.value(node, ev.frame_of(module.function_of(node))))
        case ast.BinOp(left, ast.Add(), right):
            first, second = number(ev, module, left), number(ev, module, right)
            return first + second if first is not None and second is not None else None
        case _:
            return None


def _whole(value: Value) -> int | None:
    found = known(value)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _is_local(module: Module, name: ast.Name) -> bool:
    """Whether a name is given its value in the function itself: a parameter's is the callers'."""
    function = module.function_of(name).node
    return isinstance(function, _FUNCTIONS) and parameters.find(function, name.id) is None


def is_global(module: Module, name: ast.Name) -> bool:
    """Whether a name is the module's own: it is worth the same in every call, and at once known."""
    scope = module.scope_of(name)
    while scope.parent is not None:
        if scope.binds(name.id) or name.id in scope.bound:
            return False
        scope = scope.parent
    return scope.binds(name.id)
