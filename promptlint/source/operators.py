"""Operators, comparisons, truth and subscripts on values."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from promptlint.request import Hole, Piece, Place, Text
from promptlint.source import paths, strings
from promptlint.source.changes import merged
from promptlint.source.values import (
    Arguments,
    Bound,
    Choice,
    Class,
    Const,
    Entry,
    External,
    Func,
    Item,
    Made,
    Map,
    Member,
    ModuleValue,
    Object,
    Partial,
    Seq,
    Str,
    Unknown,
    Value,
    bounded,
    choice,
    hole_of,
    is_overridable,
    options,
    shortened,
    text_of,
)

MAX_REPEATED = 2_000_000  # characters that `"text" * n` may make


MAX_BITS = 4_096  # of an integer: more is no number of tokens, and Python refuses to write it out


def truth(value: Value) -> bool | None:
    """Whether a value counts as true, None where that is not known or may be set otherwise from outside."""
    return None if is_overridable(value) else default_truth(value)


def default_truth(value: Value) -> bool | None:
    """Whether a value counts as true as long as nobody overrides a default."""
    match value:
        case Const(known):
            return bool(known)
        case Str(member=Member(is_text=False)):
            return True
        case Str(text):
            if any(isinstance(part, Piece) and part.text for part in text.parts):
                return True
            return False if text.known == "" else None
        case Seq(_, items):
            return any(not item.optional and not item.spread for item in items) or (None if items else False)
        case Map(entries, _, rest):
            return any(not entry.optional for entry in entries) or (None if entries or rest else False)
        case Choice(found):
            truths = {default_truth(option) for option in found}
            return truths.pop() if len(truths) == 1 else None
        case Func() | Class() | ModuleValue() | Bound() | Partial():
            return True
        case Object(of=External(name)):
            return None if name.startswith("collections.") else True
        case _:
            return None


def compare(operator: ast.cmpop, left: Value, right: Value) -> bool | None:
    """Whether a comparison holds, None where that is not known."""
    if is_overridable(left) or is_overridable(right):
        return None
    return compare_defaults(operator, left, right)


def compare_defaults(operator: ast.cmpop, left: Value, right: Value) -> bool | None:
    """Whether a comparison holds as long as nobody overrides a default."""
    match operator:
        case ast.Is() | ast.IsNot():
            same = _is(left, right)
            return same if same is None or isinstance(operator, ast.Is) else not same
        case ast.In() | ast.NotIn():
            inside = _contains(right, left)
            return inside if inside is None or isinstance(operator, ast.In) else not inside
        case _:
            return _ordered(operator, left, right)


def _is(left: Value, right: Value) -> bool | None:
    if isinstance(left, Const) and isinstance(right, Const):
        return bool(left.value is right.value)
    if isinstance(right, Const) and right.value is None and isinstance(left, Str | Seq | Map | Func | Class | Object):
        return False
    return None


def _contains(container: Value, element: Value) -> bool | None:
    inner = known(element)
    if inner is None or (isinstance(element, Const) and element.value is None):
        return None
    if isinstance(container, Str) and isinstance(inner, str) and container.text.known is not None:
        return inner in container.text.known
    if isinstance(container, Seq):
        if inner in [known(item.value) for item in container.items if not (item.optional or item.spread)]:
            return True
        open_ended = any(item.spread or known(item.value) in (None, inner) for item in container.items)
        return None if open_ended else False
    if isinstance(container, Map) and isinstance(inner, str):
        if entry := container.get(inner):
            return None if entry.optional else True
        return None if container.rest else False
    return None


def _ordered(operator: ast.cmpop, left: Value, right: Value) -> bool | None:
    a, b = known(left), known(right)
    if a is None or b is None:
        return None
    if isinstance(operator, ast.Eq | ast.NotEq) and _is_plain_member(left) is not _is_plain_member(right):
        return isinstance(operator, ast.NotEq)
    try:
        match operator:
            case ast.Eq():
                return bool(a == b)
            case ast.NotEq():
                return bool(a != b)
            case ast.Lt():
                return bool(a < b)  # type: ignore[operator]
            case ast.LtE():
                return bool(a <= b)  # type: ignore[operator]
            case ast.Gt():
                return bool(a > b)  # type: ignore[operator]
            case ast.GtE():
                return bool(a >= b)  # type: ignore[operator]
            case _:
                return None
    except TypeError:
        return None


def _is_plain_member(value: Value) -> bool:
    return isinstance(value, Str) and value.member is not None and not value.member.is_text


def known(value: Value) -> object | None:
    """The Python value of a known string or constant, else None."""
    if isinstance(value, Str):
        return value.text.known
    return value.value if isinstance(value, Const) else None


def binary(operator: ast.operator, left: Value, right: Value, place: Place) -> Value:
    """`left operator right`."""
    is_choice = isinstance(left, Choice) or isinstance(right, Choice)
    if is_choice and (distributed := _distributed(operator, left, right, place)) is not None:
        return distributed
    match operator, left, right:
        case ast.Add(), Seq(), _:
            return _joined_sequence(left, right)
        case ast.Add(), _, Seq(kind, items, where, grows):
            return Seq(kind, (Item(left, spread=True), *items), where, grows)
        case ast.Add(), _, _ if isinstance(left, Str) or isinstance(right, Str):
            return bounded((*text_of(left).parts, *text_of(right).parts), place)
        case ast.Mod(), Str(), _:
            return Str(strings.percent(left.text, right), place)
        case (ast.Mult(), Str(text), Const(int(count))) | (ast.Mult(), Const(int(count)), Str(text)):
            return _repeated(text, count, place)
        case ast.Div(), _, _ if paths.is_path(left) or paths.is_path(right):
            return paths.joined((left, right), place, as_object=True)
        case ast.BitOr(), Map(), _ if not _has_own_or(right):
            return merged(left, right)
        case _, Const(), Const():
            return _arithmetic(operator, left, right, place)
        case ast.BitOr(), _, _ if _is_type(left) and _is_type(right):
            return choice([left, right])
        case ast.BitOr(), _, _:
            made = Made(left, "|", Arguments((right,)), place)
            return Unknown(replace(_operand_hole(left, right), place=place), made)
        case _:
            return Unknown(replace(_operand_hole(left, right), place=place))


def _is_type(value: Value) -> bool:
    """Whether a value can stand in a union of types."""
    return isinstance(value, Class | Const) or (isinstance(value, External) and _is_class_name(value.name))


def _has_own_or(value: Value) -> bool:
    """Whether `mapping | value` is not the union of two mappings: an object decides, and what its class made."""
    match value:
        case Object():
            return True
        case Unknown(made=Made(base=External(name))):
            return any(word[:1].isupper() for word in name.split(".")[-2:])
        case Unknown(made=Made(base=base)):
            return _has_own_or(base)
        case _:
            return False


def _operand_hole(left: Value, right: Value) -> Hole:
    return hole_of(right if isinstance(left, Const) else left)


def _distributed(operator: ast.operator, left: Value, right: Value, place: Place) -> Value | None:
    """The operator over the options of a choice; text keeps its common start and becomes one text."""
    lefts, rights = list(options(left)), list(options(right))
    if isinstance(operator, ast.Add) and any(isinstance(option, Str) for option in (*lefts, *rights)):
        if any(isinstance(option, Seq) for option in (*lefts, *rights)):
            return None
        return bounded((*text_of(left).parts, *text_of(right).parts), place)
    if len(lefts) * len(rights) > 16:
        return None
    return choice([binary(operator, a, b, place) for a in lefts for b in rights])


def _joined_sequence(left: Seq, right: Value) -> Value:
    if isinstance(right, Seq):
        items = shortened((*left.items, *right.items), left.place)
        return replace(left, items=items, grows=left.grows or right.grows)
    return replace(left, items=(*left.items, Item(right, spread=True)))


def _repeated(text: Text, count: int, place: Place) -> Value:
    size = sum(len(part.text) for part in text.parts if isinstance(part, Piece))
    if count * max(size, len(text.parts)) > MAX_REPEATED:
        return Unknown(Hole("...", place, reason="a very long text"))
    return Str(Text(text.parts * max(count, 0)), place)


def _arithmetic(operator: ast.operator, left: Const, right: Const, place: Place) -> Value:
    a, b = left.value, right.value
    numbers = isinstance(a, int | float) and isinstance(b, int | float)
    if numbers and isinstance(operator, ast.Pow) and (abs(a) > 1_000_000 or abs(b) > 64):
        numbers = False
    if numbers and isinstance(operator, ast.LShift) and b > 64:
        numbers = False
    compute = _ARITHMETIC.get(type(operator)) if numbers else None
    if compute is None:
        return Unknown(hole_of(left))
    try:
        made = compute(a, b)
        if isinstance(made, int) and made.bit_length() > MAX_BITS:
            return Unknown(hole_of(left))
        return Const(made, place, (*left.trail, *right.trail))
    except (ArithmeticError, TypeError, ValueError):
        return Unknown(hole_of(left))


_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: a**b,
    ast.LShift: lambda a, b: a << b,
}


def index(value: Value, key: Value, place: Place, source: str) -> Value:
    """`value[key]`."""
    match value, key:
        case (Choice(found), _):
            return choice([index(option, key, place, source) for option in found])
        case (_, Choice(found)):
            return choice([index(value, option, place, source) for option in found])
        case (Seq(_, items), Const(int(position))):
            passed = items[: position + 1] if position >= 0 else items[position:]
            if items and -len(items) <= position < len(items) and not any(i.spread or i.optional for i in passed):
                return items[position].value
        case (Map(entries, _, rest), _):
            return _entry(entries, rest, key, place, source)
        case (Str(text), _):
            return Unknown(Hole(source, place, hole_of_text(text).origin, hole_of_text(text).lifetime))
        case (External("os.environ"), Str()):
            name = key.text.known or source
            return Unknown(Hole(name, place, "environment", "process", detail="os.environ"))
        case (External("typing.Union"), Seq(_, items)):
            return choice([item.value for item in items])
        case (External("typing.Optional"), _):
            return key
        case (External(dotted), _) if _is_class_name(dotted):
            return value  # with its type parameters
        case _:
            pass
    return _unknown_item(value, place, source)


def _entry(entries: tuple[Entry, ...], rest: Unknown | None, key: Value, place: Place, source: str) -> Value:
    name = known(key)
    if name is None:
        values = [entry.value for entry in entries]
        if rest is not None or not values:
            values.append(Unknown(Hole(source, place, reason="the key is not known")))
        return choice(values)
    entry = next((entry for entry in reversed(entries) if entry.key == str(name)), None)
    if entry is not None:
        return entry.value
    base = rest.hole if rest else Hole(source, place, reason=f"no key {name!r}")
    return Unknown(replace(base, name=source, place=place))


def _is_class_name(dotted: str) -> bool:
    last = dotted.rsplit(".", 1)[-1]
    return last[:1].isupper() and not last.isupper()


def _unknown_item(value: Value, place: Place, source: str) -> Value:
    return Unknown(replace(hole_of(value), name=source, place=place))


def hole_of_text(text: Text) -> Hole:
    """The first hole of a text, or one that stands for all of it."""
    return next(text.holes(), None) or Hole("...", Place("", 1, 1, 1, 1), "call", "process")


def sliced(value: Value, at: ast.Slice, place: Place, source: str) -> Value:
    """`value[a:b]`: some of a sequence's items, or a text that cannot be told any more."""
    if isinstance(value, Choice):
        return choice([sliced(option, at, place, source) for option in value.options])
    if isinstance(value, Seq):
        whole = at.lower is None and at.upper is None
        items = value.items if whole else tuple(replace(item, optional=True) for item in value.items)
        last = isinstance(at.lower, ast.UnaryOp) and isinstance(at.lower.op, ast.USub) and at.upper is None
        return replace(value, items=items, window=place if last and value.grows else value.window)
    return Unknown(replace(hole_of(value), name=source, place=place, options=("[:]",)))
