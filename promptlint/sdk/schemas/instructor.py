"""The tool that Instructor makes of a `response_model`, as of instructor 1.17 (2026-11)."""

from __future__ import annotations

from promptlint.sdk.schemas.making import (
    model_of,
    tool,
)
from promptlint.sdk.schemas.values import (
    literal,
    value_of,
)
from promptlint.source.evaluator import Evaluator
from promptlint.source.values import Class, Map, Value


def of_model(ev: Evaluator, cls: Class) -> Value:
    """The tool of a model: its docstring describes it."""
    place, made = cls.scope.module.file.place(cls.node), model_of(ev, cls)
    text = value_of(made, "description") if isinstance(made, Map) else None
    otherwise = f"Correctly extracted `{cls.node.name}` with all the required parameters with correct types"
    return tool(literal(cls.node.name, place), text or literal(otherwise, place), made, place)
