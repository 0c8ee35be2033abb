"""The tools that the Anthropic SDK makes of functions: `@beta_tool`, as of anthropic 2.12 (2026-11)."""

from __future__ import annotations

from promptlint.sdk.schemas import docstrings
from promptlint.sdk.schemas.making import (
    body_of,
    is_self,
    model_of,
    place_of_function,
    said,
    tool,
)
from promptlint.sdk.schemas.values import (
    literal,
    unreadable,
    with_keywords,
)
from promptlint.source.evaluator import Evaluator
from promptlint.source.values import Arguments, Class, Entry, Func, Value, options

_PASSED_ALONG = ("cache_control", "defer_loading", "strict")


def of_function(ev: Evaluator, function: Func, given: Arguments | None) -> Value | None:
    """A function with `@beta_tool`; without that the SDK takes none."""
    if given is None:
        return None
    docs, place = docstrings.of_function(function), place_of_function(function)
    own = given.get("input_schema")
    body: Value | None
    if own is not None:
        cls = next((option for option in options(own) if isinstance(option, Class)), None)
        body = model_of(ev, cls) if cls is not None else own
    else:
        body = body_of(ev, function, lambda number, field: is_self(function, number, field), docs.parameters)
        body = with_keywords(body, additionalProperties=literal(False, place)) if body is not None else None
    further = [Entry(key, value, place) for key, value in given.keywords if key in _PASSED_ALONG]
    name = given.get("name") or literal(function.scope.name, place)
    text = given.get("description") or said(function, docs.text)
    return tool(name, text, body or unreadable(function.scope.name, place), place, *further)
