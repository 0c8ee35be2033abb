"""What the tests around a place tell of a name: `if "claude" in model:` leaves out the options without it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.request import Hole
from promptlint.source import operators
from promptlint.source.scopes import name_key
from promptlint.source.values import Choice, Const, Str, Unknown, Value, choice, is_overridable, options, place_of

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.frames import Frame

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def narrowed(ev: Evaluator, name: str, point: ast.AST, frame: Frame, value: Value) -> Value:
    """The value of a name, or of `self.name`, at a point, less the options that the tests around it rule out."""
    if not isinstance(value, Choice | Unknown) and not is_overridable(value):
        return value
    child = point
    for parent in frame.module.ancestors(point):
        for left in _left_before(parent, child):
            if _mentions(left.test, name) and not frame.scope.changes_between(name, left, point):
                value = _filtered(ev, left.test, name, frame, value, holds=False)
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            break
        if isinstance(parent, ast.If | ast.IfExp) and child is not parent.test and _mentions(parent.test, name):
            holds = child is parent.body if isinstance(parent, ast.IfExp) else child in parent.body
            if frame.scope.changes_between(name, _before_branch(parent, holds), point):
                break
            value = _filtered(ev, parent.test, name, frame, value, holds)
        child = parent
    return value


def _left_before(parent: ast.AST, child: ast.AST) -> Iterator[ast.If]:
    """The `if` statements before a statement of a block whose bodies leave it: behind them their tests failed."""
    for block in (getattr(parent, field, None) for field in ("body", "orelse", "finalbody")):
        if isinstance(block, list) and child in block:
            for statement in block[: block.index(child)]:
                if isinstance(statement, ast.If) and not statement.orelse and isinstance(statement.body[-1], _LEAVES):
                    yield statement


def reachable(ev: Evaluator, frame: Frame, node: ast.AST, dispatching: bool = False) -> bool:
    """Whether the tests around a node let the code come to it with these arguments.

    With `dispatching`, only tests against strings are asked: they tell models and purposes apart, and cost little.
    """
    child = node
    for parent in frame.module.ancestors(node):
        if isinstance(parent, ast.If) and (not dispatching or _names_string(parent.test)):
            truth = ev.truth(parent.test, frame)
            if (truth is False and child in parent.body) or (truth is True and child in parent.orelse):
                return False
        elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return True
        child = parent
    return True


def _names_string(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Constant) and isinstance(node.value, str) for node in ast.walk(test))


def _before_branch(parent: ast.If | ast.IfExp, holds: bool) -> ast.expr | ast.stmt:
    """The last node that is passed before a branch: what the other branch changes is no change in this one."""
    return parent.body[-1] if isinstance(parent, ast.If) and not holds else parent.test


def _mentions(test: ast.expr, name: str) -> bool:
    return any(name_key(node) == name for node in ast.walk(test))


def _filtered(ev: Evaluator, test: ast.expr, name: str, frame: Frame, value: Value, holds: bool) -> Value:
    kept = [option for option in options(value) if _outcome(ev, test, name, option, frame) is not (not holds)]
    if holds and all(isinstance(option, Unknown) for option in kept):
        equal = _equal_to(ev, test, name, frame)
        if equal is not None:
            return equal
    if not kept:
        # The code is there for what nobody passes here, or for what the environment or a settings file may say.
        what = "a value other than the default" if is_overridable(value) else "a value that no caller seen passes"
        return Unknown(Hole(name, place_of(value), reason=what))
    return choice(kept)


def _equal_to(ev: Evaluator, test: ast.expr, name: str, frame: Frame) -> Value | None:
    """The constant that a test says the name is equal to."""
    match test:
        case ast.Compare(left, [ast.Eq()], [other]) if name_key(left) == name:
            value = ev.value(other, frame)
            return value if isinstance(value, Str | Const) else None
        case ast.BoolOp(ast.And(), values):
            found = (_equal_to(ev, inner, name, frame) for inner in values)
            return next((value for value in found if value is not None), None)
        case _:
            return None


def _outcome(ev: Evaluator, test: ast.expr, name: str, option: Value, frame: Frame) -> bool | None:
    """Whether a test holds when the name has this value; None where that is not known."""
    match test:
        case ast.Name() | ast.Attribute() if name_key(test) == name:
            return operators.default_truth(option)
        case ast.UnaryOp(ast.Not(), operand):
            inner = _outcome(ev, operand, name, option, frame)
            return None if inner is None else not inner
        case ast.BoolOp(operator, values):
            decides = isinstance(operator, ast.Or)
            outcomes = [_outcome(ev, inner, name, option, frame) for inner in values]
            if decides in outcomes:
                return decides
            return None if None in outcomes else not decides
        case ast.Compare(left, [operator], [right]):
            sides = [option if name_key(side) == name else ev.value(side, frame) for side in (left, right)]
            return operators.compare_defaults(operator, sides[0], sides[1])
        case ast.Call(ast.Attribute(text, "startswith" | "endswith" as method), [affix]) if name_key(text) == name:
            return _affix(option, ev.value(affix, frame), method)
        case _:
            return None


def _affix(option: Value, affix: Value, method: str) -> bool | None:
    text, known = operators.known(option), operators.known(affix)
    if not isinstance(text, str) or not isinstance(known, str):
        return None
    return text.startswith(known) if method == "startswith" else text.endswith(known)
