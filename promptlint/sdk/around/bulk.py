"""What a tool's result holds whole: the output of a command, a file, a page or the rows of a query.

It holds none where a function on its way slices, measures or shortens something: where it can be meant to be short,
nothing is said.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from promptlint.request import Block, Bulk, Hole, Place, Request
from promptlint.sdk.around import cuts
from promptlint.sdk.around.wholes import bulk_at, node_at
from promptlint.source.evaluator import Evaluator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def with_bulk(ev: Evaluator, request: Request, runs_tools: bool) -> Request:
    """The request with what its tools' results hold whole; `runs_tools` where the SDK calls their functions itself."""
    messages, tools = request.messages, request.tools
    if any(block.kind == "tool_result" for message in messages.messages for block in message.blocks):
        ev.refuel()
        marked = ((one, tuple(_marked(ev, block) for block in one.blocks)) for one in messages.messages)
        said = tuple(replace(message, blocks=blocks) for message, blocks in marked)
        return replace(request, messages=replace(messages, messages=said))
    if runs_tools and tools.tools:
        ev.refuel()
        made = tuple(replace(tool, bulk=tuple(_returned(ev, tool.place))) for tool in tools.tools)
        return replace(request, tools=replace(tools, tools=made))
    return request


def _marked(ev: Evaluator, block: Block) -> Block:
    if block.kind != "tool_result" or block.text is None or _cut_at(ev, (block.place,)):
        return block
    found = {bulk.place: bulk for hole in block.text.holes() for bulk in _of_hole(ev, hole)}
    return replace(block, bulk=tuple(found[place] for place in sorted(found)))


def _of_hole(ev: Evaluator, hole: Hole) -> Iterator[Bulk]:
    found = bulk_at(ev, hole.place)
    if found is not None and not _cut_at(ev, (hole.place, *(step.place for step in hole.trail))):
        yield found


def _returned(ev: Evaluator, place: Place) -> Iterator[Bulk]:
    """What the function of a tool returns whole."""
    module = ev.modules.get(place.path) if place.path.endswith(".py") else None
    if module is None:
        return
    function = next((n for n in module.scopes if isinstance(n, _FUNCTIONS) and module.file.place(n) == place), None)
    if function is None or cuts.cuts(function, cuts.TEXT):
        return
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None and module.function_of(node).node is function:
            found = bulk_at(ev, module.file.place(node.value))
            if found is not None:
                yield found


def _cut_at(ev: Evaluator, places: tuple[Place, ...]) -> bool:
    """Whether a function that one of these places lies in makes something shorter."""
    for place in places:
        module, node = node_at(ev, place)
        if module is not None and node is not None and cuts.cuts(module.function_of(node).node, cuts.TEXT):
            return True
    return False
