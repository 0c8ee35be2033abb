"""How the client of a send was made: its retries, timeout, address and beta features."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from promptlint.request import Argument, Client, Place, Step
from promptlint.sdk import requests
from promptlint.sdk.passed import Passed
from promptlint.sdk.sends import Send
from promptlint.source.evaluator import Evaluator
from promptlint.source.operators import known
from promptlint.source.values import Arguments, Class, Map, Object, Seq, Unknown, Value, hole_of, options, place_of

_RETRIES = ("max_retries", "num_retries")
_TIMEOUT = ("timeout", "request_timeout", "default_request_timeout", "http_client")
"""Where none is given, the SDK takes that of the HTTP client."""
_ADDRESS = ("base_url", "api_base", "anthropic_api_url", "endpoint_url")
_HEADERS = ("default_headers", "extra_headers", "headers")
_BETA = "anthropic-beta"
_COPIES = frozenset({"with_options", "copy"})


def client(ev: Evaluator, send: Send) -> Client:
    """The client of a send, as far as it can be followed; what the call itself passes goes before."""
    made, changes = _made(send)
    at_call = _at_call(ev, send)
    if made is None:
        bare = Client(send.platform, hole_of(send.client).name)
        return replace(bare, timeout=_argument([at_call], _TIMEOUT, object), betas=_betas([at_call]))
    given = [at_call, *reversed(changes), made.arguments]
    name = class_name(made)
    defaults = send.sdk.client_defaults.get(name) or send.sdk.client_defaults.get("*", {})
    return Client(
        send.platform,
        name,
        made.place,
        _or_default(_argument(given, _RETRIES, int), defaults, "max_retries", made.place),
        _or_default(_argument(given, _TIMEOUT, object), defaults, "timeout", made.place),
        _argument([*changes, made.arguments], _ADDRESS, str),
        _betas(given),
    )


def class_name(value: Value) -> str:
    """The class of an object, without its modules; empty for other values."""
    if not isinstance(value, Object):
        return ""
    return value.of.node.name if isinstance(value.of, Class) else value.of.name.rsplit(".", 1)[-1]


def _made(send: Send) -> tuple[Object | None, list[Arguments]]:
    """The object that a method is called on, and what copies of it were given since (`with_options`)."""
    for option in options(send.client):
        changes: list[Arguments] = []
        value: Value = option
        while isinstance(value, Unknown) and value.made is not None and value.made.method in _COPIES:
            changes.insert(0, value.made.arguments)
            value = value.made.base
        if isinstance(value, Object):
            return value, changes
    return None, []


def _at_call(ev: Evaluator, send: Send) -> Arguments:
    """What the call passes that is no part of the request."""
    wanted = {*_RETRIES, *_TIMEOUT, *_HEADERS, "betas"}
    named = [keyword for keyword in send.call.keywords if keyword.arg in wanted and keyword.value is not send.reference]
    return Arguments((), tuple((keyword.arg or "", ev.value(keyword.value, send.frame)) for keyword in named))


def _argument(given: list[Arguments | None], names: tuple[str, ...], kind: type) -> Argument[Any]:
    """An argument by one of its names, from the first that passes it."""
    for arguments in given:
        for name in names if arguments is not None else ():
            value = arguments.get(name) if arguments is not None else None
            if value is not None:
                return requests.argument(Passed(value, place_of(value), place_of(value)), kind)
    open_ended = any(arguments is None or arguments.opaque for arguments in given)
    return Argument(complete=not open_ended, present=None if open_ended else False)


def _or_default(found: Argument[Any], defaults: dict[str, Any], name: str, place: Place) -> Argument[Any]:
    """The SDK's own value where none is passed."""
    if found.present is not False or name not in defaults:
        return found
    return replace(found, values=(defaults[name],), how="default", trail=(Step("default", name, place),))


def _betas(given: list[Arguments | None]) -> tuple[str, ...]:
    """The beta features that are asked for, by argument or header; nothing else is read of a header."""
    found: list[str] = []
    for arguments in given:
        for name, value in arguments.keywords if arguments is not None else ():
            if name == "betas":
                found += _texts(value)
            elif name in _HEADERS:
                entries = (option.get(_BETA) for option in options(value) if isinstance(option, Map))
                found += [text for entry in entries if entry is not None for text in _texts(entry.value)]
    return tuple(dict.fromkeys(name.strip() for text in found for name in text.split(",") if name.strip()))


def _texts(value: Value) -> list[str]:
    if isinstance(value, Seq):
        return [text for item in value.items for text in _texts(item.value)]
    texts = (known(option) for option in options(value))
    return [text for text in texts if isinstance(text, str)]
