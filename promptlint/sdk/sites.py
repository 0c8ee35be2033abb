"""Sends -> call sites: each with its id, its request, its client and its context."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from promptlint.request import CallSite, Context, Directive, Loop, Request, Response, Via
from promptlint.sdk import clients, contexts, passed, requests, wrappers
from promptlint.sdk.around import attachments, bulk, growth, loops, relays, replies, turns
from promptlint.sdk.description import Sdk
from promptlint.sdk.passed import PassedArguments
from promptlint.sdk.sends import Send, arguments, find
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module
from promptlint.source.values import Entry, Map, Object, Seq, Value, options, place_of

_VALID_ID = re.compile(r"[\w.:/#-]+")


@dataclass(slots=True, eq=False)
class Found:
    """A call site that has no final id yet, and those of its callers."""

    site: CallSite
    callers: list[Found] = field(default_factory=list)


def of_module(ev: Evaluator, module: Module, sdk: Sdk) -> list[Found]:
    """The call sites of a module's sends, those in callers of them too."""
    found: list[Found] = []
    for send in find(ev, module, sdk):
        callers = [] if send.method.requests else _callers(ev, send)
        for given in _requests(ev, send):
            site = _site(ev, send, given)
            found.append(Found(as_wrapper(site) if callers else site, callers))
        found += callers
    return found


def as_wrapper(site: CallSite) -> CallSite:
    """The place that sends, where its callers are the call sites: what is around them is theirs."""
    open_model = replace(site.request.model, complete=False)
    own = contexts.own(site.context)
    return replace(site, role="wrapper", request=replace(site.request, model=open_model), context=own)


def _callers(ev: Evaluator, send: Send) -> list[Found]:
    """The call sites in the callers that fix what a send sends, one for each place that calls."""
    found: dict[ast.Call, Found] = {}
    for route in wrappers.routes(ev, send):
        if route.caller.call not in found:
            found[route.caller.call] = Found(_caller_site(ev, send, route))
    return list(found.values())


def _caller_site(ev: Evaluator, send: Send, route: wrappers.Route) -> CallSite:
    module = route.caller.module
    function = _function(module, route.caller.call)
    inner = _site(ev, send, route.given)
    return replace(
        inner,
        id=f"{module.path}::{function or '<module>'}",
        place=module.file.place(route.caller.call),
        function=function,
        context=contexts.context(
            ev,
            module,
            route.caller.call,
            inner.context.agent_loop,
            contexts.own(inner.context),
            _may_call_tools(inner.request),
        ),
        response=_response(ev, send, route.caller.call),
        via=Via(inner.place, inner.function),
    )


def _requests(ev: Evaluator, send: Send) -> list[PassedArguments]:
    """The arguments of the request, or of each request of a batch."""
    given = arguments(ev, send, send.frame)
    if given is None:
        return []
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


def _site(ev: Evaluator, send: Send, given: PassedArguments) -> CallSite:
    module = send.frame.module
    request = requests.build(given, send.method.streaming, send.method.batch or bool(send.method.requests))
    request = attachments.with_wholes(ev, request, module, send.call)
    request = bulk.with_bulk(ev, request, send.method.agent_loop or given.agent_loop)
    if not _may_call_tools(request) and loops.needs_tools(module, send.call):
        request = replace(request, messages=replace(request.messages, grows=False))
    request = replace(request, by_turn=turns.by_turn(module, send.call))
    agent_loop = send.method.agent_loop or given.agent_loop or request.messages.grows
    function = _function(module, send.call)
    around = contexts.context(
        ev, module, send.call, agent_loop, Context(_fan_out(module, send)), _may_call_tools(request)
    )
    relay = relays.relay(ev, module, send.call) if request.streaming else None
    site = CallSite(
        id=f"{module.path}::{function or '<module>'}",
        place=module.file.place(send.call),
        function=function,
        api=f"{send.sdk.name}.{send.method.api}",
        request=request,
        asynchronous=_is_async(module, send),
        priced=send.method.priced,
        client=clients.client(ev, send),
        context=replace(around, relay=relay),
        response=_response(ev, send),
    )
    return replace(site, request=replace(request, growth=growth.growth_of(ev, site)))


def _response(ev: Evaluator, send: Send, within: ast.Call | None = None) -> Response:
    """What is read of the reply, by one caller of a wrapper or by all; that of a batch comes later."""
    if send.method.requests or not send.method.replies or send.sdk.reply is None:
        return Response()
    ev.refuel()
    return replies.response(ev, send.frame.module, send.call, send.sdk.reply, within)


def _may_call_tools(request: Request) -> bool:
    """Whether a request may have tools."""
    tools = request.tools
    return tools.present is None or bool(tools.tools) or not tools.complete


def _fan_out(module: Module, send: Send) -> tuple[Loop, ...]:
    """The loop that a method runs over its first argument, with a request for each item."""
    if not send.method.fan_out or not send.call.args:
        return ()
    over = send.call.args[0]
    bound = len(over.elts) if isinstance(over, ast.List | ast.Tuple) else None
    source = " ".join(module.file.segment(module.file.place(over)).split())[:60]
    return (Loop("pool", module.file.place(send.call), source, bound),)


def _function(module: Module, node: ast.AST) -> str:
    return module.function_of(node).qualified_name


def _is_async(module: Module, send: Send) -> bool:
    """Whether the call runs in an event loop: in an `async def`, or through an asynchronous client."""
    if send.method.asynchronous or any(
        clients.class_name(option).startswith("Async") for option in options(send.client)
    ):
        return True
    return any(isinstance(node, ast.AsyncFunctionDef) for node in module.ancestors(send.call))


def with_ids(found: list[Found], named: dict[str, tuple[Directive, ...]]) -> list[CallSite]:
    """The call sites in order, with ids of their own: the second in a function gets `#2`, a comment's name goes before.

    `named` are the comments that give ids, by the source of their place.
    """
    counted: Counter[str] = Counter()
    ids: dict[Found, str] = {}
    ordered = sorted(found, key=lambda one: (one.site.place, one.site.via is not None))
    for one in ordered:
        site = one.site
        counted[site.id] += 1
        number = counted[site.id]
        own = site.id if number == 1 else f"{site.id}#{number}"
        lines = range(site.place.line - 1, site.place.end_line + 1)
        comments = named.get(site.place.source, ())
        given = next((comment.reason for comment in comments if comment.place.line in lines), "")
        ids[one] = given if _VALID_ID.fullmatch(given) else own
    return [
        replace(one.site, id=ids[one], callers=tuple(dict.fromkeys(ids[caller] for caller in one.callers)))
        for one in ordered
    ]
