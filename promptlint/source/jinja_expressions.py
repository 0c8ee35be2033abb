"""What the expressions of a Jinja template are worth, given the names that it is rendered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from promptlint.request import Hole, Piece, Text
from promptlint.source import operators
from promptlint.source.joins import join
from promptlint.source.values import (
    Const,
    Item,
    Map,
    Seq,
    Str,
    Unknown,
    Value,
    bounded,
    hole_of,
    text_of,
)

if TYPE_CHECKING:
    from jinja2 import nodes

    from promptlint.source.evaluator import Evaluator
    from promptlint.source.jinja_places import Places

Context = dict[str, Value]


def value(ev: Evaluator, node: nodes.Expr, context: Context, places: Places) -> Value:
    """What an expression is worth; a hole where that is known at run time only."""
    handler = _EXPRESSIONS.get(type(node).__name__)
    if handler is None:
        inner = getattr(node, "node", None) or getattr(node, "left", None)
        base = value(ev, inner, context, places) if inner is not None else None
        return _taking_after(base, node, places)
    return handler(_Asked(ev, context, places), node)


def named(found: Value, node: nodes.Expr, places: Places) -> Value:
    """A value, whose hole bears the name that is written in the template."""
    source = places.source(node)
    return Unknown(replace(found.hole, name=source)) if source and isinstance(found, Unknown) else found


def bind(context: Context, target: Any, found: Value, places: Places) -> None:
    """Give a name, or some names, a value."""
    if type(target).__name__ == "Name":
        context[target.name] = found
    elif type(target).__name__ == "Tuple":
        for number, item in enumerate(target.items):
            place = places.expression(item)
            bind(context, item, operators.index(found, Const(number, place), place, getattr(item, "name", "")), places)


def _taking_after(base: Value | None, node: nodes.Expr, places: Places) -> Unknown:
    place = places.expression(node)
    name = places.source(node) or "..."
    if base is None or isinstance(base, Const | Str | Seq | Map):
        return Unknown(Hole(name, place, "call", "request", reason="computed by the template"))
    return Unknown(replace(hole_of(base), name=name, place=place))


class _Asked:
    """A question: the names that are known, and where things stand."""

    def __init__(self, ev: Evaluator, context: Context, places: Places) -> None:
        self.ev = ev
        self.context = context
        self.places = places

    def value(self, node: nodes.Expr) -> Value:
        return value(self.ev, node, self.context, self.places)

    def constant(self, node: Any) -> Value:
        if isinstance(node.value, str):
            place = self.places.literal(node)
            return Str(Text((Piece(node.value, place),) if node.value else ()), place)
        return Const(node.value, self.places.expression(node))

    def name(self, node: Any) -> Value:
        found = self.context.get(node.name)
        if found is not None:
            return found
        place = self.places.expression(node)
        return Unknown(Hole(node.name, place, "parameter", "request", reason="a name that the template is given"))

    def attribute(self, node: Any) -> Value:
        base = self.value(node.node)
        place = self.places.expression(node)
        source = f"{hole_of(base).name}.{node.attr}"
        if isinstance(base, Map):
            return operators.index(base, Str(Text((Piece(node.attr, place),)), place), place, source)
        found = self.ev.attribute(base, node.attr, place)
        return found if isinstance(found, Const | Str | Seq | Map) else Unknown(replace(hole_of(found), name=source))

    def item(self, node: Any) -> Value:
        base = self.value(node.node)
        source = f"{hole_of(base).name}[...]"
        return operators.index(base, self.value(node.arg), self.places.expression(node), source)

    def sequence(self, node: Any) -> Value:
        items = tuple(Item(self.value(item)) for item in node.items)
        return Seq(type(node).__name__.lower(), items, self.places.expression(node))

    def joined(self, node: Any) -> Value:
        parts = [part for item in node.nodes for part in text_of(self.value(item)).parts]
        return bounded(parts, self.places.expression(node))

    def conditional(self, node: Any) -> Value:
        nothing = Str(Text(), self.places.expression(node))
        truth = operators.truth(self.value(node.test))
        either = [self.value(node.expr1), self.value(node.expr2) if node.expr2 is not None else nothing]
        if truth is not None:
            return either[0 if truth else 1]
        return join(*either) or nothing

    def negated(self, node: Any) -> Value:
        truth = operators.truth(self.value(node.node))
        return _taking_after(None, node, self.places) if truth is None else self._truth(not truth, node)

    def compared(self, node: Any) -> Value:
        left, right = operators.known(self.value(node.expr)), operators.known(self.value(node.ops[0].expr))
        if len(node.ops) == 1 and node.ops[0].op in ("eq", "ne") and left is not None and right is not None:
            return self._truth((left == right) is (node.ops[0].op == "eq"), node)
        return _taking_after(None, node, self.places)

    def tested(self, node: Any) -> Value:
        if node.name == "defined" and getattr(node.node, "name", None) in self.context:
            return self._truth(True, node)
        return _taking_after(None, node, self.places)

    def filtered(self, node: Any) -> Value:
        base = self.value(node.node) if node.node is not None else None
        return base if base is not None and node.name == "safe" else _taking_after(base, node, self.places)

    def _truth(self, truth: bool, node: nodes.Expr) -> Const:
        return Const(truth, self.places.expression(node))


_EXPRESSIONS: dict[str, Callable[[_Asked, Any], Value]] = {
    "Const": _Asked.constant,
    "Name": _Asked.name,
    "Getattr": _Asked.attribute,
    "Getitem": _Asked.item,
    "List": _Asked.sequence,
    "Tuple": _Asked.sequence,
    "Concat": _Asked.joined,
    "CondExpr": _Asked.conditional,
    "Not": _Asked.negated,
    "Compare": _Asked.compared,
    "Test": _Asked.tested,
    "Filter": _Asked.filtered,
}
