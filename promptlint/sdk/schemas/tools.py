"""Functions and classes that are tools -> their definitions, as each SDK makes them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from promptlint.sdk.passed import PassedArguments
from promptlint.sdk.schemas import anthropic, instructor, langchain, pydantic_ai, strands
from promptlint.sdk.schemas.formats import with_format
from promptlint.sdk.schemas.making import decorator
from promptlint.source.evaluator import Evaluator
from promptlint.source.values import Arguments, Bound, Class, Func, Partial, Seq, Value, choice, options

_FUNCTIONS: Mapping[str, Callable[[Evaluator, Func, Arguments | None], Value | None]] = {
    "anthropic": anthropic.of_function,
    "langchain": langchain.of_function,
    "pydantic_ai": pydantic_ai.of_function,
    "strands": strands.of_function,
}
_MODELS: Mapping[str, Callable[[Evaluator, Class], Value]] = {
    "langchain": langchain.of_model,
    "instructor": instructor.of_model,
}


def with_tools(ev: Evaluator, sdk: str, given: PassedArguments) -> PassedArguments:
    """The arguments of a request, with the functions and classes among its tools as `sdk` sends them.

    Of Anthropic's own SDK the format of the answer too.
    """
    if sdk == "anthropic":
        given = with_format(ev, given)
    listed = given.get("tools")
    if listed is None:
        return given
    found = [_listed(ev, sdk, option) for option in options(listed.value)]
    if all(new is old for new, old in zip(found, options(listed.value), strict=True)):
        return given
    return replace(given, named={**given.named, "tools": replace(listed, value=choice(found))})


def _listed(ev: Evaluator, sdk: str, tools: Value) -> Value:
    if not isinstance(tools, Seq) or not any(isinstance(i.value, Func | Bound | Class | Partial) for i in tools.items):
        return tools
    return replace(tools, items=tuple(replace(i, value=described(ev, sdk, i.value)) for i in tools.items))


def described(ev: Evaluator, sdk: str, value: Value) -> Value:
    """A tool as `sdk` sends it; the value itself where it is no function or class, or that SDK makes nothing of it.

    A partial application stands for a function and what the tool is made of it with.
    """
    ev.refuel()
    if isinstance(value, Class):
        return _MODELS[sdk](ev, value) if sdk in _MODELS else value
    inner = value.function if isinstance(value, Partial) else value
    function = inner.function if isinstance(inner, Bound) else inner
    if not isinstance(function, Func) or isinstance(function.node, ast.Lambda) or sdk not in _FUNCTIONS:
        return value
    given = value.arguments if isinstance(value, Partial) else decorator(ev, function)
    made = _FUNCTIONS[sdk](ev, function, given)
    return made if made is not None else value
