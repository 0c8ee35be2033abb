"""Graphs of steps (LangGraph): what leads back to a step of one, or fans out to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from promptlint.files import candidates
from promptlint.request import Loop
from promptlint.sdk.around.counts import source
from promptlint.sdk.around.words import last_word
from promptlint.source.evaluator import Evaluator
from promptlint.source.operators import known
from promptlint.source.scopes import COMPREHENSIONS, Module, Scope, name_key
from promptlint.source.values import Bound, Func, Partial, Value, options

MAX_DEPTH = 4  # of graphs that are steps of graphs
_PATTERN = re.compile(rb"\.\s*add_node\b")
_WORDS = (b"langgraph",)
_ADDING = frozenset({"add_node", "add_edge", "add_conditional_edges"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(slots=True, eq=False)
class _Graph:
    """The steps of a graph by name, what adds each, what follows each, and the `Send`s to each.

    `asking` are the steps that wait for a person, `around` the steps of other graphs that this one is.
    """

    module: Module
    steps: dict[str, ast.Call] = field(default_factory=dict)
    after: dict[str, set[str]] = field(default_factory=dict)
    sends: dict[str, list[tuple[Module, ast.Call]]] = field(default_factory=dict)
    asking: set[str] = field(default_factory=set)
    around: list[tuple[_Graph, str]] = field(default_factory=list)

    def cycle(self, step: str) -> list[str]:
        """The shortest way from a step back to it; empty where there is none, or a person is asked on the way."""
        ways = [[step]]
        seen: set[str] = set()
        for way in ways:
            for name in sorted(self.after.get(way[-1], ())):
                if name == step:
                    return [*way, step]
                if name not in seen and name not in self.asking:
                    seen.add(name)
                    ways.append([*way, name])
        return []

    def loops(self, step: str, depth: int = MAX_DEPTH) -> Iterator[Loop]:
        """What repeats a step."""
        if cycle := self.cycle(step):
            yield Loop("graph", self.module.file.place(self.steps[step]), " -> ".join(cycle))
        for module, call in self.sends.get(step, ()):
            over = _sent_for(module, call)
            if over is not None:
                yield Loop("gather", module.file.place(call), source(module, over))
        for graph, outer in self.around if depth else ():
            yield from graph.loops(outer, depth - 1)


_Steps = dict[ast.AST, list[tuple[_Graph, str]]]
_indices: WeakKeyDictionary[Evaluator, _Steps] = WeakKeyDictionary()


def loops(ev: Evaluator, module: Module, node: ast.AST) -> list[Loop]:
    """The loops that graphs make around a node, where it stands in a step of one."""
    if ev not in _indices:
        _indices[ev] = _Reader(ev).read()
    steps = _indices[ev]
    found = [
        loop for around in module.ancestors(node) for graph, step in steps.get(around, ()) for loop in graph.loops(step)
    ]
    return list(dict.fromkeys(found))


def _sent_for(module: Module, call: ast.Call) -> ast.expr | None:
    """What there is a `Send` for each element of."""
    child: ast.AST = call
    for parent in module.ancestors(call):
        if isinstance(parent, COMPREHENSIONS):
            return parent.generators[0].iter
        if isinstance(parent, ast.For | ast.AsyncFor) and child in parent.body:
            return parent.iter
        if isinstance(parent, _FUNCTIONS):
            return None
        child = parent
    return None


class _Reader:
    """Reads the graphs of a project, once."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._graphs: dict[tuple[Scope, str], _Graph] = {}
        self._steps: _Steps = {}

    def read(self) -> _Steps:
        """The functions that are steps of graphs."""
        for path in candidates(self._ev.modules.files, _PATTERN, _WORDS):
            module = self._ev.modules.get(path)
            if module is not None:
                self._module(module)
        return self._steps

    def _module(self, module: Module) -> None:
        calls = [node for node in module.parents if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        for call in calls:
            assert isinstance(call.func, ast.Attribute)
            if call.func.attr in _ADDING and call.args:
                self._ev.refuel()
                graph = self._graph(module, call.func.value)
                if call.func.attr == "add_node":
                    self._add_node(module, graph, call)
                elif call.func.attr == "add_edge" and len(call.args) > 1:
                    self._follow(graph, self._names(module, call.args[0]), self._names(module, call.args[1]))
                elif call.func.attr == "add_conditional_edges":
                    self._add_conditional(module, graph, call)

    def _graph(self, module: Module, node: ast.expr) -> _Graph:
        """The graph that a name means; one that is built in a chain of calls goes by where that begins."""
        while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        scope = module.scope_of(node)
        name = name_key(node)
        if name is not None and "." in name:
            scope = next((s for s in _outwards(scope) if isinstance(s.node, ast.ClassDef)), scope)
        elif name is not None:
            scope = next((s for s in _outwards(scope) if s.binds(name)), scope)
        return self._graphs.setdefault((scope, name or f"{node.lineno}:{node.col_offset}"), _Graph(module))

    def _add_node(self, module: Module, graph: _Graph, call: ast.Call) -> None:
        action = call.args[-1] if len(call.args) < 3 else call.args[1]
        inner = self._subgraph(module, action)
        functions = [] if inner is not None else self._functions(module, action)
        names = self._names(module, call.args[0]) if len(call.args) > 1 else {_name(node) for _, node in functions}
        for name in names:
            graph.steps[name] = call
            if inner is not None and inner is not graph:
                inner.around.append((graph, name))
            for where, node in functions:
                self._steps.setdefault(node, []).append((graph, name))
                self._follow(graph, {name}, self._goes_to(where, node))
                self._note_sends(graph, where, node)
                if any(isinstance(n, ast.Call) and last_word(n) == "interrupt" for n in ast.walk(node)):
                    graph.asking.add(name)

    def _subgraph(self, module: Module, node: ast.expr) -> _Graph | None:
        """The graph that a step is, by `graph.compile()` or a name of that."""
        if isinstance(node, ast.Name):
            made = (n.value for n in module.parents if isinstance(n, ast.Assign) and name_key(n.targets[0]) == node.id)
            node = next((value for value in made if last_word(value) == "compile"), node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "compile":
            return self._graph(module, node.func.value)
        return None

    def _add_conditional(self, module: Module, graph: _Graph, call: ast.Call) -> None:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        path = call.args[1] if len(call.args) > 1 else given.get("path")
        listed = call.args[2] if len(call.args) > 2 else given.get("path_map")
        functions = self._functions(module, path) if path is not None else []
        targets: set[str] = set()
        if isinstance(listed, ast.Dict):
            targets = {name for value in listed.values for name in self._names(module, value)}
        elif listed is not None:
            targets = self._names(module, listed)
        for where, node in functions:
            self._note_sends(graph, where, node)
            if listed is None:
                targets |= self._returned(where, node)
        self._follow(graph, self._names(module, call.args[0]), targets)

    def _functions(self, module: Module, node: ast.expr) -> list[tuple[Module, Function]]:
        value = self._ev.value(node, self._ev.frame_of(module.function_of(node)))
        return [found for option in options(value) if (found := _function(option)) is not None]

    def _names(self, module: Module, *nodes: ast.AST) -> set[str]:
        """The texts in some expressions, written out or by name; the ends of a graph lead nowhere."""
        found: set[str] = set()
        for node in (inner for outer in nodes for inner in ast.walk(outer)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                text = known(self._ev.value(node, self._ev.frame_of(module.function_of(node))))
                found |= {text} if isinstance(text, str) else set()
        return found

    def _goes_to(self, module: Module, function: Function) -> set[str]:
        """The steps that a step names as the next one: `Command(goto=..)`, or in the type that it returns."""
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call) and last_word(node) == "Command")
        goals = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "goto"]
        annotated = [] if isinstance(function, ast.Lambda) or function.returns is None else [function.returns]
        return self._names(module, *goals) | _texts(annotated)

    def _returned(self, module: Module, function: Function) -> set[str]:
        """The steps that the function of a conditional edge returns."""
        if isinstance(function, ast.Lambda):
            return self._names(module, function.body)
        values = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
        return self._names(module, *values) | _texts([function.returns] if function.returns is not None else [])

    def _note_sends(self, graph: _Graph, module: Module, function: Function) -> None:
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and last_word(call) == "Send" and call.args:
                for name in self._names(module, call.args[0]):
                    graph.sends.setdefault(name, []).append((module, call))

    @staticmethod
    def _follow(graph: _Graph, before: Iterable[str], behind: Iterable[str]) -> None:
        for name in before:
            graph.after.setdefault(name, set()).update(behind)


def _texts(nodes: list[ast.expr]) -> set[str]:
    inner = (node for outer in nodes for node in ast.walk(outer) if isinstance(node, ast.Constant))
    return {node.value for node in inner if isinstance(node.value, str)}


def _outwards(scope: Scope) -> Iterator[Scope]:
    current: Scope | None = scope
    while current is not None:
        yield current
        current = current.parent


def _function(value: Value) -> tuple[Module, Function] | None:
    while isinstance(value, Partial | Bound):
        value = value.function
    return (value.scope.module, value.node) if isinstance(value, Func) else None


def _name(function: Function) -> str:
    return "" if isinstance(function, ast.Lambda) else function.name
