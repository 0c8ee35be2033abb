"""Functions that send what their callers fix: the callers are the call sites then, up to five levels away."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from promptlint.request import Piece, Place
from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.sends import Send, arguments
from promptlint.source import arguments as binding
from promptlint.source import parameters
from promptlint.source.callers import Caller
from promptlint.source.evaluator import Evaluator
from promptlint.source.frames import Frame, Later
from promptlint.source.narrowing import reachable
from promptlint.source.operators import known
from promptlint.source.scopes import Scope
from promptlint.source.values import Choice, Const, Map, Object, Seq, Str, Unknown, Value, choice, hole_of, options

MAX_LEVELS = 5
MAX_WORK = 12_000  # evaluations for all callers of one send
MIN_PROMPT = 80  # characters of literal prompt: less is a name or an option that fills a template
_PROMPT = frozenset({"system", "messages"})
_FIXED = ("model", "max_tokens", "system", "messages")


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A caller of a send's function. `given` are the arguments that the send then has.

    `fixes` tells whether it fixes the model, the cap or a part of the prompt worth the name.
    """

    caller: Caller
    frame: Frame
    given: PassedArguments
    fixes: bool


def routes(ev: Evaluator, send: Send) -> list[Route]:
    """The callers that fix the model, the prompt or the cap of a send; empty where it fixes them itself."""
    function = _outermost(send.frame.scope)
    if function is None or send.is_guess:
        return []
    found = list(_up(ev, send, function, [], frozenset(), ev.spent + MAX_WORK))
    return found if any(route.fixes for route in found) else []


def _outermost(scope: Scope) -> Scope | None:
    """The function or method that a scope stands in, not one that is local to another."""
    found: Scope | None = None
    current: Scope | None = scope
    while current is not None and not isinstance(current.node, ast.Module):
        if isinstance(current.node, ast.FunctionDef | ast.AsyncFunctionDef):
            found = current
        current = current.parent
    return found


def _up(
    ev: Evaluator, send: Send, function: Scope, path: list[Caller], seen: frozenset[Scope], limit: int
) -> Iterator[Route]:
    """The routes through the callers of a function; `path` leads from it down to the send.

    `limit` is the number of evaluations at which no further caller is followed up.
    """
    if len(path) >= MAX_LEVELS or function in seen or ev.spent > limit:
        return
    ev.refuel()
    frame = _descend(ev, send, sealed(ev, function), path)
    if frame is None:
        return
    # With open parameters a shape may not see that the request is one for Claude: then all of it is open.
    sealed_given = arguments(ev, send, frame) or PassedArguments()
    relevant = open_arguments(sealed_given) if sealed_given.named else frozenset(_FIXED)
    if path and (any(piece.text.strip() for piece in _pieces(sealed_given)) or not relevant & _PROMPT):
        return
    for caller in ev.callers.of(function):
        above = _outermost(caller.frame.scope)
        if above is function:
            continue  # it calls itself: that is no other request
        higher = () if above is None else _up(ev, send, above, [caller, *path], seen | {function}, limit)
        deeper = list(higher)
        if any(route.fixes for route in deeper):
            yield from deeper
            continue
        ev.refuel()
        inner = _descend(ev, send, caller.frame, [caller, *path])
        given = arguments(ev, send, inner) if inner is not None and reachable(ev, inner, send.call) else None
        if inner is not None and given is not None:
            fixes = _brings_prompt(caller, given) or any(_is_fixed(given, name) for name in relevant)
            yield Route(caller, inner, _placed(ev, given, relevant, caller), fixes)


def _brings_prompt(caller: Caller, given: PassedArguments) -> bool:
    """Whether a good part of the prompt comes in through the arguments of a caller."""
    nodes = [*caller.call.args, *(keyword.value for keyword in caller.call.keywords)]
    # An argument that the request needs was evaluated for it; the others bring nothing.
    values = [value for node in nodes if (value := caller.frame.memo.get(node)) is not None]
    brought = [piece.place for value in values for piece in _pieces_of(value)]
    fixed = (piece for piece in _pieces(given) if any(place.contains(piece.place) for place in brought))
    return sum(len(piece.text) for piece in fixed) >= MIN_PROMPT


