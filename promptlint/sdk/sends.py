"""The places of a module that send: method calls of an SDK's client, direct, by reference, or by an alias."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.sdk.description import Method, Sdk
from promptlint.source.attributes import bases
from promptlint.source.evaluator import Evaluator
from promptlint.source.frames import Frame
from promptlint.source.scopes import COMPREHENSIONS, Module
from promptlint.source.values import (
    Arguments,
    Attr,
    Class,
    External,
    Map,
    Object,
    Partial,
    Value,
    options,
    place_of,
)


@dataclass(frozen=True, slots=True, eq=False)
class Send:
    """A call that sends. `client` is what it is called on; `given` what a partial application passed before.

    `reference` is the method where it is passed to another function that will call it.
    """

    sdk: Sdk
    method: Method
    call: ast.Call
    frame: Frame
    client: Value
    platform: str | None
    given: Arguments | None = None
    reference: ast.expr | None = None


def find(ev: Evaluator, module: Module, sdk: Sdk) -> list[Send]:
    """The sends of a module, in order."""
    found: dict[ast.Call, Send] = {}
    aliases: set[str] = set()
    for node in _leaves(module, sdk):
        parent = module.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            send = _send(ev, module, sdk, parent, node, None)
        elif isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            aliases |= _targets(parent)
            continue
        else:
            send = _passed_on(ev, module, sdk, node, aliases)
        if send is not None:
            found.setdefault(send.call, send)
    for call in _alias_calls(module, aliases):
        send = _send(ev, module, sdk, call, call.func, None)
        if send is not None:
            found.setdefault(call, send)
    return sorted(found.values(), key=lambda send: (send.call.lineno, send.call.col_offset))


def _leaves(module: Module, sdk: Sdk) -> Iterator[ast.Attribute]:
    """The attributes that could be a method of the SDK."""
    leaves = sdk.leaves
    alias_names = _resource_aliases(module, sdk)
    for node in module.parents:
        if isinstance(node, ast.Attribute) and node.attr in leaves and isinstance(node.ctx, ast.Load):
            names = _names(node.value)
            if names & sdk.other_paths:
                continue
            if names & {method.path[-2] for method in sdk.methods} or names & alias_names:
                yield node


def _resource_aliases(module: Module, sdk: Sdk) -> set[str]:
    """The names that are given a part of a client: `messages = client.beta.messages`."""
    parts = {name for method in sdk.methods for name in method.path[:-1]} | sdk.transparent
    found: set[str] = set()
    for node in module.parents:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and node.value.attr in parts:
            found |= _targets(node)
    return found


def _targets(node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {name for target in targets for name in _names(target)}


def _names(node: ast.AST) -> set[str]:
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


def _alias_calls(module: Module, aliases: set[str]) -> Iterator[ast.Call]:
    for node in module.parents:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in aliases:
                yield node


def _passed_on(ev: Evaluator, module: Module, sdk: Sdk, node: ast.Attribute, aliases: set[str]) -> Send | None:
    """A method that is passed to another function, with its arguments beside it."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.keyword):
        parent = module.parents.get(parent)
    if not isinstance(parent, ast.Call):
        return None
    above = module.parents.get(parent)
    if isinstance(above, ast.Assign | ast.AnnAssign):
        # A partial application that gets a name is called later, by that name.
        value = ev.value(parent, _frame(ev, module, parent))
        if isinstance(value, Partial):
            aliases |= _targets(above)
            return None
    return _send(ev, module, sdk, parent, node, node)


def _frame(ev: Evaluator, module: Module, node: ast.AST) -> Frame:
    scope = module.scope_of(node)
    while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
        scope = scope.parent
    return ev.frame_of(scope)


def _send(
    ev: Evaluator, module: Module, sdk: Sdk, call: ast.Call, function: ast.expr, reference: ast.expr | None
) -> Send | None:
    ev.refuel()
    frame = _frame(ev, module, call)
    for value in options(ev.value(function, frame)):
        given: Arguments | None = None
        while isinstance(value, Partial):
            given = value.arguments
            value = value.function
        root, names = _chain(value)
        found = sdk.method(names)
        if found is None or set(names) & sdk.other_paths:
            continue
        method, start = found
        client = _after(root, names[:start])
        platform = _platform(ev, sdk, client)
        if platform is None and not _plausible(ev, module, sdk, call, frame, client, given):
            continue
        return Send(sdk, method, call, frame, client, platform, given, reference)
    return None


def _chain(value: Value) -> tuple[Value, tuple[str, ...]]:
    names: list[str] = []
    while isinstance(value, Attr):
        names.insert(0, value.name)
        value = value.base
    return value, tuple(names)


def _after(root: Value, names: tuple[str, ...]) -> Value:
    for name in names:
        root = Attr(root, name, place_of(root))
    return root


def _platform(ev: Evaluator, sdk: Sdk, client: Value) -> str | None:
    """The platform of a client of this SDK; None where it cannot be seen to be one."""
    for option in options(client):
        if isinstance(option, Object):
            classes = bases(ev, option.of) if isinstance(option.of, Class) else [option.of]
            for cls in classes:
                if isinstance(cls, External) and (platform := sdk.platform(cls.name)):
                    return platform
    return None


def _plausible(
    ev: Evaluator, module: Module, sdk: Sdk, call: ast.Call, frame: Frame, client: Value, given: Arguments | None
) -> bool:
    """Whether a call on an unknown client sends to Claude, by its arguments."""
    if any(isinstance(option, Object) and isinstance(option.of, External) for option in options(client)):
        return False
    names = {keyword.arg for keyword in call.keywords if keyword.arg}
    opaque = False
    for keyword in call.keywords:
        if keyword.arg is None:
            value = ev.value(keyword.value, frame)
            for option in options(value):
                if isinstance(option, Map):
                    names |= {entry.key for entry in option.entries}
                else:
                    opaque = True
    if given is not None:
        names |= {key for key, _ in given.keywords}
    if names & sdk.counter_evidence:
        return False
    if any(wanted <= names for wanted in sdk.evidence):
        return True
    return opaque and any(_imports(module, package) for package in sdk.packages)


def _imports(module: Module, package: str) -> bool:
    for node in module.parents:
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == package for alias in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package and not node.level:
            return True
    return False
