"""A frame: one scope with the values that its parameters have."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from promptlint.source.scopes import Module, Scope
    from promptlint.source.values import Value


@dataclass(frozen=True, eq=False, slots=True)
class Later:
    """An argument that is evaluated, in the frame of the call that passes it, once something asks for it."""

    node: ast.expr
    frame: Frame


@dataclass(eq=False, slots=True)
class Frame:
    """A scope in evaluation. `arguments` None means that the callers are unknown; `owner` is `self`.

    `closure` is the frame of the enclosing function, `depth` the number of calls that led here, `elements`
    what the loops of a comprehension are at.
    """

    scope: Scope
    arguments: Mapping[str, Value | Later] | None = None
    owner: Value | None = None
    closure: Frame | None = None
    depth: int = 0
    memo: dict[ast.AST, Value] = field(default_factory=dict)
    elements: dict[ast.comprehension, Value] = field(default_factory=dict)

    def at(self, loop: ast.comprehension, element: Value) -> Frame:
        """The frame while a loop of a comprehension is at one of its elements."""
        return replace(self, memo={}, elements={**self.elements, loop: element})

    @property
    def module(self) -> Module:
        """The module that the scope stands in."""
        return self.scope.module
