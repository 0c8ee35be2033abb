"""What Pydantic AI's agents say themselves: system prompts, instructions and tools, passed or added by decorators."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from promptlint.request import Part, Piece, Place, Text, Variant
from promptlint.sdk.receivers import Receiver
from promptlint.sdk.schemas.tools import described
from promptlint.sdk.shapes import Gathered
from promptlint.sdk.shapes._parts import items, marked, text_block, tool, unseen, without_none
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module
from promptlint.source.values import (
    Arguments,
    Bound,
    Entry,
    Func,
    Item,
    Object,
    Seq,
    Str,
    Value,
    options,
    place_of,
    text_of,
)

_BETWEEN = "\n\n"
_TOOLSETS = ("toolsets", "mcp_servers", "builtin_tools", "capabilities")
_DECORATORS = frozenset({"system_prompt", "instructions", "tool", "tool_plain"})


@dataclass(frozen=True, slots=True)
class Added:
    """A function that a decorator adds to an agent."""

    decorator: str
    function: Func


def added(gathered: Gathered, agent: Receiver) -> list[Added]:
    """What decorators add to an agent, in the file that makes it and in that of the call."""
    made_in = gathered.ev.modules.get(place_of(agent.made).path) if place_of(agent.made).path else None
    modules = dict.fromkeys(module for module in (made_in, gathered.frame.module) if module is not None)
    return [one for module in modules for one in _added_in(gathered.ev, module, place_of(agent.made))]


def _added_in(ev: Evaluator, module: Module, made: Place) -> Iterator[Added]:
    functions = [node for node in module.scopes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in sorted(functions, key=lambda node: node.lineno):
        for decorator in node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if not isinstance(target, ast.Attribute) or target.attr not in _DECORATORS:
                continue
            ev.refuel()
            frame = ev.frame_of(module.scopes[node].parent or module.scope)
            if any(isinstance(one, Object) and one.place == made for one in options(ev.value(target.value, frame))):
                yield Added(target.attr, ev.function(node, frame))


def system(gathered: Gathered, agent: Receiver, extra: list[Added], marker: Entry | None) -> Value | None:
    """The system prompt: all system prompts as one block, then each instruction, those that functions give last."""
    fixed, moving = _blocks(gathered, agent.arguments or Arguments(), extra)
    texts = [*fixed, *moving]
    if not texts:
        return None
    if len(texts) == 1 and (marker is None or moving):
        return texts[0].value
    blocks = [replace(item, value=text_block(item.value)) for item in texts]
    if fixed:
        last = blocks[len(fixed) - 1]
        blocks[len(fixed) - 1] = replace(last, value=marked(last.value, marker))
    return Seq("list", tuple(blocks), place_of(blocks[0].value))


def _blocks(gathered: Gathered, made_with: Arguments, extra: list[Added]) -> tuple[list[Item], list[Item]]:
    """The texts of the blocks: the literal ones, behind which a cache marker stands, and those of functions."""
    here = gathered.given.get("instructions")
    prompts = [*items(without_none(made_with.get("system_prompt")))]
    prompts += [Item(_returned(gathered, one.function)) for one in extra if one.decorator == "system_prompt"]
    told = [*items(without_none(made_with.get("instructions")))]
    told += items(without_none(here.value)) if here is not None else ()
    fixed = [Item(_joined(prompts))] if prompts else []
    fixed += [item for item in told if not isinstance(item.value, Func | Bound)]
    functions = [item.value.function if isinstance(item.value, Bound) else item.value for item in told]
    functions += [one.function for one in extra if one.decorator == "instructions"]
    return fixed, [Item(_returned(gathered, function)) for function in functions if isinstance(function, Func)]


def _joined(prompts: list[Item]) -> Value:
    if len(prompts) == 1:
        return prompts[0].value
    first = place_of(prompts[0].value)
    parts: list[Part] = []
    for number, item in enumerate(prompts):
        text = Text(((Piece(_BETWEEN, first),) if number else ()) + text_of(item.value).parts)
        parts += [Variant((Text(), text))] if item.optional or item.spread else text.parts
    return Str(Text(tuple(parts)), first)


def _returned(gathered: Gathered, function: Func) -> Value:
    """What a function that gives a prompt returns."""
    module = function.scope.module
    place, frame = module.file.place(function.node), gathered.ev.module_frame(module)
    gathered.ev.refuel()
    value = gathered.ev.call(function, Arguments(), place, frame, f"{function.scope.name}()")
    return without_none(value) or value


def tools(gathered: Gathered, agent: Receiver, extra: list[Added], marker: Entry | None) -> Seq | None:
    """The tools: functions passed and decorated; toolsets have more, which cannot be seen."""
    made_with = agent.arguments or Arguments()
    listed = without_none(made_with.get("tools"))
    place = place_of(agent.made if listed is None else listed)
    ev = gathered.ev
    found = [replace(item, value=described(ev, "pydantic_ai", tool(item.value))) for item in items(listed)]
    functions = (one.function for one in extra if one.decorator in ("tool", "tool_plain"))
    found += [Item(described(ev, "pydantic_ai", function)) for function in functions]
    if found:
        found[-1] = replace(found[-1], value=marked(found[-1].value, marker))
    for name in _TOOLSETS:
        passed = gathered.given.get(name)
        value = without_none(passed.value if passed is not None else made_with.get(name))
        if any(not (isinstance(i.value, Object) and i.value.of_external("Caching")) for i in items(value)):
            found.append(Item(unseen(name, place, f"{name} bring tools of their own"), spread=True))
    return Seq("list", tuple(found), place) if found else None
