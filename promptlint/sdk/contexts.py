"""What surrounds a send: the loops around it and the kind of entry point that it stands in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.request import Context, Loop
from promptlint.request.call import EntryKind
from promptlint.source.scopes import COMPREHENSIONS, Module

_HANDLERS = frozenset(
    "get post put patch delete route websocket websocket_route api_route head options event on_message command "
    "message callback action view middleware errorhandler subscribe function_name http_trigger".split()
)
_TASKS = frozenset({"task", "shared_task", "actor", "job", "periodic_task", "flow", "dag", "cron", "scheduled"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def context(module: Module, node: ast.AST, agent_loop: bool) -> Context:
    """The context of a node, as far as its own file tells."""
    loops = tuple(_loops(module, node))
    return Context(loops, entry(module, node), agent_loop or any(loop.kind == "while" for loop in loops))


def _loops(module: Module, node: ast.AST) -> Iterator[Loop]:
    """The loops around a node, from the inside out; those around the calls of a local function count too."""
    seen: set[ast.AST] = set()
    pending = [(node, False)]
    while pending:
        current, called = pending.pop()
        for loop in _lexical(module, current):
            yield Loop(loop.kind, loop.place, loop.over, loop.bound, called) if called else loop
        function = _local_function(module, current)
        if function is not None and function not in seen:
            seen.add(function)
            pending += [(call, True) for call in _calls_of(module, function)]


def _lexical(module: Module, node: ast.AST) -> Iterator[Loop]:
    child = node
    for parent in module.ancestors(node):
        match parent:
            case ast.For(iter=over, body=body) | ast.AsyncFor(iter=over, body=body) if child in body:
                yield Loop("for", module.file.place(parent), _source(module, over), _bound(over))
            case ast.While(body=body) if child in body:
                yield Loop("while", module.file.place(parent), _source(module, parent.test))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                first = parent.generators[0]
                if child is not first and child is not first.iter:
                    yield Loop("comprehension", module.file.place(parent), _source(module, first.iter))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef():
                return
        child = parent


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


def _local_function(module: Module, node: ast.AST) -> ast.AST | None:
    """The function around a node, where it is defined inside another and so called only from there."""
    for parent in module.ancestors(node):
        if isinstance(parent, _FUNCTIONS):
            outer = module.scopes[parent].parent
            while outer is not None and isinstance(outer.node, COMPREHENSIONS):
                outer = outer.parent
            inside = outer is not None and isinstance(outer.node, _FUNCTIONS)
            return parent if inside or isinstance(parent, ast.Lambda) else None
        if isinstance(parent, ast.ClassDef):
            return None
    return None


def _calls_of(module: Module, function: ast.AST) -> Iterator[ast.AST]:
    """Where a local function is called or handed over."""
    if isinstance(function, ast.Lambda):
        yield function
        return
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    scope = module.scopes[function].parent
    assert scope is not None
    for node in ast.walk(scope.node):
        if isinstance(node, ast.Name) and node.id == function.name and isinstance(node.ctx, ast.Load):
            yield node


def entry(module: Module, node: ast.AST) -> EntryKind:
    """The kind of entry point that a node stands in."""
    path = module.path.rsplit("/", 1)[-1]
    if path.startswith("test_") or path.endswith("_test.py") or path == "conftest.py":
        return "test"
    outermost: ast.AST | None = None
    for parent in module.ancestors(node):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            outermost = parent
            for decorator in parent.decorator_list:
                name = _last_name(decorator)
                if name in _TASKS:
                    return "task"
                if name in _HANDLERS:
                    return "handler"
        elif isinstance(parent, ast.Lambda):
            outermost = parent
    return "function" if outermost is not None else "script"


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
