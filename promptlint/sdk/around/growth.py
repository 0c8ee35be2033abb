"""What grows with each request and is sent again with the next, while nothing that is seen makes it shorter.

That is a conversation that is kept between calls, by session or in a process that serves, and the results of all rounds
of a loop that each of its prompts holds. Where anything slices, counts, drops or summarises it, nothing is said.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from promptlint.request import CallSite, Growth, Hole, Place
from promptlint.sdk.around.caps import is_counted
from promptlint.sdk.around.wholes import node_at
from promptlint.sdk.around.words import last_word
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module, Scope, name_key, subscripted

_ADDS = frozenset({"append", "extend", "add", "insert"})
_DROPS = frozenset({"pop", "popleft", "clear", "remove"})
_SHORTENS = re.compile(
    r"trim|prun(e|ing)|compact|summar|truncat|condens|evict|deque|context_management|context_window|"
    r"(max|limit|last|recent|keep|window)_?\w*(history|messages|turns|context|exchanges|results|notes|conversation)|"
    r"(history|messages|turns|context)_?(limit|window|size|max|len)|count_tokens|token_(count|limit|budget)|num_tokens|"
    r"total_tokens|tokens_used|used_tokens|(remaining|left)_tokens|tokens_(remaining|left)",
    re.IGNORECASE,
)
_AFRESH = re.compile(r"__init__|__post_init__|reset|clear|new|start|begin|setup|open", re.IGNORECASE)
_SERVES = ("handler", "task")
_ELEMENTS = ("an element of ", "any number of items")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def growth_of(ev: Evaluator, site: CallSite) -> Growth | None:
    """What of a call's request grows without end."""
    ev.refuel()
    return _session(ev, site) or next(_rounds(ev, site), None)


def _session(ev: Evaluator, site: CallSite) -> Growth | None:
    """A conversation that is kept in an attribute or a global of a process that serves, or one for each key."""
    messages = site.request.messages
    module, node = node_at(ev, messages.place) if messages.place is not None else (None, None)
    if module is None or node is None or messages.window is not None or _SHORTENS.search(module.file.text):
        return None
    kept = _store(module, node)
    if kept is None or not (kept[1] or (messages.grows and site.context.entry in _SERVES)):
        return None
    name, function = kept[0], module.function_of(node)
    if _is_shortened(module.file.tree, name) or _is_begun(module, function, name):
        return None
    names = {name, *_aliases(function, name)}
    added = sorted({place for one in names for place in _additions(module, function.node, one)})
    answers = [place for place in added if "assistant" in module.file.segment(place)]
    return Growth("session", name, answers[0]) if answers and len(added) > 1 else None


def _store(module: Module, node: ast.expr, steps: int = 3) -> tuple[str, bool] | None:
    """The attribute or global that holds a list, and whether one for each of many keys."""
    part = subscripted(node)
    if part is not None:
        key = name_key(part[0])
        outside = key is not None and ("." in key or module.scope.binds(key))
        return (key or "", True) if outside and not isinstance(part[1], ast.Slice | ast.Constant) else None
    key = name_key(node)
    if key is None or "." in key:
        return (key, False) if key is not None and key.startswith("self.") else None
    function = module.function_of(node)
    if not function.binds(key):
        return (key, False) if module.scope.binds(key) else None
    given = [value for value in _given(function, key) if value is not None]
    return _store(module, given[0], steps - 1) if len(given) == 1 and steps else None


def _given(function: Scope, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function.node):
        if isinstance(node, ast.Assign) and any(name_key(target) == name for target in node.targets):
            yield node.value


def _aliases(function: Scope, name: str) -> Iterator[str]:
    """The local names of what is kept under a name."""
    for node in ast.walk(function.node):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            part = subscripted(node.value)
            if name_key(part[0] if part is not None else node.value) == name:
                yield node.targets[0].id


