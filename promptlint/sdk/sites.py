"""Sends -> call sites: each with its id, its request, its client and its context."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from typing import Any

from promptlint.request import Argument, CallSite, Client, Directive
from promptlint.sdk import contexts, passed, requests
from promptlint.sdk.description import Sdk
from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.sends import Send, find
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import COMPREHENSIONS, Module
from promptlint.source.values import Arguments, Class, Entry, Map, Object, Seq, Value, hole_of, options, place_of

_VALID_ID = re.compile(r"[\w.:/#-]+")


def of_module(ev: Evaluator, module: Module, sdk: Sdk, named: tuple[Directive, ...]) -> list[CallSite]:
    """The call sites of a module, in order. `named` are the comments that give a call its id."""
    sites = [_site(module, send, given) for send in find(ev, module, sdk) for given in _requests(ev, send)]
    return _with_ids(sites, named)


def _requests(ev: Evaluator, send: Send) -> list[PassedArguments]:
    """The arguments of the request, or of each request of a batch."""
    given = passed.of_call(ev, send.call, send.frame, send.given, send.reference)
    if not send.method.requests:
        return [given]
    listed = given.get(send.method.requests)
    items = [
        item.value
        for option in (options(listed.value) if listed is not None else ())
        if isinstance(option, Seq)
        for item in option.items
    ]
    found = [passed.of_mapping(parameters) for item in items if (parameters := _parameters(item)) is not None]
    return found or [PassedArguments(opaque=[send.method.requests])]


def _parameters(value: Value) -> Map | None:
    """The `params` of one request of a batch."""
    for option in options(value):
        request = _as_map(option)
        if request is not None and (entry := request.get("params")) is not None:
            return next((inner for o in options(entry.value) if (inner := _as_map(o)) is not None), None)
    return None


def _as_map(value: Value) -> Map | None:
    """A mapping, written as one or as a call of the SDK's type for it."""
    if isinstance(value, Map):
        return value
    if isinstance(value, Object) and value.arguments is not None:
        entries = tuple(Entry(key, inner, place_of(inner)) for key, inner in value.arguments.keywords)
        return Map(entries, value.place)
    return None


def _site(module: Module, send: Send, given: PassedArguments) -> CallSite:
    function = _function(module, send.call)
    batch = bool(send.method.requests)
    return CallSite(
        id=f"{module.path}::{function or '<module>'}",
        place=module.file.place(send.call),
        function=function,
        api=f"{send.sdk.name}.{send.method.api}",
        request=requests.build(given, send.method.streaming, batch),
        asynchronous=_is_async(module, send),
        priced=send.method.priced,
        client=_client(send),
        context=contexts.context(module, send.call, send.method.agent_loop),
    )


def _function(module: Module, node: ast.AST) -> str:
    scope = module.scope_of(node)
    while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
        scope = scope.parent
    return scope.qualified_name


def _is_async(module: Module, send: Send) -> bool:
    """Whether the call runs in an event loop: in an `async def`, or through an asynchronous client."""
    if any(_class_name(option).startswith("Async") for option in options(send.client)):
        return True
    return any(isinstance(node, ast.AsyncFunctionDef) for node in module.ancestors(send.call))


def _class_name(value: Value) -> str:
    if not isinstance(value, Object):
        return ""
    return value.of.node.name if isinstance(value.of, Class) else value.of.name.rsplit(".", 1)[-1]


def _client(send: Send) -> Client:
    made = next((option for option in options(send.client) if isinstance(option, Object)), None)
    if made is None:
        return Client(send.platform, hole_of(send.client).name)
    return Client(
        send.platform,
        _class_name(made),
        made.place,
        _client_argument(made.arguments, "max_retries", int),
        _client_argument(made.arguments, "timeout", object),
        _client_argument(made.arguments, "base_url", str),
    )


def _client_argument(arguments: Arguments | None, name: str, kind: type) -> Argument[Any]:
    value = arguments.get(name) if arguments is not None else None
    if value is None:
        return Argument(complete=arguments is not None, present=False if arguments is not None else None)
    return requests.argument(Passed(value, place_of(value), place_of(value)), kind)


def _with_ids(sites: list[CallSite], named: tuple[Directive, ...]) -> list[CallSite]:
    """The call sites with ids of their own: the second in a function gets `#2`, a comment's name goes before."""
    counted: Counter[str] = Counter()
    found = []
    for site in sites:
        counted[site.id] += 1
        number = counted[site.id]
        own = site.id if number == 1 else f"{site.id}#{number}"
        lines = range(site.place.line - 1, site.place.end_line + 1)
        given = next((comment.reason for comment in named if comment.place.line in lines), "")
        found.append(replace(site, id=given if _VALID_ID.fullmatch(given) else own))
    return found
