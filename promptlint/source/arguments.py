"""What a call passes, and what of it each parameter gets."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from promptlint.request import Hole, Place
from promptlint.source.frames import Frame, Later
from promptlint.source.scopes import FunctionNode
from promptlint.source.values import Arguments, Entry, Item, Map, Seq, Unknown, Value, hole_of, place_of

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

NOTHING = Arguments()


def passed(ev: Evaluator, call: ast.Call, frame: Frame) -> Arguments:
    """The values that a call passes; `*` and `**` are taken apart as far as they are known."""
    positional: list[Value] = []
    opaque = False
    for argument in call.args:
        if not isinstance(argument, ast.Starred):
            positional.append(ev.value(argument, frame))
            continue
        value = ev.value(argument.value, frame)
        if isinstance(value, Seq) and not any(item.spread or item.optional for item in value.items):
            positional.extend(item.value for item in value.items)
        else:
            opaque = True
    keywords: list[tuple[str, Value]] = []
    for keyword in call.keywords:
        value = ev.value(keyword.value, frame)
        if keyword.arg is not None:
            keywords.append((keyword.arg, value))
        elif isinstance(value, Map):
            keywords.extend((entry.key, entry.value) for entry in value.entries)
            opaque = opaque or value.rest is not None
        else:
            opaque = True
    return Arguments(tuple(positional), tuple(keywords), opaque)


def given_to(
    ev: Evaluator, call: ast.Call, frame: Frame, node: FunctionNode, name: str, shift: int
) -> Value | Literal["nothing", "opaque"]:
    """What a call passes for one parameter, without a look at the others.

    `shift` is the number of positional parameters that the call does not pass (`self`), less the arguments in
    front that are not for the function.
    """
    for keyword in call.keywords:
        if keyword.arg == name:
            return ev.value(keyword.value, frame)
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    index = names.index(name) - shift if name in names else -1
    plain = call.args[: index + 1] if index >= 0 else []
    if any(k.arg is None for k in call.keywords):
        return "opaque"
    if any(isinstance(argument, ast.Starred) for argument in plain):
        found = passed(ev, call, frame)
        return found.positional[index] if index < len(found.positional) else "opaque" if found.opaque else "nothing"
    return ev.value(call.args[index], frame) if 0 <= index < len(call.args) else "nothing"


def expression_for(call: ast.Call, node: FunctionNode, name: str, shift: int) -> ast.expr | None:
    """The expression that a call passes for one parameter, where it stands there as it is; see `given_to`."""
    named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    index = names.index(name) - shift if name in names else -1
    if named is not None or not 0 <= index < len(call.args):
        return named
    return None if any(isinstance(one, ast.Starred) for one in call.args[: index + 1]) else call.args[index]


def bound_later(call: ast.Call, frame: Frame, node: FunctionNode, shift: int) -> dict[str, Later] | None:
    """What each parameter gets of a call, not evaluated yet; None where `*` or `**` hide it."""
    if any(isinstance(argument, ast.Starred) for argument in call.args) or any(k.arg is None for k in call.keywords):
        return None
    if node.args.vararg is not None or node.args.kwarg is not None:
        return None
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    found = {
        names[index + shift]: Later(argument, frame)
        for index, argument in enumerate(call.args)
        if 0 <= index + shift < len(names)
    }
    return found | {keyword.arg: Later(keyword.value, frame) for keyword in call.keywords if keyword.arg}


def bound(node: FunctionNode, arguments: Arguments, skip_first: bool, place: Place) -> dict[str, Value]:
    """What each parameter gets; one that gets nothing is left out.

    `skip_first` leaves `self` out, `place` is the call.
    """
    spec = node.args
    names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    if skip_first:
        names = names[1:]
    found = dict(zip(names, arguments.positional, strict=False))
    accepted = {*names, *(argument.arg for argument in spec.kwonlyargs)}
    extra: list[Entry] = []
    for key, value in arguments.keywords:
        if key in accepted:
            found[key] = value
        else:
            extra.append(Entry(key, value, place_of(value)))
    for name in accepted - found.keys() if arguments.opaque else ():
        found[name] = Unknown(Hole(name, place, reason="it may be among arguments that cannot be read"))
    if spec.kwarg is not None:
        rest = Unknown(hole_of(Map((), place))) if arguments.opaque else None
        found[spec.kwarg.arg] = Map(tuple(extra), place, rest)
    if spec.vararg is not None:
        more = tuple(Item(value) for value in arguments.positional[len(names) :])
        found[spec.vararg.arg] = Seq("tuple", more, place)
    return found
