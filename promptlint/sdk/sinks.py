"""The wrappers that the user names, as descriptions of SDKs: which calls are theirs, and what they send."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import Any

from promptlint.request import Hole, Piece, Place, Step, Text
from promptlint.sdk.blocks import without_none
from promptlint.sdk.description import Method, Sdk
from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.shapes import _chat, _tools
from promptlint.sdk.shapes._models import for_claude
from promptlint.sdk.shapes._values import at, mapping, word
from promptlint.sinks import Reference, Sink
from promptlint.source import names, parameters
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module, Scope
from promptlint.source.values import (
    Attr,
    Bound,
    Class,
    Const,
    Func,
    Item,
    Seq,
    Str,
    Unknown,
    Value,
    options,
    place_of,
)

_ALWAYS_SENT = ("model", "max_tokens")


def described(ev: Evaluator, sink: Sink) -> Sdk:
    """The description of an SDK that has this function, or this method of a client, only."""
    package, *inner, name = sink.function.split(".")
    scope = _scope(ev, sink.function)
    details: dict[str, Any] = {"streaming": sink.streaming, "batch": sink.batch, "sink": sink, "scope": scope}
    methods: tuple[Method, ...] = (Method(function=sink.function, **details),)
    if scope is None and inner:
        methods += (Method(path=(name,), **details),)
    return Sdk(
        name=sink.sdk,
        packages=(package,),
        words=(name.encode(),),
        pattern=re.compile(rb"\b%b\b" % re.escape(name.encode())),
        methods=methods,
        clients={inner[-1]: ""} if inner else {},
    )


def own(ev: Evaluator, sdk: Sdk, value: Value) -> Method | None:
    """The method of the description that is this function of the project."""
    method = sdk.methods[0]
    if method.scope is None:
        return None
    match value:
        case Func(node=node) | Bound(function=Func(node=node)) if node is method.scope.node:
            return method
        case Attr(base=Unknown(), name=name) if name == method.scope.name and ev.modules.defined_once(name):
            return method
    return None


def _scope(ev: Evaluator, function: str) -> Scope | None:
    """The function of the project that has this full name; None where it is none of the project's."""
    parts = function.split(".")
    for size in range(len(parts) - 1, 0, -1):
        path = ev.modules.find(".".join(parts[:size]), "")
        module = ev.modules.get(path) if path is not None else None
        if module is not None:
            return _member(ev, module, parts[size:])
    return None


def _member(ev: Evaluator, module: Module, parts: list[str]) -> Scope | None:
    """A function or method of a module, one that the module imports from another too."""
    ev.refuel()
    found = names.module_name(ev, parts[0], ev.module_frame(module))
    possible = options(found) if found is not None else ()
    scope = next((option.scope for option in possible if isinstance(option, Func | Class)), None)
    for part in parts[1:]:
        inner = scope.children.values() if scope is not None else ()
        scope = next((child for child in inner if child.name == part), None)
    return scope if scope is not None and isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef) else None


def translate(ev: Evaluator, method: Method, given: PassedArguments, place: Place) -> PassedArguments | None:
    """The arguments of the Messages API that a call at `place` sends; None where its model is not one of Claude."""
    sink = method.sink
    assert sink is not None
    found = PassedArguments(opaque=list(given.opaque), insert_at=given.insert_at)
    for name in dict.fromkeys((*sink.arguments, *sink.defaults)):
        passed = _given(ev, method, sink.arguments.get(name, ()), given)
        if passed is None and name in sink.defaults and not given.opaque:
            passed = _default(sink.defaults[name], place)
        if passed is not None:
            found.named[name] = passed
    for name in () if given.opaque else _ALWAYS_SENT:
        reason = f"the description of {sink.function} does not tell it"
        found.named.setdefault(name, at(Unknown(Hole(name, place, reason=reason)), place))
    model = found.get("model")
    kept = for_claude(model) if model is not None else None
    if kept is None and model is not None:
        return None
    found.named |= {"model": kept} if kept is not None else {}
    found.named |= _tools.passed_on(found)
    conversation = _conversation(found.named.pop("messages", None), found.named.pop("prompt", None))
    if conversation is not None:
        found.named |= _chat.split(conversation, found.get("system"))
    return found


def _given(ev: Evaluator, method: Method, references: Reference, given: PassedArguments) -> Passed | None:
    """What a call passes for a parameter, or else the parameter's own default."""
    own = _positional(method.scope) if method.scope is not None else []
    for reference in references:
        if isinstance(reference, int):
            index, name = reference, own[reference] if reference < len(own) else ""
        else:
            index, name = own.index(reference) if reference in own else len(given.positional), reference
        passed = given.at(name, index)
        if passed is not None and without_none(passed.value) is not None:
            return passed
        fallback = _own_default(ev, method.scope, name) if method.scope is not None and not given.opaque else None
        if fallback is not None:
            return fallback
    return None


def _positional(scope: Scope) -> list[str]:
    """The parameters that a call can pass by position, in order."""
    node = scope.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    found = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    is_method = scope.parent is not None and isinstance(scope.parent.node, ast.ClassDef)
    is_static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in node.decorator_list)
    return found[1:] if is_method and not is_static else found


def _own_default(ev: Evaluator, scope: Scope, name: str) -> Passed | None:
    node = scope.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    written = parameters.default(node, name)
    value = ev.value(written, ev.module_frame(scope.module)) if written is not None else None
    return at(value) if value is not None and without_none(value) is not None else None


def _default(value: str | int, place: Place) -> Passed:
    """A value that the configuration gives; it stands nowhere in the code but at the call."""
    trail = (Step("config", "tool.promptlint.sinks", place),)
    if isinstance(value, str):
        return at(Str(Text((Piece(value, place, (), trail),)), place), place)
    return at(Const(value, place, trail), place)


def _conversation(messages: Passed | None, prompt: Passed | None) -> Passed | None:
    """The messages, with the prompt as the last; a text is what the user says."""
    if messages is not None and any(isinstance(option, Str) for option in options(messages.value)):
        messages = replace(messages, value=_said(messages.value))
    if prompt is None or messages is None:
        return messages if prompt is None else replace(prompt, value=_said(prompt.value))
    before = messages.value
    items = before.items if isinstance(before, Seq) else (Item(before, spread=True),)
    grows = isinstance(before, Seq) and before.grows
    last = _said(prompt.value)
    return replace(messages, value=Seq("list", (*items, *last.items), place_of(before), grows))


def _said(content: Value) -> Seq:
    """A conversation in which the user says this."""
    place = place_of(content)
    return Seq("list", (Item(mapping(place, role=word("user", place), content=content)),), place)
