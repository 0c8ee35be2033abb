"""The scopes of a module, and where each name is bound or changed in them."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from promptlint.source.text_file import SourceFile

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ScopeNode = ast.Module | FunctionNode | ast.ClassDef | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SET_BY_NAME = "*"
"""What `Module.set_attributes` has for those that are set by a name that only the run knows."""
MUTATORS = frozenset("append extend insert update setdefault pop clear remove add sort reverse".split())

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

Position = tuple[int, int]
Path = tuple[ast.expr | None, ...]
"""The subscripts that lead from a name to a part of it; None for any element."""


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
    where that happens. `aliases` has, for a name, the others under which it or a part of it is changed,
    `changed` the parameters that are changed in place and never rebound. `writers` are the functions that
    change a name of this scope by `global` or `nonlocal`.
    """

    node: ScopeNode
    name: str
    parent: Scope | None
    module: Module
    events: dict[str, list[Position]] = field(default_factory=dict)
    children: dict[ast.AST, Scope] = field(default_factory=dict)
    outer_names: dict[str, type[ast.Global | ast.Nonlocal]] = field(default_factory=dict)
    writers: dict[str, list[Scope]] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    aliases: dict[str, dict[str, Path]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

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

    def changes_between(self, key: str, first: ast.AST, last: ast.AST) -> bool:
        """Whether a name is bound or changed behind one node and before another."""
        return any(end_of(first) <= position < start_of(last) for position in self.events.get(key, ()))

    def changing(self, key: str, starts: list[Position]) -> set[int]:
        """Which of some statements, by where they start, bind or change a name."""
        positions = self.events.get(key, [])
        first = bisect_left(positions, starts[0]) if starts else len(positions)
        return {bisect_right(starts, position) - 1 for position in positions[first:]}

    def changes_within(self, key: str, node: ast.AST) -> bool:
        """Whether a name is bound or changed somewhere within a node of this scope."""
        positions = self.events.get(key)
        if not positions:
            return False
        index = bisect_left(positions, start_of(node))
        return index < len(positions) and positions[index] < end_of(node)


_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_HOLDING = ("body", "orelse", "handlers", "finalbody", "cases")


class Block:
    """A list of statements: where each starts, and the first that leaves it for good."""

    def __init__(self, statements: Sequence[ast.stmt]) -> None:
        self._statements = statements
        self.starts = [start_of(node) for node in statements]
        self.leaves = next((index for index, node in enumerate(statements) if isinstance(node, _LEAVES)), None)

    @cached_property
    def jumping(self) -> frozenset[int]:
        """The statements that a `break` or `continue` stands in, be it that of an inner loop."""
        return self._holding(ast.Break, ast.Continue)

    @cached_property
    def returning(self) -> frozenset[int]:
        """The statements that a `return` stands in, be it that of an inner function."""
        return self._holding(ast.Return)

    def _holding(self, *kinds: type[ast.AST]) -> frozenset[int]:
        found = enumerate(self._statements)
        return frozenset(index for index, node in found if any(isinstance(inner, kinds) for inner in _statements(node)))


def _statements(statement: ast.AST) -> Iterator[ast.AST]:
    """A statement and those in it; nothing else can hold one."""
    yield statement
    for name in _HOLDING:
        for inner in getattr(statement, name, ()):
            yield from _statements(inner)


@dataclass(eq=False, slots=True)
class Module:
    """A parsed file with its scopes.

    `started` has the calls that threads and processes make, by where those are made; `set_attributes`, by its
    name, where an attribute of anything is set (a target, or a call of `setattr`), and of what.
    """

    file: SourceFile
    scope: Scope = field(init=False)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    owners: dict[ast.AST, Scope] = field(default_factory=dict)
    started: dict[ast.Call, ast.Call] = field(default_factory=dict)
    set_attributes: dict[str, list[tuple[ast.Attribute | ast.Call, ast.expr]]] = field(default_factory=dict)
    _blocks: dict[int, Block] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scope = Scope(self.file.tree, "", None, self)
        _Builder(self).build()

    @property
    def path(self) -> str:
        """The file's path, relative to the project's root."""
        return self.file.path

    def block(self, statements: Sequence[ast.stmt]) -> Block:
        """What is known of a list of statements of this module."""
        found = self._blocks.get(id(statements))
        if found is None:
            found = self._blocks[id(statements)] = Block(statements)
        return found

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

    def function_of(self, node: ast.AST) -> Scope:
        """The scope of the function, class or module in which a node is evaluated, comprehensions aside."""
        return _function_scope(self.scope_of(node))


class _Builder:
    """One pass over a tree, without recursion: hostile code may be nested deeply."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._stack: list[tuple[ast.AST, Scope]] = []
        self._changed: list[tuple[Scope, str, ast.AST]] = []
        self._mutations: dict[tuple[Scope, str], list[ast.AST]] = {}
        self._bindings: dict[tuple[Scope, str], list[ast.AST]] = {}
        self._aliases: list[tuple[Scope, str, str, Path, ast.AST]] = []
        self._passing: list[tuple[Scope, ast.Call]] = []

    def build(self) -> None:
        module = self._module
        module.scopes[module.file.tree] = module.scope
        module.owners[module.file.tree] = module.scope
        stack = self._stack = [(module.file.tree, module.scope)]
        parents = module.parents
        while stack:
            node, scope = stack.pop()
            children = _children(node)
            for child in children:
                parents[child] = node
            special = _SPECIAL.get(node.__class__)
            if special is not None and special(self, node, scope):
                continue
            # Last in, first out: reversed, so that a `global` is seen before what it governs.
            stack.extend([(child, scope) for child in reversed(children)])
        self._mutate_arguments()
        self._mutate_aliases()
        for changed in self._changed:
            self._change_outside(*changed)
        for inner in module.scopes.values():
            for positions in inner.events.values():
                positions.sort()

    def _function_or_class(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> bool:
        self._event(scope, node.name, node)
        self._definition(node, scope)
        return True

    def _lambda(self, node: ast.Lambda, scope: Scope) -> bool:
        inner = self._open(node, "<lambda>", scope)
        self._push([node.args], scope)
        self._own([node.body], inner)
        return True

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> None:
        inner = self._open(node, node.name, scope)
        outside: list[ast.AST] = [*node.decorator_list]
        if isinstance(node, ast.ClassDef):
            outside += [*node.bases, *node.keywords]
        else:
            outside += [node.args, *([node.returns] if node.returns else [])]
        self._push(outside, scope)
        self._own(node.body, inner)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope) -> bool:
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
        return True

    def _open(self, node: ScopeNode, name: str, scope: Scope) -> Scope:
        inner = Scope(node, name, scope, self._module)
        if isinstance(node, _FUNCTIONS):
            inner.bound.update(_parameters(node.args))
        scope.children[node] = inner
        self._module.scopes[node] = inner
        return inner

    def _own(self, nodes: Sequence[ast.AST], scope: Scope) -> None:
        for node in nodes:
            self._module.owners[node] = scope
        self._push(nodes, scope)

    def _push(self, nodes: Sequence[ast.AST], scope: Scope) -> None:
        self._stack.extend([(node, scope) for node in reversed(nodes)])

    def _name(self, node: ast.Name, scope: Scope) -> bool:
        if not isinstance(node.ctx, ast.Load):
            parent = self._module.parents[node]
            walrus = isinstance(parent, ast.NamedExpr)
            self._bind(_function_scope(scope) if walrus else scope, node.id, node)
            self._rebound(scope, node.id, node, parent)
        return True

    def _rebound(self, scope: Scope, key: str, node: ast.AST, parent: ast.AST) -> None:
        """Note a plain assignment, and whether the name is another's or an element of another from then on."""
        if isinstance(parent, ast.AugAssign):
            self._mutations.setdefault((scope, key), []).append(node)
            return
        self._bindings.setdefault((scope, key), []).append(node)
        match parent:
            case ast.Assign([_], value) if parent.targets[0] is node:
                found = _part(value)
            case ast.For(target, ast.Name() | ast.Attribute() as iterable) if target is node and name_key(iterable):
                found = (name_key(iterable) or "", (None,))
            case _:
                found = None
        if found is not None and found[0] != key:
            self._aliases.append((scope, key, *found, node))

    def _target(self, node: ast.Attribute | ast.Subscript, scope: Scope) -> bool:
        if not isinstance(node.ctx, ast.Load):
            self._mutation(scope, node)
            if isinstance(node, ast.Attribute):
                self._module.set_attributes.setdefault(node.attr, []).append((node, node.value))
            if isinstance(node, ast.Attribute) and (key := name_key(node)):
                self._rebound(_function_scope(scope), key, node, self._module.parents[node])
        return False

    def _call(self, node: ast.Call, scope: Scope) -> bool:
        if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            self._mutation(scope, node.func.value)
        if getattr(node.func, "attr", "") == "update" or getattr(node.func, "id", "") == "setattr":
            self._setting(node)
        if node.args or node.keywords:
            self._passing.append((scope, node))
        return False

    def _setting(self, node: ast.Call) -> None:
        """`setattr(x, name, ..)`, `x.__dict__.update(..)`, `vars(x).update(..)`."""
        name = SET_BY_NAME
        match node:
            case ast.Call(ast.Name(), [receiver, ast.Constant(str(name)), _]):
                pass
            case ast.Call(ast.Name(), [receiver, *_]) | ast.Call(ast.Attribute(ast.Attribute(receiver, "__dict__"))):
                pass
            case ast.Call(ast.Attribute(ast.Call(ast.Name("vars"), [receiver]))):
                pass
            case _:
                return
        self._module.set_attributes.setdefault(name, []).append((node, receiver))

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> bool:
        for alias in node.names:
            self._bind(scope, alias.asname or alias.name.split(".")[0], node)
        return True

    def _caught(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar, scope: Scope) -> bool:
        name = node.name
        if name is not None:
            self._event(scope, name, node)
        return False

    def _rest(self, node: ast.MatchMapping, scope: Scope) -> bool:
        if node.rest is not None:
            self._event(scope, node.rest, node)
        return False

    def _declared(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> bool:
        scope.outer_names.update(dict.fromkeys(node.names, type(node)))
        return True

    def _mutation(self, scope: Scope, target: ast.AST) -> None:
        """`x[..] = ..`, `x.append(..)`, `self.x = ..`: an event of `x`, or of `self.x`."""
        at = target
        while True:
            if key := name_key(target):
                if target is at and isinstance(getattr(target, "ctx", None), ast.Store):
                    self._event(_function_scope(scope), key, at)
                else:
                    self._mutated(_function_scope(scope), key, at, isinstance(target, ast.Name))
                return
            if (outer := subscripted(target)) is not None:
                target = outer[0]
            elif isinstance(target, ast.Attribute):
                target = target.value
            else:
                return

    def _mutated(self, scope: Scope, key: str, at: ast.AST, is_name: bool) -> None:
        self._event(scope, key, at)
        self._mutations.setdefault((scope, key), []).append(at)
        if is_name:
            self._changed.append((scope, key, at))

    def _mutate_arguments(self) -> None:
        """What a function of the module that changes a parameter is given, changes where it is called."""
        mutating: dict[str, set[int | str]] = {}
        for scope, key in self._mutations:
            if isinstance(scope.node, _FUNCTIONS) and (scope, key) not in self._bindings:
                names = [argument.arg for argument in (*scope.node.args.posonlyargs, *scope.node.args.args)]
                if key in names:
                    scope.changed.add(key)
                    in_class = scope.parent is not None and isinstance(scope.parent.node, ast.ClassDef)
                    mutating.setdefault(scope.name, set()).update((key, names.index(key) - in_class))
        for scope, call in self._passing if mutating else ():
            function = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            parameters = mutating.get(function, set())
            given: list[tuple[int | str | None, ast.expr]] = list(enumerate(call.args) if parameters else ())
            given += [(keyword.arg, keyword.value) for keyword in call.keywords if parameters]
            for parameter, argument in given:
                if parameter in parameters and (passed := name_key(argument)):
                    self._mutated(_function_scope(scope), passed, call, "." not in passed)

    def _mutate_aliases(self) -> None:
        """A change under one name is one under all names of the same thing."""
        for scope, alias, key, path, node in self._aliases:
            since = start_of(node)
            if len(self._bindings[scope, alias]) > 1 or any(
                start_of(binding) > since for binding in self._bindings.get((scope, key), ())
            ):
                continue
            self._mutate_also(scope, alias, key, path, since)
            if not path:
                self._mutate_also(scope, key, alias, path, since)

    def _mutate_also(self, scope: Scope, alias: str, key: str, path: Path, since: Position) -> None:
        for change in self._mutations.get((scope, alias), ()):
            if start_of(change) > since:
                scope.aliases.setdefault(key, {})[alias] = path
                self._event(scope, key, change)
                if "." not in key:
                    self._changed.append((scope, key, change))

    def _change_outside(self, scope: Scope, key: str, node: ast.AST) -> None:
        """A change in place of what an outer scope binds: `HISTORY.append(..)` in a function."""
        inner = scope
        while scope.parent is not None and key not in scope.bound:
            scope = _function_scope(scope.parent)
        if scope is not inner and key in scope.bound and isinstance(inner.node, _FUNCTIONS):
            self._written(inner, scope, key, node)

    def _bind(self, scope: Scope, key: str, node: ast.AST) -> None:
        if key not in scope.outer_names:
            scope.bound.add(key)
        self._event(scope, key, node)

    def _event(self, scope: Scope, key: str, node: ast.AST) -> None:
        scope.events.setdefault(key, []).append(start_of(node))
        if key in scope.outer_names and scope.parent is not None:
            outer = self._module.scope if scope.outer_names[key] is ast.Global else _function_scope(scope.parent)
            self._written(scope, outer, key, node)

    @staticmethod
    def _written(writer: Scope, outer: Scope, key: str, node: ast.AST) -> None:
        """A function changes a name of an outer scope."""
        outer.events.setdefault(key, []).append(start_of(node))
        writers = outer.writers.setdefault(key, [])
        if writer not in writers:
            writers.append(writer)


_SPECIAL: dict[type, Callable[[_Builder, Any, Scope], bool]] = {
    ast.FunctionDef: _Builder._function_or_class,
    ast.AsyncFunctionDef: _Builder._function_or_class,
    ast.ClassDef: _Builder._function_or_class,
    ast.Lambda: _Builder._lambda,
    ast.ListComp: _Builder._comprehension,
    ast.SetComp: _Builder._comprehension,
    ast.DictComp: _Builder._comprehension,
    ast.GeneratorExp: _Builder._comprehension,
    ast.Name: _Builder._name,
    ast.Attribute: _Builder._target,
    ast.Subscript: _Builder._target,
    ast.Call: _Builder._call,
    ast.Import: _Builder._import,
    ast.ImportFrom: _Builder._import,
    ast.ExceptHandler: _Builder._caught,
    ast.MatchAs: _Builder._caught,
    ast.MatchStar: _Builder._caught,
    ast.MatchMapping: _Builder._rest,
    ast.Global: _Builder._declared,
    ast.Nonlocal: _Builder._declared,
}
"""What is more than its children; the answer tells whether the children are seen to."""

_FIELDS: dict[type, tuple[str, ...]] = {}
_NO_NODES = frozenset(
    {"ctx", "op", "ops", "id", "attr", "name", "level", "kind", "conversion", "type_comment", "simple"}
)


def _children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below a node that stand somewhere: operators and contexts are left out."""
    kind = node.__class__
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = tuple(name for name in node._fields if name not in _NO_NODES)
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [child for child in value if isinstance(child, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    """The names of all parameters of a function."""
    listed = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    return (argument.arg for argument in listed if argument is not None)


def _function_scope(scope: Scope) -> Scope:
    """The scope around the comprehensions, where an assignment expression or a change takes effect."""
    while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
        scope = scope.parent
    return scope


def subscripted(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """What `x[key]`, `x.get(key, ..)` and `x.setdefault(key, ..)` take a part of, and the key."""
    match node:
        case ast.Subscript(value, key):
            return value, key
        case ast.Call(ast.Attribute(value, "get" | "setdefault"), [key, *_]):
            return value, key
        case _:
            return None


def _part(node: ast.expr) -> tuple[str, Path] | None:
    """The name that an expression is, or that it takes a part of, and the way to that part."""
    path: list[ast.expr | None] = []
    while not (key := name_key(node)):
        found = subscripted(node)
        if found is None or isinstance(found[1], ast.Slice):
            return None
        node = found[0]
        path.insert(0, found[1])
    return key, tuple(path)


def name_key(node: ast.AST) -> str | None:
    """`x` for a name, `x.y` for an attribute of a name, None for all else."""
    match node:
        case ast.Name(id):
            return id
        case ast.Attribute(ast.Name(id), attr):
            return f"{id}.{attr}"
        case _:
            return None