def _is_fixed(given: PassedArguments, name: str) -> bool:
    found = given.get(name)
    if found is None or name in _PROMPT:
        return found is not None and has_static(found.value)
    # The `:` of `f"{provider}:{name}"` is no name yet.
    return any(has_static(option) and known(option) is not None for option in options(found.value))


def _pieces(given: PassedArguments) -> Iterator[Piece]:
    """The literal pieces of system and messages."""
    for name in sorted(_PROMPT):
        argument = given.get(name)
        if argument is not None:
            yield from _pieces_of(argument.value)


def _pieces_of(value: Value, depth: int = 6) -> Iterator[Piece]:
    match value:
        case Str(text):
            yield from text.pieces()
        case Seq(_, items) if depth:
            for item in items:
                yield from _pieces_of(item.value, depth - 1)
        case Map(entries) if depth:
            for entry in entries:
                if entry.key not in ("role", "type"):
                    yield from _pieces_of(entry.value, depth - 1)
        case Choice(found):
            for option in found:
                yield from _pieces_of(option, depth)


def sealed(ev: Evaluator, scope: Scope) -> Frame:
    """The frame of a function whose parameters are left open, whoever calls it."""
    node = scope.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    spec = node.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    every += [argument for argument in (spec.vararg, spec.kwarg) if argument is not None]
    open_frame = ev.frame_of(scope)
    holes: dict[str, Value] = {argument.arg: Unknown(parameters.hole(argument, scope)) for argument in every}
    for argument in every:
        made = parameters.annotated(ev, argument, open_frame)
        if isinstance(made, Object):
            holes[argument.arg] = made
    return Frame(scope, holes, open_frame.owner, open_frame.closure)


def _descend(ev: Evaluator, send: Send, frame: Frame, path: list[Caller]) -> Frame | None:
    """The frame of the send when the calls of a path are made one after the other, starting in `frame`."""
    inner_scopes = [*(caller.frame.scope for caller in path[1:]), send.frame.scope]
    for caller, inner_scope in zip(path, inner_scopes[: len(path)], strict=True):
        target = _outermost(inner_scope)
        at = _nested(ev, frame, caller.frame.scope)
        if target is None or at is None or not reachable(ev, at, caller.call):
            return None
        assert isinstance(target.node, ast.FunctionDef | ast.AsyncFunctionDef)
        ev.refuel()
        if not ev.callers.reaches(caller, target, at):
            return None
        owner = caller.owner or ev.frame_of(target).owner
        given: Mapping[str, Value | Later] | None = binding.bound_later(caller.call, at, target.node, caller.shift)
        if given is None:
            brings = ev.callers.arguments(caller, at)
            given = binding.bound(target.node, brings, owner is not None, ev.place(caller.call, at))
        given = _with_own_calls(ev, target, given)
        frame = Frame(target, given, owner, ev.frame_of(target).closure, frame.depth + 1)
    return _nested(ev, frame, send.frame.scope)


def _with_own_calls(ev: Evaluator, function: Scope, given: Mapping[str, Value | Later]) -> Mapping[str, Value | Later]:
    """The arguments of a function that may call itself with others: a retry with another model or a higher cap."""
    node = function.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    found = dict(given)
    for caller in ev.callers.of(function):
        if _outermost(caller.frame.scope) is not function:
            continue
        for name in parameters.names(node):
            if parameters.is_handed_through(caller, function, name):
                continue
            default = parameters.default(node, name)
            fallback = ev.value(default, ev.module_frame(function.module)) if default is not None else None
            own = binding.given_to(ev, caller.call, caller.frame, node, name, caller.shift)
            again = fallback if isinstance(own, str) else own
            first = found.get(name, fallback)
            first = ev.value(first.node, first.frame) if isinstance(first, Later) else first
            if first is not None and again is not None:
                found[name] = choice([first, again])
    return found


