"""The value of each kind of expression."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from promptlint.request import Hole, Part, Text
from promptlint.source import attributes, changes, names, operators, strings
from promptlint.source.flow import Flow
from promptlint.source.joins import join, perhaps_after
from promptlint.source.literals import fstring_pieces, string_piece
from promptlint.source.narrowing import narrowed
from promptlint.source.scopes import name_key
from promptlint.source.values import (
    Const,
    Entry,
    Item,
    Map,
    Seq,
    Str,
    Unknown,
    Value,
    bounded,
    choice,
    hole_of,
    lightened,
    options,
    shortened,
    string_of,
)

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.frames import Frame


def evaluate(ev: Evaluator, node: ast.expr, frame: Frame) -> Value:
    """The value of an expression; unknown where its kind is not followed."""
    handler = _HANDLERS.get(type(node))
    if handler is None:
        return ev.unknown(node, frame, "this kind of expression is not followed")
    return handler(ev, node, frame)


def _constant(ev: Evaluator, node: ast.Constant, frame: Frame) -> Value:
    place = ev.place(node, frame)
    if isinstance(node.value, str):
        return Str(Text((string_piece(frame.module.file, node),)), place)
    return Const(node.value, place)


def _joined(ev: Evaluator, node: ast.JoinedStr, frame: Frame) -> Value:
    pieces = fstring_pieces(frame.module.file, node)
    parts: list[Part] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            if part.value:
                parts.append(pieces[part])
        elif isinstance(part, ast.FormattedValue):
            parts.extend(_formatted(ev, part, frame).parts)
    return bounded(parts, ev.place(node, frame))


def _formatted(ev: Evaluator, node: ast.FormattedValue, frame: Frame) -> Text:
    value = ev.value(node.value, frame)
    spec = ev.value(node.format_spec, frame) if node.format_spec is not None else None
    conversion = chr(node.conversion) if node.conversion >= 0 else ""
    if spec is None and conversion in ("", "s"):
        text = string_of(value)
    else:
        known_spec = spec.text.known if isinstance(spec, Str) else ""
        text = strings.formatted(value, known_spec, conversion)
    return _renamed(text, ev.source(node.value, frame))


def _renamed(text: Text, source: str) -> Text:
    """A hole that fills a whole replacement field is named as it is written there."""
    match text.parts:
        case (Hole() as hole,):
            return Text((replace(hole, name=source),))
        case _:
            return text


def _name(ev: Evaluator, node: ast.Name, frame: Frame) -> Value:
    return names.lookup(ev, node.id, node, frame)


def _attribute(ev: Evaluator, node: ast.Attribute, frame: Frame) -> Value:
    key = name_key(node)
    place = ev.place(node, frame)
    base = ev.value(node.value, frame)
    scope = frame.scope
    found: Value | None = None
    if key is not None and scope.binds(key):
        initial = _counted(ev, frame, key, attributes.get(ev, base, node.attr, place, within=scope))
        found = Flow(ev, frame, key, node).value(initial)
    if found is None:
        found = ev.attribute(base, node.attr, place)
    return found if key is None else narrowed(ev, key, node, frame, found)


def _counted(ev: Evaluator, frame: Frame, key: str, value: Value) -> Value:
    """A number that an attribute has where a method begins, which may have changed it when it ran before."""
    if not isinstance(value, Const) or type(value.value) not in (int, float) or frame.scope.name == "__init__":
        return value
    return perhaps_after(value, Flow(ev, frame, key, None).value(value)) or value


def _subscript(ev: Evaluator, node: ast.Subscript, frame: Frame) -> Value:
    base = ev.value(node.value, frame)
    place = ev.place(node, frame)
    if isinstance(node.slice, ast.Slice):
        return operators.sliced(base, node.slice, place, ev.source(node, frame))
    return ev.index(base, ev.value(node.slice, frame), place, ev.source(node, frame))


def _call(ev: Evaluator, node: ast.Call, frame: Frame) -> Value:
    function = ev.value(node.func, frame)
    arguments = ev.arguments(node, frame)
    return ev.call(function, arguments, ev.place(node, frame), frame, ev.source(node, frame))


def _binary(ev: Evaluator, node: ast.BinOp, frame: Frame) -> Value:
    # A long concatenation is nested to the left, once for each term: it is walked, not recursed into.
    chain: list[ast.BinOp] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        chain.append(left)
        left = left.left
    value = ev.value(left, frame)
    for step in reversed(chain):
        value = ev.operate(step.op, value, ev.value(step.right, frame), ev.place(step, frame))
    return value


def _either(ev: Evaluator, node: ast.BoolOp, frame: Frame) -> Value:
    decides = isinstance(node.op, ast.Or)
    found: list[Value] = []
    for operand in node.values:
        values = list(options(ev.value(operand, frame)))
        last = operand is node.values[-1]
        truths = [operators.default_truth(value) for value in values]
        found += [value for value, truth in zip(values, truths, strict=True) if last or truth in (None, decides)]
        if all(truth is decides for truth in truths):
            break
    return _likeliest_first(found) if decides else choice(found)


def _likeliest_first(found: list[Value]) -> Value:
    """A value of `a or b`: what an unset environment variable would give comes last."""
    unset = [value for value in found if isinstance(value, Unknown) and value.hole.origin == "environment"]
    rest = [value for value in found if value not in unset]
    if rest and unset and all(not isinstance(value, Unknown) for value in rest):
        return names.as_default(choice(rest), "env-default", unset[0].hole)
    return choice([*rest, *unset])


def _not(ev: Evaluator, node: ast.UnaryOp, frame: Frame) -> Value:
    value = ev.value(node.operand, frame)
    if isinstance(node.op, ast.Not):
        truth = operators.truth(value)
        if truth is not None:
            return Const(not truth, ev.place(node, frame))
    if isinstance(node.op, ast.USub) and isinstance(value, Const) and isinstance(value.value, int | float):
        return Const(-value.value, ev.place(node, frame))
    return ev.unknown(node, frame, "not known before run time")


def _conditional(ev: Evaluator, node: ast.IfExp, frame: Frame) -> Value:
    truth = ev.truth(node.test, frame)
    if truth is not None:
        return ev.value(node.body if truth else node.orelse, frame)
    found = join(ev.value(node.body, frame), ev.value(node.orelse, frame))
    assert found is not None
    return found


def _compare(ev: Evaluator, node: ast.Compare, frame: Frame) -> Value:
    left = ev.value(node.left, frame)
    for operator, operand in zip(node.ops, node.comparators, strict=True):
        right = ev.value(operand, frame)
        holds = operators.compare(operator, left, right)
        if holds is None:
            return ev.unknown(node, frame, "not known before run time")
        if not holds:
            return Const(False, ev.place(node, frame))
        left = right
    return Const(True, ev.place(node, frame))


def _sequence(ev: Evaluator, node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Value:
    kind = type(node).__name__.lower()
    items: list[Item] = []
    grows, window = False, None
    for element in node.elts:
        if isinstance(element, ast.Starred):
            value = ev.value(element.value, frame)
            grows = grows or (isinstance(value, Seq) and value.grows)
            window = window or (value.window if isinstance(value, Seq) else None)
            items.extend(changes.spread(value))
        else:
            items.append(Item(lightened(ev.value(element, frame))))
    return Seq(kind, shortened(tuple(items), ev.place(node, frame)), ev.place(node, frame), grows, window)


def _mapping(ev: Evaluator, node: ast.Dict, frame: Frame) -> Value:
    found = Map((), ev.place(node, frame))
    entries: dict[str, Entry] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        content = ev.value(value, frame)
        name = ev.value(key, frame) if key is not None else None
        text = _key_text(name) if name is not None else None
        if key is not None and text is not None:
            entries[text] = Entry(text, lightened(content), ev.place(key, frame))
            continue
        found = replace(found, entries=tuple(entries.values()))
        found = changes.merged(found, content if name is None else Unknown(hole_of(name)))
        entries = {entry.key: entry for entry in found.entries}
    return replace(found, entries=tuple(entries.values()))


def _key_text(key: Value) -> str | None:
    if isinstance(key, Str):
        return key.text.known
    return str(key.value) if isinstance(key, Const) else None


def _comprehension(ev: Evaluator, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, frame: Frame) -> Value:
    first, *more = node.generators
    source = ev.value(first.iter, frame)
    unordered = isinstance(node, ast.SetComp) or (isinstance(source, Seq) and source.kind == "set")
    kind = "set" if unordered else "list"
    place = ev.place(node, frame)
    elements = names.known_elements(source) if not (more or first.ifs) else None
    if elements is not None:
        each = (replace(item, value=ev.value(node.elt, frame.at(first, item.value))) for item in elements)
        return Seq(kind, tuple(each), place)
    element = ev.value(node.elt, frame)
    return Seq(kind, (Item(element, optional=bool(first.ifs), spread=True),), place)


def _lambda(ev: Evaluator, node: ast.Lambda, frame: Frame) -> Value:
    return ev.function(node, frame)


def _inner(ev: Evaluator, node: ast.Await | ast.NamedExpr | ast.Starred, frame: Frame) -> Value:
    return ev.value(node.value, frame)


def _mapping_comprehension(ev: Evaluator, node: ast.DictComp, frame: Frame) -> Value:
    return Map((), ev.place(node, frame), ev.unknown(node, frame, "made by a comprehension"))


_HANDLERS: dict[type, Callable[[Evaluator, Any, Frame], Value]] = {
    ast.Constant: _constant,
    ast.JoinedStr: _joined,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.BoolOp: _either,
    ast.UnaryOp: _not,
    ast.IfExp: _conditional,
    ast.Compare: _compare,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _mapping,
    ast.DictComp: _mapping_comprehension,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.SetComp: _comprehension,
    ast.Lambda: _lambda,
    ast.Await: _inner,
    ast.NamedExpr: _inner,
    ast.Starred: _inner,
}
