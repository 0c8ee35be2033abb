"""The scopes of a module, and where each name is bound or changed in them."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from promptlint.source.text_file import SourceFile

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ScopeNode = ast.Module | FunctionNode | ast.ClassDef | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
MUTATORS = frozenset(
    "append extend insert update setdefault pop clear remove add sort reverse".split()
)

Position = tuple[int, int]


def start_of(node: ast.AST) -> Position:
    """The first position of a node, as `ast` counts."""
    return node.lineno, node.col_offset  # type: ignore[attr-defined]


def end_of(node: ast.AST) -> Position:
    """The position behind a node, as `ast` counts."""
    return node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]


def contains(outer: ast.AST, inner: ast.AST) -> bool:
    """Whether a node lies within another of the same module."""
    return start_of(outer) <= start_of(inner) and end_of(inner) <= end_of(outer)


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class, function, lambda or comprehension.

    `events` has, for each name bound or changed here (`x`, or `self.x` for an attribute), the positions
    where that happens. `writers` are the functions that change a name of this scope by `global` or `nonlocal`.
    """

    node: ScopeNode
    name: str
    parent: Scope | None
    module: Module
    events: dict[str, list[Position]] = field(default_factory=dict)
    children: dict[ast.AST, Scope] = field(default_factory=dict)
    outer_names: dict[str, type[ast.Global | ast.Nonlocal]] = field(default_factory=dict)
    writers: dict[str, list[Scope]] = field(default_factory=dict)

    @property
    def qualified_name(self) -> str:
        """The dotted name within the module, empty for the module itself."""
        names = []
        scope: Scope | None = self
        while scope is not None and scope.parent is not None:
            if not isinstance(scope.node, COMPREHENSIONS):
                names.append(scope.name)
            scope = scope.parent
        return ".".join(reversed(names))

    def binds(self, key: str) -> bool:
        """Whether a name is bound or changed in this scope."""
        return key in self.events

    def changes_within(self, key: str, node: ast.AST) -> bool:
        """Whether a name is bound or changed somewhere within a node of this scope."""
        positions = self.events.get(key)
        if not positions:
            return False
        index = bisect_left(positions, start_of(node))
        return index < len(positions) and positions[index] < end_of(node)


@dataclass(eq=False, slots=True)
class Module:
    """A parsed file with its scopes."""

    file: SourceFile
    scope: Scope = field(init=False)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    owners: dict[ast.AST, Scope] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scope = Scope(self.file.tree, "", None, self)
        _Builder(self).build()

    @property
    def path(self) -> str:
        """The file's path, relative to the project's root."""
        return self.file.path

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, from the inside out."""
        current = self.parents.get(node)
        while current is not None:
            yield current
            current = self.parents.get(current)

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which a node is evaluated."""
        current: ast.AST | None = node
        while current is not None:
            owner = self.owners.get(current)
            if owner is not None:
                return owner
            current = self.parents.get(current)
        return self.scope


class _Builder:
    """One pass over a tree, without recursion: hostile code may be nested deeply."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._stack: list[tuple[ast.AST, Scope]] = []

    def build(self) -> None:
        module = self._module
        module.scopes[module.file.tree] = module.scope
        module.owners[module.file.tree] = module.scope
        self._stack = [(module.file.tree, module.scope)]
        parents = module.parents
        while self._stack:
            node, scope = self._stack.pop()
            for child in ast.iter_child_nodes(node):
                parents[child] = node
            self._visit(node, scope)
        for scope in module.scopes.values():
            for positions in scope.events.values():
                positions.sort()

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._event(scope, node.name, node)
            self._definition(node, scope)
        elif isinstance(node, ast.Lambda):
            inner = self._open(node, "<lambda>", scope)
            self._push([node.args], scope)
            self._own([node.body], inner)
        elif isinstance(node, COMPREHENSIONS):
            self._comprehension(node, scope)
        else:
            self._events(node, scope)
            self._push(ast.iter_child_nodes(node), scope)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> None:
        inner = self._open(node, node.name, scope)
        outside: list[ast.AST] = [*node.decorator_list]
        if isinstance(node, ast.ClassDef):
            outside += [*node.bases, *node.keywords]
        else:
            outside += [node.args, *([node.returns] if node.returns else [])]
        self._push(outside, scope)
        self._own(node.body, inner)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope) -> None:
        inner = self._open(node, "<comprehension>", scope)
        first = node.generators[0].iter
        self._push([first], scope)
        self._module.owners[first] = scope
        inside: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for generator in node.generators:
            self._module.parents[generator] = node
            inside += [generator.target, *generator.ifs]
            if generator.iter is not first:
                inside.append(generator.iter)
            for part in (generator.target, generator.iter, *generator.ifs):
                self._module.parents[part] = generator
        self._own(inside, inner)

    def _open(self, node: ScopeNode, name: str, scope: Scope) -> Scope:
        inner = Scope(node, name, scope, self._module)
        scope.children[node] = inner
        self._module.scopes[node] = inner
        return inner

    def _own(self, nodes: Sequence[ast.AST], scope: Scope) -> None:
        for node in nodes:
            self._module.owners[node] = scope
        self._push(nodes, scope)

    def _push(self, nodes: Iterable[ast.AST], scope: Scope) -> None:
        # Last in, first out: reversed, so that a `global` is seen before what it governs.
        self._stack.extend((node, scope) for node in reversed(list(nodes)))

    def _events(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Name(id, ast.Store() | ast.Del()):
                walrus = isinstance(self._module.parents[node], ast.NamedExpr)
                self._event(_function_scope(scope) if walrus else scope, id, node)
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                self._mutation(scope, node)
            case ast.Call(func=ast.Attribute(value=target, attr=method)) if method in MUTATORS:
                self._mutation(scope, target)
            case ast.Import(names) | ast.ImportFrom(names=names):
                for alias in names:
                    self._event(scope, alias.asname or alias.name.split(".")[0], node)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self._event(scope, name, node)
            case ast.MatchMapping(rest=str(name)):
                self._event(scope, name, node)
            case ast.Global(names) | ast.Nonlocal(names):
                scope.outer_names.update(dict.fromkeys(names, type(node)))

    def _mutation(self, scope: Scope, target: ast.AST) -> None:
        """`x[..] = ..`, `x.append(..)`, `self.x = ..`: an event of `x`, or of `self.x`."""
        at = target
        while True:
            if key := name_key(target):
                self._event(_function_scope(scope), key, at)
                return
            if not isinstance(target, ast.Subscript | ast.Attribute):
                return
            target = target.value

    def _event(self, scope: Scope, key: str, node: ast.AST) -> None:
        scope.events.setdefault(key, []).append(start_of(node))
        if key in scope.outer_names and scope.parent is not None:
            outer = self._module.scope if scope.outer_names[key] is ast.Global else _function_scope(scope.parent)
            outer.events.setdefault(key, []).append(start_of(node))
            writers = outer.writers.setdefault(key, [])
            if scope not in writers:
                writers.append(scope)


def _function_scope(scope: Scope) -> Scope:
    """The scope around the comprehensions, where an assignment expression or a change takes effect."""
    while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
        scope = scope.parent
    return scope


def name_key(node: ast.AST) -> str | None:
    """`x` for a name, `x.y` for an attribute of a name, None for all else."""
    match node:
        case ast.Name(id):
            return id
        case ast.Attribute(ast.Name(id), attr):
            return f"{id}.{attr}"
        case _:
            return None
