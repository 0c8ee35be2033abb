"""Whether anything but Claude ends a loop that goes on while Claude calls tools."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from promptlint.sdk.around.words import last_word
from promptlint.source.scopes import Module, name_key

_TOOL_WORDS = frozenset({"tool_use", "tool_calls", "toolUse", "end_turn"})
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_LEAVES = (ast.Break, ast.Return, ast.Raise)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PLAIN = frozenset({"any", "all", "len", "isinstance", "hasattr", "getattr", "get", "lower", "strip", "startswith"})
"""Calls in a test that tell something of the reply; what others look at is not known."""
_CAP = re.compile(
    r"abort|attempt|budget|cancel|count|deadline|depth|elapsed|interrupt|iteration|limit|max_?(?!_?tokens|_?retries)|"
    r"remaining|round|running|shutdown|spent|step|stop_event|timeout|turn(?!_)",
    re.IGNORECASE,
)
"""Names by which a cap goes, be it kept where this cannot look. `end_turn` is none."""
_ASKS = re.compile(
    r"((get|read|user|human|ask|await|console)_)*(input|prompt|prompt_async|confirm|approve|approval)(_.*)?|"
    r"ask_(user|human|for)(_.*)?|recv|readline|sleep|receive.*|listen|poll|wait.*"
)
"""Calls that wait for a person, or for what comes from elsewhere."""


def is_uncapped(module: Module, loop: ast.While) -> bool:
    """Whether a loop goes on for as long as Claude calls tools, and nothing seen in it counts, hurries or asks."""
    if not (_is_true(loop.test) or _of_tools(loop.test)) or not _of_tools(loop):
        return False
    if _is_limited_outside(module, loop) or is_counted(loop):
        return False
    counted = {name_key(node.target) for node in ast.walk(loop) if isinstance(node, ast.AugAssign)}
    tests = [loop.test, *(test for test in _exits(loop))]
    return all(_is_of_the_reply(test, counted) for test in tests) and not _is_paced(module, loop)


def is_counted(loop: ast.While) -> bool:
    """Whether a loop has a name that speaks of a cap."""
    return any(_is_cap(name) for name in _names(loop))


def _is_true(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


def _of_tools(node: ast.AST) -> bool:
    words = {n.value if isinstance(n, ast.Constant) else getattr(n, "attr", None) for n in ast.walk(node)}
    return not words.isdisjoint(_TOOL_WORDS)


def _names(loop: ast.While) -> Iterator[str]:
    for node in ast.walk(loop):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def _is_cap(name: str) -> bool:
    return _CAP.search(name) is not None


def _is_limited_outside(module: Module, loop: ast.While) -> bool:
    """Whether a `with` around the loop has a time limit."""
    for parent in module.ancestors(loop):
        if isinstance(parent, ast.With | ast.AsyncWith):
            if any(_is_cap(last_word(item.context_expr) or "") for item in parent.items):
                return True
        elif isinstance(parent, _FUNCTIONS):
            return False
    return False


def _exits(loop: ast.While) -> Iterator[ast.expr]:
    """The tests upon which the loop may be left."""
    for node in ast.walk(loop):
        if isinstance(node, ast.If) and any(isinstance(inner, _LEAVES) for inner in ast.walk(node)):
            yield node.test


def _is_of_the_reply(test: ast.expr, counted: set[str | None]) -> bool:
    """Whether a test can only be about what Claude said: it compares no amounts, counts nothing, asks nobody."""
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], _ORDER):
            return False
        if isinstance(node, ast.Call) and last_word(node.func) not in _PLAIN:
            return False
        if isinstance(node, ast.Name) and (node.id == "self" or node.id in counted):
            return False
    return True


def _is_paced(module: Module, loop: ast.While) -> bool:
    """Whether something in the loop waits for a person, itself or in a function of this file that it calls."""
    called = {last_word(node.func) for node in ast.walk(loop) if isinstance(node, ast.Call)}
    inner = [node for node in module.parents if isinstance(node, _FUNCTIONS) and node.name in called]
    asked = [node for function in inner for node in ast.walk(function)]
    words = called | {last_word(node.func) for node in asked if isinstance(node, ast.Call)}
    awaited = (n.value for n in ast.walk(loop) if isinstance(n, ast.Await) and isinstance(n.value, ast.Call))
    return any(_ASKS.fullmatch(word) for word in words if word) or "get" in map(last_word, awaited)
