"""Attributes that are set from outside: `settings.MODEL = ..` in another function or file, and `setattr(..)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from promptlint.request import Hole, Step
from promptlint.source import attributes
from promptlint.source.callers import is_test
from promptlint.source.joins import perhaps_after
from promptlint.source.scopes import COMPREHENSIONS, SET_BY_NAME, Module, Scope
from promptlint.source.values import Bound, Class, Func, ModuleValue, Object, Unknown, Value, options, stepped

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.frames import Frame

MAX_FILES = 8  # besides the one that defines the class or module
MAX_TARGETS = 24
Owner = Class | ModuleValue
_SETTLED = (Func, Bound, Class, ModuleValue, Unknown)
"""What is not expected to be set from outside, and what may be anything already."""


def joined(ev: Evaluator, owner: Owner, name: str, value: Value | None) -> Value | None:
    """The value of an attribute of a class, its objects or a module, or one that is set from outside of these."""
    if value is None or any(isinstance(option, _SETTLED) for option in options(value)):
        return value
    for other in _others(ev, owner, name):
        value = perhaps_after(value, other)
    return value


def _others(ev: Evaluator, owner: Owner, name: str) -> tuple[Value, ...]:
    key = (_scope(owner), name)
    if key not in ev.set_outside:
        ev.set_outside[key] = ()
        ev.set_outside[key] = tuple(_assigned(ev, owner, name))
    return ev.set_outside[key]


def _scope(owner: Owner) -> Scope:
    return owner.scope if isinstance(owner, Class) else owner.module.scope


def _assigned(ev: Evaluator, owner: Owner, name: str) -> Iterator[Value]:
    """What is assigned wherever the name is set on something that turns out to be the owner."""
    for module in _modules(ev, owner, name):
        found = (*module.set_attributes.get(name, ()), *module.set_attributes.get(SET_BY_NAME, ()))
        targets = ((node, receiver, _around(module.scope_of(node))) for node, receiver in found)
        # `attributes` follows what the methods of the class assign.
        others = (target for target in targets if isinstance(target[0], ast.Call) or not _is_self(*target[1:]))
        for node, receiver, scope in islice(others, MAX_TARGETS):
            frame = ev.frame_of(scope)
            if any(_is_of(ev, option, owner) for option in options(ev.value(receiver, frame))):
                yield _value(ev, node, name, module, frame)


def _modules(ev: Evaluator, owner: Owner, name: str) -> Iterator[Module]:
    """The file of a class, and those that set an attribute of this name and know the class or its file."""
    own = _scope(owner).module
    if isinstance(owner, Class):
        yield own
    stem = own.path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    words = (stem, owner.node.name) if isinstance(owner, Class) else (stem,)
    paths = (path for path in ev.modules.attribute_files(name) if path != own.path and not is_test(path))
    for path in [path for path in paths if any(ev.modules.holds(path, word) for word in words)][:MAX_FILES]:
        module = ev.modules.get(path) if ev.affords(path) else None
        if module is not None:
            yield module


def _around(scope: Scope) -> Scope:
    while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
        scope = scope.parent
    return scope


def _is_self(receiver: ast.expr, scope: Scope) -> bool:
    """Whether an expression is the object that a method is called on."""
    node = scope.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not isinstance(receiver, ast.Name):
        return False
    in_class = scope.parent is not None and isinstance(scope.parent.node, ast.ClassDef)
    positional = [*node.args.posonlyargs, *node.args.args]
    if any(isinstance(decorator, ast.Name) and decorator.id == "classmethod" for decorator in node.decorator_list):
        return False
    return in_class and bool(positional) and positional[0].arg == receiver.id


def _is_of(ev: Evaluator, value: Value, owner: Owner) -> bool:
    if isinstance(owner, ModuleValue):
        return isinstance(value, ModuleValue) and value.module is owner.module
    found = value.of if isinstance(value, Object) else value
    if not isinstance(found, Class):
        return False
    return found.node is owner.node or _inherits(ev, found, owner) or _inherits(ev, owner, found)


def _inherits(ev: Evaluator, cls: Class, base: Class) -> bool:
    return any(isinstance(one, Class) and one.node is base.node for one in attributes.bases(ev, cls))


def _value(ev: Evaluator, node: ast.Attribute | ast.Call, name: str, module: Module, frame: Frame) -> Value:
    place = ev.place(node, frame)
    match node, module.parents.get(node):
        case ast.Attribute(), ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return stepped(ev.value(value, frame), Step("attribute", ev.source(node, frame), place))
        case ast.Call(args=[_, ast.Constant(), value]), _:
            return stepped(ev.value(value, frame), Step("attribute", name, place))
        case _:
            return Unknown(Hole(ev.source(node, frame), place, reason="it is set where its name is not known"))