def _is_begun(module: Module, function: Scope, name: str) -> bool:
    """Whether what is kept begins anew with each call: it is set where it is sent, or in what begins no session."""
    for node in ast.walk(module.file.tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            around = module.function_of(node)
            sets = isinstance(around.node, _FUNCTIONS) and any(name_key(target) == name for target in targets)
            if sets and (around is function or not _AFRESH.search(around.name)):
                return True
    return False


def _rounds(ev: Evaluator, site: CallSite) -> Iterator[Growth]:
    """Lists that each round of a loop adds to, and that the prompt of each holds whole."""
    request = site.request
    holes = [*request.system.text.holes(), *request.messages.text.holes()]
    joined = [found for hole in holes if hole.reason.startswith(_ELEMENTS) for found in _lists(ev, hole)]
    for loop in site.context.loops if joined else ():
        module = ev.modules.get(loop.place.path) if loop.kind == "while" and loop.bound is None else None
        node = _while_at(module, loop.place) if module is not None else None
        if module is not None and node is not None and not is_counted(node):
            for where, point, name in joined:
                yield from _growing_in(module, node, _names_in(where, point, module, node, name))


def _lists(ev: Evaluator, hole: Hole) -> Iterator[tuple[Module, ast.expr, str]]:
    """The lists whose elements are put together in a prompt, and where: in a comprehension, or by `join`."""
    where, target = node_at(ev, hole.place)
    if where is not None and target is not None and hole.detail.isidentifier() and _is_collected(where, target):
        yield where, target, hole.detail
    for step in hole.trail:
        where, made = node_at(ev, step.place)
        if where is not None and made is not None:
            match made:
                case ast.Call(ast.Attribute(_, "join"), [ast.Name(name)]):
                    yield where, made, name


def _is_collected(module: Module, target: ast.expr) -> bool:
    """Whether an element stands in a comprehension: elsewhere it is the one that a request is about."""
    return any(isinstance(node, ast.ListComp | ast.GeneratorExp) for node in module.ancestors(target))


def _growing_in(module: Module, loop: ast.While, names: Iterator[str]) -> Iterator[Growth]:
    if _SHORTENS.search(module.file.segment(module.file.place(loop))):
        return
    for name in names:
        added = next(_additions(module, loop, name), None)
        begun = any(name_key(t) == name for n in ast.walk(loop) if isinstance(n, ast.Assign) for t in n.targets)
        if added is not None and not begun and not _is_shortened(module.function_of(loop).node, name):
            yield Growth("rounds", name, added)


def _names_in(where: Module, target: ast.expr, module: Module, loop: ast.While, name: str) -> Iterator[str]:
    """The names in a loop of what goes by this name at a place: itself, or what the loop passes for a parameter."""
    function = where.function_of(target).node
    if where is module and (function is module.function_of(loop).node):
        yield name
    elif isinstance(function, _FUNCTIONS):
        order = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        for node in ast.walk(loop):
            if isinstance(node, ast.Call) and last_word(node) == function.name and name in order:
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                given |= dict(zip(order, node.args, strict=False))
                key = name_key(given[name]) if name in given else None
                yield from [key] if key is not None else []


def _while_at(module: Module, place: Place) -> ast.While | None:
    nodes = (node for node in module.parents if isinstance(node, ast.While))
    return next((node for node in nodes if module.file.place(node) == place), None)


def _additions(module: Module, around: ast.AST, name: str) -> Iterator[Place]:
    """Where something is added to a list, or to one of those that a mapping holds."""
    for node in ast.walk(around):
        match node:
            case ast.Call(ast.Attribute(base, method)) if method in _ADDS:
                part = subscripted(base)
                if name_key(part[0] if part is not None else base) == name:
                    yield module.file.place(node)
            case ast.AugAssign(target) if name_key(target) == name:
                yield module.file.place(node)


def _is_shortened(around: ast.AST, name: str) -> bool:
    """Whether anything takes a slice of a list, measures it or takes something out."""
    for node in ast.walk(around):
        match node:
            case ast.Subscript(base, ast.Slice()) if _is(base, name):
                return True
            case ast.Call(ast.Attribute(base, method)) if method in _DROPS and _is(base, name):
                return True
            case ast.Call(ast.Name("len"), [base]) if _is(base, name):
                return True
            case ast.Delete(targets) if any(_is(target, name) for target in targets):
                return True
    return False


def _is(node: ast.expr, name: str) -> bool:
    part = subscripted(node)
    return name_key(part[0] if part is not None else node) == name
