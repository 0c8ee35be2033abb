"""The nodes of a module that could send, by their words alone: nothing is evaluated here."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.sdk.description import Sdk
from promptlint.source.scopes import Module


def leaves(module: Module, sdk: Sdk) -> Iterator[ast.expr]:
    """The attributes and names that could be a method or a function of the SDK."""
    words = sdk.leaves
    aliases = _resource_aliases(module, sdk)
    parts = {method.path[-2] for method in sdk.methods if len(method.path) > 1}
    free = {method.words[-1] for method in sdk.methods if len(method.path) == 1 or method.function}
    functions = {method.words[-1] for method in sdk.methods if method.function}
    renamed = _renamed(module, functions)
    for node in module.parents:
        if isinstance(node, ast.Attribute) and node.attr in words and isinstance(node.ctx, ast.Load):
            names = chain_words(node.value)
            if not names & sdk.other_paths and (node.attr in free or names & parts or names & aliases):
                yield node
        elif (
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and (node.id in functions or node.id in renamed)
        ):
            yield node


def _renamed(module: Module, functions: set[str]) -> set[str]:
    """The names that an import gives to functions: `from litellm import completion as ask`."""
    return {
        alias.asname
        for node in module.parents
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname and alias.name in functions
    }


def _resource_aliases(module: Module, sdk: Sdk) -> set[str]:
    """The names that are given a part of a client: `messages = client.beta.messages`."""
    parts = {name for method in sdk.methods for name in method.path[:-1]} | sdk.transparent
    found: set[str] = set()
    for node in module.parents:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and any(
            isinstance(option, ast.Attribute) and option.attr in parts for option in _alternatives(node.value)
        ):
            found |= targets(node)
    return found


def _alternatives(node: ast.expr | None) -> Iterator[ast.expr]:
    """The expressions that a value can be: `client.beta.messages if betas else client.messages`."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield from _alternatives(body)
            yield from _alternatives(orelse)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _alternatives(value)
        case ast.expr():
            yield node


def targets(node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> set[str]:
    """The words of the names that a statement assigns to."""
    assigned = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {name for target in assigned for name in chain_words(target)}


def chain_words(node: ast.AST) -> set[str]:
    """The words of an attribute chain."""
    found: set[str] = set()
    while True:
        match node:
            case ast.Attribute(value, attr):
                found.add(attr)
                node = value
            case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
                node = inner
            case ast.Name(name):
                return found | {name}
            case _:
                return found


def alias_calls(module: Module, aliases: set[str]) -> Iterator[ast.Call]:
    """The calls of names that were given a method."""
    for node in module.parents:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in aliases:
                yield node
