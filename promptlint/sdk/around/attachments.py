"""Images and documents: which are sent as they came, at their full size, and which are the same in each round."""

from __future__ import annotations

import ast
from dataclasses import replace

from promptlint.request import Block, Media, Message, Place, Request
from promptlint.sdk.around import cuts
from promptlint.sdk.around.wholes import bulk_at, node_at
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import COMPREHENSIONS, Module, contains

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def with_wholes(ev: Evaluator, request: Request, module: Module, call: ast.Call) -> Request:
    """The request with what its images and documents are: a whole file or upload, the same in all rounds of a loop."""
    messages = request.messages
    if not any(_made_of(block) for message in messages.messages for block in message.blocks):
        return request
    ev.refuel()
    seen = tuple(_message(ev, message, module, call) for message in messages.messages)
    return replace(request, messages=replace(messages, messages=seen))


def _made_of(block: Block) -> bool:
    return any(_made_of(inner) for inner in block.inner) or (block.media is not None and bool(block.media.data))


def _message(ev: Evaluator, message: Message, module: Module, call: ast.Call) -> Message:
    return replace(message, blocks=tuple(_block(ev, block, module, call) for block in message.blocks))


def _block(ev: Evaluator, block: Block, module: Module, call: ast.Call) -> Block:
    if not _made_of(block):
        return block
    block = replace(block, inner=tuple(_block(ev, one, module, call) for one in block.inner))
    if block.media is None:
        return block
    if block.kind == "document":
        return replace(block, media=replace(block.media, fixed_in=_fixed_in(ev, block, module, call)))
    if _is_made_smaller(ev, block, block.media):
        return block
    found = {one.place: one for hole in block.media.data if (one := bulk_at(ev, hole.place)) is not None}
    return replace(block, media=replace(block.media, whole=tuple(found[place] for place in sorted(found))))


def _fixed_in(ev: Evaluator, block: Block, module: Module, call: ast.Call) -> tuple[Place, ...]:
    """The loops around a call in its own function whose rounds do not change the block."""
    where, node = node_at(ev, block.place)
    if node is None or where is not module or module.function_of(node) is not module.function_of(call):
        return ()
    found = []
    for parent in module.ancestors(call):
        if isinstance(parent, _FUNCTIONS):
            break
        if isinstance(parent, (*_LOOPS, *COMPREHENSIONS)) and _is_fixed(parent, node):
            found.append(module.file.place(parent))
    return tuple(found)


def _is_fixed(loop: ast.stmt | ast.expr, node: ast.expr) -> bool:
    """Whether nothing that a block is made of is bound, or made of nothing by a call, within a loop."""
    if not contains(loop, node):
        return True
    given: dict[str, list[ast.expr]] = {}
    bound: set[str] = set()
    for inner in ast.walk(loop):
        if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
            given.setdefault(inner.targets[0].id, []).append(inner.value)
        elif isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            bound.add(inner.id)
    bound -= given.keys()
    seen: set[str] = set()
    pending = [node]
    while pending:
        for part in ast.walk(pending.pop()):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and not (part.args or part.keywords):
                return False
            if isinstance(part, ast.Name) and part.id not in seen:
                seen.add(part.id)
                pending += given.get(part.id, [])
    return seen.isdisjoint(bound)


def _is_made_smaller(ev: Evaluator, block: Block, media: Media) -> bool:
    """Whether a file that the image passes speaks of sizes: it may have been made smaller on the disk."""
    places = {block.place.path, *(hole.place.path for hole in media.data)}
    places |= {step.place.path for hole in media.data for step in hole.trail}
    modules = [ev.modules.get(path) for path in sorted(places) if path.endswith(".py")]
    return any(module is None or cuts.IMAGE.search(module.file.text) for module in modules)
