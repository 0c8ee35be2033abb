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
from promptlint.source.values import Map, Object, Seq, Str, Value, hole_of, options, place_of

_VALID_ID = re.compile(r"[\w.:/#-]+")


def of_module(ev: Evaluator, module: Module, sdk: Sdk, named: tuple[Directive, ...]) -> list[CallSite]:
    """The call sites of a module, in order. `named` are the comments that give a call its id."""
    found: list[CallSite] = []
    for send in find(ev, module, sdk):
        for given, batch in _requests(ev, send):
            found.append(_site(ev, module, send, given, batch))
    return _with_ids(found, named)


def _requests(ev: Evaluator, send: Send) -> list[tuple[PassedArguments, bool]]:
    """The arguments of the request, or of each request of a batch."""
    given = passed.of_call(ev, send.call, send.frame, send.given, send.reference)
    if not send.method.requests:
        return [(given, False)]
    listed = given.get(send.method.requests)
    sequences = [o for o in options(listed.value) if isinstance(o, Seq)] if listed is not None else []
    found = [
        (replace_insertion(passed.of_mapping(parameters), given), True)
        for sequence in sequences
        for item in sequence.items
        if (parameters := _parameters(item.value)) is not None
    ]
    if found:
        return found
    unknown = PassedArguments(opaque=[send.method.requests], insert_at=given.insert_at)
    return [(unknown, True)]


def replace_insertion(found: PassedArguments, given: PassedArguments) -> PassedArguments:
    """The arguments of a batch's request: new ones do not go into the call."""
    del given
    return found


def _parameters(value: Value) -> Map | None:
    """The `params` of one request of a batch."""
    for option in options(value):
        if isinstance(option, Map) and (entry := option.get("params")) is not None:
            return _as_map(entry.value)
        if isinstance(option, Object) and option.arguments is not None:
            inner = option.arguments.get("params")
            return _as_map(inner) if inner is not None else None
    return None


def _as_map(value: Value) -> Map | None:
    from promptlint.request import Place
    from promptlint.source.values import Entry

    for option in options(value):
        if isinstance(option, Map):
            return option
        if isinstance(option, Object) and option.arguments is not None:
            place: Place = option.place
            entries = tuple(Entry(k, v, place_of(v)) for k, v in option.arguments.keywords)
            return Map(entries, place)
    return None


def _site(ev: Evaluator, module: Module, send: Send, given: PassedArguments, batch: bool) -> CallSite:
    request = requests.build(given, send.method.streaming, batch)
    function = _function(module, send.call)
    return CallSite(
        id=f"{module.path}::{function or '<module>'}",
        place=module.file.place(send.call),
        function=function,
        api=f"{send.sdk.name}.{send.method.api}",
        request=request,
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
    """Whether the call is awaited, or made by an asynchronous client."""
    for option in options(send.client):
        if isinstance(option, Object):
            name = option.of.name if not isinstance(option.of.__class__, type) else getattr(option.of, "name", "")
            if "Async" in str(name).rsplit(".", 1)[-1]:
                return True
    parent = module.parents.get(send.call)
    if isinstance(parent, ast.Await):
        return True
    if isinstance(parent, ast.withitem):
        return isinstance(module.parents.get(parent), ast.AsyncWith)
    return False


def _client(send: Send) -> Client:
    for option in options(send.client):
        if isinstance(option, Object):
            arguments = option.arguments
            name = getattr(option.of, "name", "") or getattr(getattr(option.of, "node", None), "name", "")

            def argument(key: str, kind: type) -> Argument[Any]:
                value = arguments.get(key) if arguments is not None else None
                if value is None:
                    return Argument(present=False if arguments is not None else None)
                return requests.argument(Passed(value, place_of(value), place_of(value)), kind)

            return Client(
                send.platform,
                name,
                option.place,
                argument("max_retries", int),
                argument("timeout", object),
                argument("base_url", str),
            )
    return Client(send.platform, hole_of(send.client).name)


def _with_ids(sites: list[CallSite], named: tuple[Directive, ...]) -> list[CallSite]:
    """The call sites with ids of their own: the second in a function gets `#2`, a comment's name goes before."""
    counted: Counter[str] = Counter()
    found = []
    for site in sites:
        counted[site.id] += 1
        number = counted[site.id]
        own = site.id if number == 1 else f"{site.id}#{number}"
        given = next((d.reason for d in named if d.place.line in range(site.place.line - 1, site.place.end_line + 1)), "")
        found.append(replace(site, id=given if _VALID_ID.fullmatch(given) else own))
    return found


_ = Str
