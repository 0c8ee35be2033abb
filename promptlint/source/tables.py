"""Functions that stand in a table: `TABLE = {"a": f, "b": g}`, and where one is taken out of it again."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from promptlint.source.scopes import Module, name_key

Reads = Callable[[str], Sequence[ast.expr]]
"""Where a module reads a name, or an attribute of that name."""


def taken(module: Module, function: ast.expr, reads: Reads) -> Iterator[ast.expr]:
    """The expressions that may give a function that is an entry of a table: `TABLE[key]`, and names given to that."""
    table = _table_around(module, function)
    if table is None:
        return
    for named in (table, *(read for name in _names(module, table) for read in reads(name))):
        entry = _entry(module, named)
        if entry is None:
            continue
        yield entry
        for name in _names(module, entry):
            yield from (read for read in reads(name) if module.function_of(read) is module.function_of(entry))


def _table_around(module: Module, function: ast.expr) -> ast.expr | None:
    """The outermost dict display that a function stands in as a value."""
    found: ast.expr | None = None
    child, parent = function, module.parents.get(function)
    while isinstance(parent, ast.Dict) and any(child is value for value in parent.values):
        found = child = parent
        parent = module.parents.get(parent)
    return found


def _names(module: Module, value: ast.expr) -> Iterator[str]:
    """The last words of what a value is assigned to."""
    match module.parents.get(value):
        case ast.Assign(targets=targets):
            keys = map(name_key, targets)
        case ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
            keys = map(name_key, (target,))
        case _:
            return
    yield from (key.rpartition(".")[2] for key in keys if key is not None)


def _entry(module: Module, table: ast.expr) -> ast.expr | None:
    """What is taken out of a table: `table[key]`, `table.get(key)`, or of a table in it."""
    found: ast.expr | None = None
    while True:
        parent = module.parents.get(found or table)
        if isinstance(parent, ast.Subscript) and parent.value is (found or table):
            found = parent
        elif isinstance(parent, ast.Attribute) and parent.attr == "get":
            call = module.parents.get(parent)
            if not isinstance(call, ast.Call) or call.func is not parent:
                return found
            found = call
        else:
            return found
