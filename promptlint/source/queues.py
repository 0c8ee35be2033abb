"""Queues: what one function puts in, another gets out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.request import Hole, Place
from promptlint.source.values import Const, External, Object, Unknown, Value, choice, options

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.scopes import Module

_CLASSES = frozenset({"Queue", "SimpleQueue", "JoinableQueue", "LifoQueue", "PriorityQueue"})
_GETS = frozenset({"get", "get_nowait"})
_PUTS = frozenset({"put", "put_nowait"})
MAX_PUTS = 8  # in the module that makes the queue: beyond that, what comes out is anybody's guess


def taken(ev: Evaluator, base: Object, name: str, place: Place, source: str) -> Value | None:
    """What `queue.get()` gives: one of the things put in where the queue is made; None where it is no queue."""
    if name not in _GETS or not isinstance(base.of, External) or base.of.name.rsplit(".", 1)[-1] not in _CLASSES:
        return None
    unseen = Unknown(Hole(source, place, "call", "request", reason="what was put into the queue is not known"))
    module = ev.modules.get(base.place.path)
    puts = _puts(module) if module is not None else []
    if module is None or not 0 < len(puts) <= MAX_PUTS:
        return unseen
    with ev.callers.anew():
        found = [item for put, queue in puts for item in _given(ev, module, put, queue, base, unseen)]
    # The None that tells the other side to stop is no item.
    items = [item for item in found if not (isinstance(item, Const) and item.value is None)]
    return choice(items) if items else unseen


def _given(
    ev: Evaluator, module: Module, put: ast.Call, queue: ast.expr, base: Object, unseen: Value
) -> Iterator[Value]:
    """What a `put` adds to this queue; something unseen where it cannot be told which queue it is."""
    frame = ev.frame_of(module.function_of(put))
    for option in options(ev.value(queue, frame)):
        if not isinstance(option, Object):
            yield unseen
        elif option.place == base.place:
            yield ev.value(put.args[0], frame)


def _puts(module: Module) -> list[tuple[ast.Call, ast.expr]]:
    return [
        (node, node.func.value)
        for node in module.parents
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _PUTS
        and len(node.args) == 1
    ]
