"""What surrounds a send: the loops around it and around its callers, and the kind of entry point it is reached from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from promptlint.request import Context, Loop
from promptlint.request.call import EntryKind
from promptlint.source.callers import is_test
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module

MAX_LEVELS = 5
MAX_PLACES = 60

_HANDLERS = frozenset(
    "get post put patch delete route websocket websocket_route api_route on_message on_event command message "
    "callback action view errorhandler subscribe http_trigger api_view listener tool".split()
)
_TASKS = frozenset({"task", "shared_task", "actor", "job", "periodic_task", "flow", "dag", "cron", "scheduled_job"})
_POOLS = frozenset({"map", "starmap", "imap", "imap_unordered", "map_async", "starmap_async", "amap"})


def context(ev: Evaluator, module: Module, node: ast.AST, agent_loop: bool, inside: tuple[Loop, ...] = ()) -> Context:
    """The context of a node. `inside` are loops that a wrapper has around the send itself."""
    loops: list[Loop] = list(inside)
    entries: list[EntryKind] = []
    for around, current, level in _reached_from(ev, module, node):
        found = _lexical(around, current)
        loops += [replace(loop, in_caller=True) for loop in found] if level else found
        entries.append(entry(around, current))
        if level and loops and entries[-1] != "function":
            break
    kinds: tuple[EntryKind, ...] = ("test", "handler", "task", "script")
    if entries[0] == "function":
        entries.insert(0, next((kind for kind in kinds if kind in entries), "function"))
    return Context(tuple(dict.fromkeys(loops)), entries[0], agent_loop)


def _reached_from(ev: Evaluator, module: Module, node: ast.AST) -> Iterator[tuple[Module, ast.AST, int]]:
    """The node, the places that call the function around it, those that call the functions around these, and so on."""
    pending: list[tuple[Module, ast.AST, int]] = [(module, node, 0)]
    seen: set[ast.AST] = {node}
    while pending and len(seen) < MAX_PLACES:
        around, current, level = pending.pop(0)
        yield around, current, level
        function = _function_around(around, current)
        if function is None or level >= MAX_LEVELS:
            continue
        for caller in ev.callers.of(around.scopes[function], level):
            if caller.call not in seen:
                seen.add(caller.call)
                local = _outermost(caller.module, caller.call) is _outermost(around, current)
                pending.append((caller.module, caller.call, level if local else level + 1))


def _outermost(module: Module, node: ast.AST) -> ast.AST | None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return next((parent for parent in reversed([*module.ancestors(node)]) if isinstance(parent, functions)), None)


def _function_around(module: Module, node: ast.AST) -> ast.AST | None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return next((parent for parent in module.ancestors(node) if isinstance(parent, functions)), None)


def _lexical(module: Module, node: ast.AST) -> list[Loop]:
    """The loops of the function around a node, from the inside out."""
    found: list[Loop] = []
    child = node
    for parent in (node, *module.ancestors(node)):
        match parent:
            case ast.For(body=body) | ast.While(body=body) if child in body and _only_retries(module, node, parent):
                pass
            case ast.For(iter=over, body=body) | ast.AsyncFor(iter=over, body=body) if child in body:
                found.append(Loop("for", module.file.place(parent), _source(module, over), _bound(over)))
            case ast.While(body=body, test=test) if child in body:
                found.append(Loop("while", module.file.place(parent), _source(module, test)))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() if parent is not node:
                first = parent.generators[0]
                if child is not first:
                    found.append(Loop("comprehension", module.file.place(parent), _source(module, first.iter)))
            case ast.Call(func=ast.Attribute(attr=name), args=[_, over, *_]) if name in _POOLS:
                found.append(Loop("pool", module.file.place(parent), _source(module, over), _bound(over)))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                break
        child = parent
    return found


def _only_retries(module: Module, node: ast.AST, loop: ast.For | ast.While) -> bool:
    """Whether a loop ends with the first success: it is left right behind the node, unless that raised something."""
    block: list[ast.stmt] = []
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, ast.Try) and child in parent.body and parent.handlers:
            block = [*parent.body[parent.body.index(child) :], *parent.orelse]
            break
        if parent is loop:
            return False
        child = parent
    return any(isinstance(statement, ast.Return | ast.Break) for statement in block)


def _source(module: Module, node: ast.expr) -> str:
    return " ".join(module.file.segment(module.file.place(node)).split())[:60]


def _bound(over: ast.expr) -> int | None:
    match over:
        case ast.Call(func=ast.Name("range"), args=[ast.Constant(int(count))]):
            return count
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return len(elements)
        case _:
            return None


def entry(module: Module, node: ast.AST) -> EntryKind:
    """The kind of entry point that a node stands in, as far as its own file tells."""
    if is_test(module.path):
        return "test"
    functions = [n for n in module.ancestors(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        names = {_last_name(decorator) for decorator in function.decorator_list}
        if names & _TASKS:
            return "task"
        if names & _HANDLERS:
            return "handler"
    return "function" if functions else "script"


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
