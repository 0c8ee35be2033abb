"""The `response_model` of a structured answer: what of its schema can be told."""

from __future__ import annotations

import ast

from promptlint.request import Hole
from promptlint.sdk.passed import Passed
from promptlint.sdk.receivers import Receiver
from promptlint.sdk.shapes._values import word
from promptlint.source.values import Attr, Class, Entry, External, Map, Unknown, Value, options


def tool(response_model: Passed) -> Map:
    """The tool that a model becomes: its name and docstring; the schema is made at run time."""
    place = response_model.place
    cls = next((option for option in options(response_model.value) if isinstance(option, Class)), None)
    name = cls.node.name if cls is not None else ""
    entries = [Entry("name", word(name, place), place)] if name else []
    described = ast.get_docstring(cls.node) if cls is not None else None
    if described and cls is not None:
        entries.append(Entry("description", word(described, cls.scope.module.file.place(cls.node.body[0])), place))
    hole = Hole(name or "response_model", place, "call", "process", reason="a schema that is made at run time")
    return Map(tuple(entries), place, Unknown(hole))


def in_the_prompt(client: Receiver) -> bool:
    """Whether the client's mode puts the schema into the prompt instead of a tool."""
    mode = client.arguments.get("mode", 1) if client.arguments is not None else None
    return mode is not None and any("JSON" in _last(option) for option in options(mode))


def _last(value: Value) -> str:
    if isinstance(value, Attr | External):
        return value.name.rsplit(".", 1)[-1]
    return ""
