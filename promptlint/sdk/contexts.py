"""What surrounds a send: what repeats it, in its own function and in its callers, and how the program comes to it."""

from __future__ import annotations

import ast
from dataclasses import replace

from promptlint.request import Arm, Context, Loop, Retry
from promptlint.request.call import EntryKind
from promptlint.sdk.around import graphs, loops, retries, turns
from promptlint.sdk.around.counts import source
from promptlint.sdk.around.reach import Point, points
from promptlint.sdk.around.words import last_word
from promptlint.source.callers import is_test
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module

_HANDLERS = frozenset(
    "get post put patch delete route websocket websocket_route api_route on_message on_event command message "
    "callback action view errorhandler subscribe http_trigger api_view listener tool".split()
)
_TASKS = frozenset({"task", "shared_task", "actor", "job", "periodic_task", "flow", "dag", "cron", "scheduled_job"})

_BARE = Context()


def context(
    ev: Evaluator,
    module: Module,
    node: ast.AST,
    agent_loop: bool,
    inside: Context = _BARE,
    has_tools: bool = True,
) -> Context:
    """The context of a node. `inside` is what a wrapper has around the send itself."""
    found: list[Loop] = list(inside.loops)
    again: list[Retry] = list(inside.retries)
    arms: list[Arm] = list(inside.arms)
    entries: list[EntryKind] = []
    for point in points(ev, module, node):
        outside = point.level > 0 or point.passing
        found += [replace(loop, in_caller=loop.in_caller or outside) for loop in _loops(ev, point, has_tools)]
        again += [replace(retry, in_caller=outside) for retry in retries.around(ev, point.module, point.node)]
        if point.passing:
            continue
        arms += [replace(arm, in_caller=outside) for arm in turns.arms(point.module, point.node)]
        entries.append(entry(point.module, point.node))
        if point.level and found and entries[-1] != "function":
            break
    kinds: tuple[EntryKind, ...] = ("test", "handler", "task", "script")
    if entries[0] == "function":
        entries.insert(0, next((kind for kind in kinds if kind in entries), "function"))
    return Context(
        tuple(dict.fromkeys(found)),
        tuple(dict.fromkeys(again)),
        entries[0],
        agent_loop,
        inside.relay,
        tuple(dict.fromkeys(arms)),
    )


def own(found: Context) -> Context:
    """What of a context is not the callers'."""
    return replace(
        found,
        loops=tuple(loop for loop in found.loops if not loop.in_caller),
        retries=tuple(retry for retry in found.retries if not retry.in_caller),
        arms=tuple(arm for arm in found.arms if not arm.in_caller),
    )


def _loops(ev: Evaluator, point: Point, has_tools: bool) -> list[Loop]:
    found = loops.around(ev, point.module, point.node, has_tools)
    if point.driver is not None:
        found.append(Loop("pool", point.module.file.place(point.driver), source(point.module, point.driver.func)))
    if not point.passing:
        found += [replace(loop, in_caller=True) for loop in graphs.loops(ev, point.module, point.node)]
    return found


def entry(module: Module, node: ast.AST) -> EntryKind:
    """The kind of entry point that a node stands in, as far as its own file tells."""
    if is_test(module.path):
        return "test"
    functions = [n for n in module.ancestors(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        names = {last_word(decorator) for decorator in function.decorator_list}
        if names & _TASKS:
            return "task"
        if names & _HANDLERS:
            return "handler"
    return "function" if functions else "script"
