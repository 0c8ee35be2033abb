"""The loops that stand around a node in its own function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.request import Loop
from promptlint.request.call import LoopKind
from promptlint.sdk.around.attempts import Statement, only_retries, retry_loop, statements
from promptlint.sdk.around.caps import is_uncapped
from promptlint.sdk.around.counts import bound, source
from promptlint.sdk.around.pauses import pause_of
from promptlint.sdk.around.words import kind_of, last_word
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import COMPREHENSIONS, Module, contains, name_key

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PUTS = frozenset({"append", "add", "put", "put_nowait", "insert"})
_TOOL_WORDS = frozenset({"tool_use", "tool_calls", "toolUse"})
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def around(ev: Evaluator, module: Module, node: ast.AST, has_tools: bool = True) -> list[Loop]:
    """The loops of the function around a node, from the inside out.

    A loop that ends with the first success is a retry instead, and one that goes on only while Claude calls tools is
    none for a request that has no tools.
    """
    found: list[Loop] = []
    child = node
    for parent in (node, *module.ancestors(node)):
        match parent:
            case ast.For() | ast.AsyncFor() | ast.While() if child in parent.body:
                retries = only_retries(module, node, parent) or retry_loop(ev, module, parent) is not None
                if not retries and (has_tools or not _needs_tools(parent)):
                    found.append(_statement(ev, module, node, parent))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() if parent is not node:
                over = parent.generators[0].iter
                if not contains(over, node):
                    kind: LoopKind = _fan_out(module, node, parent) or "comprehension"
                    found.append(Loop(kind, module.file.place(parent), source(module, over), bound(ev, module, over)))
            case ast.Call(args=[function, over, *_]) if parent is node or child is function:
                if (pool := kind_of("elementwise", last_word(parent))) is not None:
                    found.append(Loop(pool, module.file.place(parent), source(module, over), bound(ev, module, over)))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if parent is not node:
                break
        child = parent
    return found


def _statement(ev: Evaluator, module: Module, node: ast.AST, loop: Statement) -> Loop:
    kind, pause = _fan_out(module, node, loop), pause_of(ev, module, loop)
    if isinstance(loop, ast.While):
        test, uncapped = source(module, loop.test), is_uncapped(module, loop)
        # `while running:` starts a task whenever something comes in, `while n < 9:` all of its own at once.
        at_once = kind if isinstance(loop.test, ast.Compare) else None
        return Loop(at_once or "while", module.file.place(loop), test, uncapped=uncapped, pause=pause)
    rounds, collects = bound(ev, module, loop.iter), isinstance(loop, ast.For) and _collects(loop)
    place = module.file.place(loop)
    return Loop(kind or "for", place, source(module, loop.iter), rounds, pause=pause, collects=collects)


def _collects(loop: ast.For) -> bool:
    """Whether the rounds put what they make into a list: `results.append(..)`."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _PUTS
        for statement in loop.body
        for node in ast.walk(statement)
    )


def _fan_out(module: Module, node: ast.AST, loop: Statement | Comprehension) -> LoopKind | None:
    """How the rounds of a loop run at once: each is started without waiting for it, or they are collected first."""
    if node in module.started.values():
        return "pool"
    collected: str | None = None
    for inner in _between(module, node, loop):
        if isinstance(inner, ast.Await):
            return None
        if isinstance(inner, ast.Call):
            if (kind := kind_of("starts", last_word(inner))) is not None:
                awaited = isinstance(module.parents.get(inner), ast.Await)
                return None if awaited else kind
            if isinstance(inner.func, ast.Attribute) and inner.func.attr in _PUTS and inner is not node:
                collected = name_key(inner.func.value)
    if isinstance(loop, COMPREHENSIONS):
        outer = _holder(module, loop)
        if isinstance(outer, ast.Call):
            return kind_of("collects", last_word(outer))
        collected = _target(outer)
    return _collected(module, loop, collected) if collected is not None else None


def _between(module: Module, node: ast.AST, loop: ast.AST) -> Iterator[ast.AST]:
    """A node and what stands around it within a loop."""
    current: ast.AST | None = node
    while current is not None and current is not loop:
        yield current
        current = module.parents.get(current)


def _holder(module: Module, node: ast.AST) -> ast.AST | None:
    """What a list is put into, be it unpacked there or made another kind of list before."""
    parent = module.parents.get(node)
    while isinstance(parent, ast.Starred) or (
        isinstance(parent, ast.Call) and last_word(parent) in ("list", "tuple", "set")
    ):
        parent = module.parents.get(parent)
    return parent


def _target(statement: ast.AST | None) -> str | None:
    """The name that a statement gives a list."""
    match statement:
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return name_key(target)
        case _:
            return None


def _collected(module: Module, loop: ast.AST, name: str) -> LoopKind | None:
    """The kind of the call that waits for all that a list of this name holds."""
    function = next((parent for parent in module.ancestors(loop) if isinstance(parent, _FUNCTIONS)), module.file.tree)
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and (kind := kind_of("collects", last_word(call))) is not None:
            given = [argument.value if isinstance(argument, ast.Starred) else argument for argument in call.args]
            if any(name_key(argument) == name for argument in given):
                return kind
    return None


def needs_tools(module: Module, node: ast.AST) -> bool:
    """Whether a loop around a node goes on only while Claude calls tools."""
    return any(_needs_tools(loop) for loop in statements(module, node))


def _needs_tools(loop: Statement) -> bool:
    """Whether a loop looks for the tools that Claude calls, and is left at some point."""
    words: set[object] = set()
    leaves = False
    for node in ast.walk(loop):
        leaves = leaves or isinstance(node, ast.Break | ast.Return)
        if isinstance(node, ast.Constant):
            words.add(node.value if isinstance(node.value, str) else None)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
    return leaves and not words.isdisjoint(_TOOL_WORDS)