def _nested(ev: Evaluator, frame: Frame, scope: Scope) -> Frame | None:
    """The frame of a scope that is local to the frame's function, or the frame itself."""
    if scope is frame.scope:
        return frame
    between: list[Scope] = []
    current: Scope | None = scope
    while current is not None and current is not frame.scope:
        if isinstance(current.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            between.insert(0, current)
        current = current.parent
    if current is None:
        return ev.frame_of(scope) if isinstance(scope.node, ast.Module | ast.ClassDef) else None
    for inner in between:
        frame = Frame(inner, None, None, frame, frame.depth)
    return frame


def open_arguments(given: PassedArguments) -> frozenset[str]:
    """The arguments of a send that are wholly a parameter of the function it stands in."""
    return frozenset(name for name in _FIXED if (found := given.get(name)) is not None and _is_open(name, found.value))


def _is_open(name: str, value: Value) -> bool:
    kept = [option for option in options(value) if not (isinstance(option, Const) and option.value is None)]
    if name in _PROMPT:
        return bool(kept) and not any(has_static(option) for option in kept) and any(map(_has_parameter, kept))
    return any(isinstance(option, Unknown | Str) and _has_parameter(option) for option in kept)


def _has_parameter(value: Value) -> bool:
    match value:
        case Unknown(hole):
            return hole.origin == "parameter"
        case Str(text):
            return any(hole.origin == "parameter" for hole in text.holes())
        case Seq(_, items):
            return any(_has_parameter(item.value) for item in items)
        case Map(entries):
            return any(_has_parameter(entry.value) for entry in entries if entry.key in ("content", "text"))
        case _:
            return hole_of(value).origin == "parameter"


def has_static(value: Value, depth: int = 6) -> bool:
    """Whether a value brings text, a number or a prompt that stands in the source."""
    match value:
        case Const(known):
            return isinstance(known, int) and not isinstance(known, bool)
        case Str(text):
            return any(piece.text.strip() for piece in text.pieces())
        case Seq(_, items):
            return depth > 0 and any(has_static(item.value, depth - 1) for item in items)
        case Map(entries):
            inner = (e.value for e in entries if e.key not in ("role", "type", "cache_control"))
            return depth > 0 and any(has_static(value, depth - 1) for value in inner)
        case Choice(found):
            return any(has_static(option, depth) for option in found)
        case _:
            return False


def _placed(ev: Evaluator, given: PassedArguments, relevant: frozenset[str], caller: Caller) -> PassedArguments:
    """The arguments with the places at the caller of those that the caller passes."""
    named = dict(given.named)
    for name in relevant & given.named.keys():
        place = _place_at(ev, caller, given.named[name])
        if place is not None:
            named[name] = replace(given.named[name], keyword=place.start, place=place)
    return replace(given, named=named)


def _place_at(ev: Evaluator, caller: Caller, argument: Passed) -> Place | None:
    """Where the caller passes the value of an argument."""
    nodes = [*caller.call.args, *(keyword.value for keyword in caller.call.keywords)]
    for node in nodes:
        value = ev.value(node, caller.frame)
        if any(_same_start(value, option) for option in options(argument.value)):
            return ev.place(node, caller.frame)
    return None


def _same_start(value: Value, other: Value) -> bool:
    if isinstance(value, Str) and isinstance(other, Str):
        mine, theirs = next(value.text.pieces(), None), next(other.text.pieces(), None)
        return mine is not None and theirs is not None and mine.place == theirs.place
    if isinstance(value, Const) and isinstance(other, Const):
        return value.place == other.place
    return isinstance(value, Seq) and isinstance(other, Seq) and value.place == other.place
