"""Streams of a synchronous client that an async generator passes on to the user of a server."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.request import Place
from promptlint.sdk.around.words import last_word
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module

_RESPONSES = frozenset({"StreamingResponse", "StreamingHttpResponse"})
"""Of Starlette and Django. The one of `sse_starlette` lets the event loop run after each event."""
_LETS_OTHERS_RUN = (ast.Await, ast.AsyncFor, ast.AsyncWith)
_MAX_GENERATORS = 3  # that pass on one another's pieces: a client, an agent, a route
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def relay(ev: Evaluator, module: Module, call: ast.Call) -> Place | None:
    """The response that is given the generator, where the event loop cannot run while it reads what a call streams.

    A plain `for` shows that the client is a synchronous one; with an `await` in its body the loop runs now and then.
    """
    function = next((parent for parent in module.ancestors(call) if isinstance(parent, _FUNCTIONS)), None)
    if not isinstance(function, ast.AsyncFunctionDef) or not _reads_without_pause(module, function, call):
        return None
    return _response(ev, module, function, 0)


def _response(ev: Evaluator, module: Module, function: ast.AsyncFunctionDef, level: int) -> Place | None:
    """The response that is given a generator, or another one that only passes on what this one yields."""
    for caller in ev.callers.of(module.scopes[function], level):
        taker = caller.module.parents.get(caller.call)
        taker = caller.module.parents.get(taker) if isinstance(taker, ast.keyword) else taker
        if isinstance(taker, ast.Call) and last_word(taker) in _RESPONSES:
            return caller.module.file.place(taker)
        if isinstance(taker, ast.AsyncFor) and taker.iter is caller.call and level < _MAX_GENERATORS:
            outer = next((parent for parent in caller.module.ancestors(taker) if isinstance(parent, _FUNCTIONS)), None)
            if isinstance(outer, ast.AsyncFunctionDef) and _passes_on(taker):
                found = _response(ev, caller.module, outer, level + 1)
                if found is not None:
                    return found
    return None


def _passes_on(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop yields, and awaits nothing."""
    nodes = list(_own(loop))
    return any(isinstance(node, ast.Yield) for node in nodes) and not any(
        isinstance(node, _LETS_OTHERS_RUN) for node in nodes
    )


def _reads_without_pause(module: Module, function: ast.AsyncFunctionDef, call: ast.Call) -> bool:
    """Whether each loop over the stream yields, and awaits nothing."""
    name = _name(module, call)
    reading = [
        node
        for node in _own(function)
        if isinstance(node, ast.For) and any(part is call or _is(part, name) for part in ast.walk(node.iter))
    ]
    return bool(reading) and all(map(_passes_on, reading))


def _name(module: Module, call: ast.Call) -> str:
    """What the stream is called: `with .. as stream`, `stream = ..`."""
    match module.parents.get(call):
        case ast.withitem(optional_vars=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case _:
            return ""


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a node, without the functions in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _FUNCTIONS):
            yield child
            yield from _own(child)
