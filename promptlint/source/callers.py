"""Who calls a function of the project, and with what."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from promptlint.source import arguments as binding
from promptlint.source import tables
from promptlint.source.scopes import Module, Scope
from promptlint.source.values import Arguments, Attr, Bound, Class, External, Func, Object, Unknown, Value, options

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.frames import Frame

MAX_FILES = 24  # that use the name: beyond that it is too common to follow
MAX_FILES_ABOVE = 6  # the same for the callers of callers, of which there are many more
MAX_CALLERS = 40
MAX_LEVELS = 5  # from a function up to its callers' callers
_QUEUED = frozenset({"delay", "apply_async", "send", "remote", "spawn", "map", "starmap", "submit", "enqueue"})
_PASSING_ON = frozenset(
    "to_thread run_sync run_in_threadpool run_in_executor run_in_thread submit spawn start_soon call_soon add_task "
    "add_job partial enqueue create_task map imap imap_unordered starmap".split()
)
"""Functions that call the function they are given with the arguments behind it."""
_STARTERS = frozenset({"Thread", "Process", "Timer"})
_ELEMENTWISE = frozenset({"map", "imap", "imap_unordered", "starmap"})
_USED = re.compile(rb"\s*(?:[(,)\]}]|\.\s*(?:%b)\b)" % "|".join(sorted(_QUEUED)).encode())
"""What stands behind a function's name where it is called, passed on, listed or queued."""
_TEST = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """One place that calls a function.

    `owner` is the object whose method it is; `skipped` the function itself where it is passed on to another. `taken`
    tells that the function is one entry of a table, and that the key decides whether it is this one.
    """

    call: ast.Call
    frame: Frame
    owner: Value | None
    skipped: ast.expr | None = None
    taken: bool = False

    @property
    def elementwise(self) -> bool:
        """Whether the function gets one element after the other of what is passed (`map`)."""
        return self.skipped is not None and _word(self.call.func) in _ELEMENTWISE

    @property
    def shift(self) -> int:
        """How many positional parameters the call leaves out in front, less the arguments that are not theirs."""
        in_front = self.call.args.index(self.skipped) + 1 if self.skipped in self.call.args else 0
        return (self.owner is not None) - in_front

    @property
    def module(self) -> Module:
        """The module of the place."""
        return self.frame.module


def is_test(path: str) -> bool:
    """Whether a file holds tests: what they pass says nothing about what is sent in use."""
    return bool(_TEST.search(path))


class Callers:
    """Finds the callers of functions, and remembers them."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._found: dict[tuple[Scope, int], tuple[Caller, ...]] = {}
        self._files: dict[tuple[str, bool], list[str]] = {}
        self._given: dict[Scope, tuple[tuple[Module, ast.expr], ...]] = {}
        self._uses: dict[Module, dict[str, list[ast.expr]]] = {}
        self._depth = 0
        self._partial: set[Scope] = set()

    def all_seen(self, scope: Scope) -> bool:
        """Whether `of` gives every caller of a function: not where they were too many, or a subclass may make more."""
        return scope not in self._partial and not (scope.name == "__init__" and self._ev.modules.has_subclasses(scope))

    def of(self, scope: Scope, level: int = 0) -> tuple[Caller, ...]:
        """The callers of a function outside of tests, in order; of the class for an `__init__`.

        `level` is the number of calls from the function down to the one that the question is about.
        """
        most = MAX_FILES if max(level, self._depth - 1) < 1 else MAX_FILES_ABOVE
        if (scope, most) not in self._found:
            self._found[scope, most] = ()
            if isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef):
                found = list(islice(self._search(scope, most), MAX_CALLERS + 1))
                if len(found) > MAX_CALLERS:
                    self._partial.add(scope)
                self._found[scope, most] = tuple(found[:MAX_CALLERS])
        return self._found[scope, most]

    def given(self, scope: Scope) -> tuple[tuple[Module, ast.expr], ...]:
        """Where a function itself is an argument of a call, or listed in one, without being called there.

        Looked for in few files: it is rare, and nothing that is sent depends on it.
        """
        if scope not in self._given:
            self._given[scope] = tuple(islice(self._handed(scope), MAX_CALLERS))
        return self._given[scope]

    def _handed(self, scope: Scope) -> Iterator[tuple[Module, ast.expr]]:
        if scope.name.startswith("__"):
            return
        for module, use in self._all_uses(scope, scope.name, MAX_FILES_ABOVE, set()):
            if _call_around(module, use)[0] is not None or not _is_handed(module, use):
                continue
            if self._means(scope, self._ev.value(use, self._ev.frame_of(module.function_of(use))))[0]:
                yield module, use

    @contextmanager
    def level(self) -> Iterator[bool]:
        """Go one level up to the callers; False where that would be too many."""
        self._depth += 1
        try:
            yield self._depth <= MAX_LEVELS
        finally:
            self._depth -= 1

    @contextmanager
    def anew(self) -> Iterator[None]:
        """Count the levels from here: another question is asked, on the way to the answer of the first."""
        before, self._depth = self._depth, 0
        try:
            yield
        finally:
            self._depth = before

    def arguments(self, caller: Caller, frame: Frame) -> Arguments:
        """What a caller passes when it runs in `frame`."""
        if caller.elementwise:
            return Arguments((), (), True)
        arguments = binding.passed(self._ev, caller.call, frame)
        return _without(arguments, caller.call, caller.skipped) if caller.skipped is not None else arguments

    def _search(self, scope: Scope, most: int) -> Iterator[Caller]:
        name = scope.name
        if name == "__init__" and scope.parent is not None:
            name = scope.parent.name
        elif name.startswith("__"):
            return
        for module, use in self._all_uses(scope, name, most, self._partial):
            caller = self._caller(scope, module, use)
            if caller is not None:
                yield caller
            for entry in tables.taken(module, use, partial(self.reads, module)):
                if (caller := self._caller(scope, module, entry, taken=True)) is not None:
                    yield caller

    def _all_uses(self, scope: Scope, name: str, most: int, missed: set[Scope]) -> Iterator[tuple[Module, ast.expr]]:
        """Where a name that a function may have is read; `missed` gets the function where not all can be looked at."""
        own_tests = is_test(scope.module.path)
        paths = self._using(name, method=scope.name != "__init__" and self._is_method(scope))
        if scope.parent is not None and isinstance(scope.parent.node, ast.FunctionDef | ast.AsyncFunctionDef):
            # Nobody imports an inner function: where another file has one of that name (`decorator`), it means its own.
            own = f"def {name}("
            paths = [p for p in paths if p == scope.module.path or not self._ev.modules.holds(p, own)]
        if len(paths) > most:
            missed.add(scope)
            paths = [path for path in paths if path == scope.module.path]
        for path in paths:
            if is_test(path) and not own_tests:
                continue
            if not self._ev.affords(path):
                missed.add(scope)
                continue
            module = self._ev.modules.get(path)
            if module is None:
                continue
            uses = self._uses_in(module)
            by_class = uses.get("cls", ()) if scope.name == "__init__" and path == scope.module.path else ()
            for use in (*uses.get(name, ()), *by_class):
                yield module, use

    def _using(self, name: str, method: bool) -> list[str]:
        """The files that call a function or method of this name, or pass it on."""
        if (name, method) not in self._files:
            before = b"." if method else b""
            self._files[name, method] = list(self._ev.modules.using(name, before, _USED))
        return self._files[name, method]

    @staticmethod
    def _is_method(scope: Scope) -> bool:
        return scope.parent is not None and isinstance(scope.parent.node, ast.ClassDef)

    def reads(self, module: Module, word: str) -> list[ast.expr]:
        """Where a module reads a name, or an attribute of that name."""
        return self._uses_in(module).get(word, [])

    def loads(self, module: Module, word: str) -> list[ast.expr]:
        """Where a module reads a name."""
        return [use for use in self._uses_in(module).get(word, ()) if isinstance(use, ast.Name)]

    def _uses_in(self, module: Module) -> dict[str, list[ast.expr]]:
        """The names and attributes of a module that are read, by their last word."""
        if module not in self._uses:
            uses: dict[str, list[ast.expr]] = {}
            for node in module.parents:
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    uses.setdefault(node.id, []).append(node)
                elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                    uses.setdefault(node.attr, []).append(node)
            self._uses[module] = uses
        return self._uses[module]

    def _caller(self, scope: Scope, module: Module, use: ast.expr, taken: bool = False) -> Caller | None:
        call, skipped = _call_around(module, use)
        if call is None:
            return None
        frame = self._ev.frame_of(module.function_of(use))
        matched, owner = self._means(scope, self._ev.value(use, frame))
        if not matched:
            return None
        return Caller(call, frame, owner, skipped, taken)

    def reaches(self, caller: Caller, scope: Scope, frame: Frame) -> bool:
        """Whether what a caller calls in `frame`, one of its own scope, may be the function that it was found for."""
        if not caller.taken:
            return True
        return self._means(scope, self._ev.value(caller.skipped or caller.call.func, frame))[0]

    def _means(self, scope: Scope, value: Value) -> tuple[bool, Value | None]:
        """Whether a value is this function, and the object it is bound to."""
        for option in options(value):
            match option:
                case Func(node=node) if node is scope.node:
                    return True, None
                case Bound(function, owner) if function.node is scope.node:
                    return True, owner
                case (Class() as made) | Object(of=Class() as made) if (
                    scope.name == "__init__" and scope.parent is not None
                ):
                    # `cls` of a class method is taken for an object of the class.
                    if made.node is scope.parent.node:
                        return True, Object(made, None, self._ev.module_place(scope.module))
                case Attr(base=Unknown() as base, name=name) if name == scope.name and self._is_only_method(scope):
                    return not self._is_of_sdk(base), None
        return False, None

    def _is_of_sdk(self, value: Value) -> bool:
        """Whether an SDK made a value: it has methods of its own, whatever they are called."""
        while isinstance(value, Unknown) and value.made is not None:
            value = value.made.base
        made = value.of if isinstance(value, Object) else value
        return isinstance(made, External) and self._ev.modules.is_external(made.name)

    def _is_only_method(self, scope: Scope) -> bool:
        """Whether no other function of the project has a method's name: then an unknown object's method is this."""
        return self._is_method(scope) and self._ev.modules.defined_once(scope.name)


def _word(node: ast.expr) -> str:
    """The last word of a name, empty where a call is no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_handed(module: Module, use: ast.expr) -> bool:
    """Whether a name is an argument of a call, or in a list that is one or that gets a name."""
    for parent in module.ancestors(use):
        if isinstance(parent, ast.Call) or (isinstance(parent, ast.Assign) and parent.value is not use):
            return True
        if not isinstance(parent, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Starred | ast.keyword):
            return False
    return False


def _call_around(module: Module, use: ast.expr) -> tuple[ast.Call | None, ast.expr | None]:
    """The call that a name is used for, and the argument to leave out where the function itself is passed on."""
    parent = module.parents.get(use)
    if isinstance(parent, ast.Call):
        if parent.func is use:
            return parent, None
        called = parent.func
        if _word(called) == "delayed" and isinstance(above := module.parents.get(parent), ast.Call):
            # joblib's `delayed(function)(argument)`.
            return (above, None) if above.func is parent else (None, None)
        passes_on = _word(called) in _PASSING_ON
        return (parent, use) if passes_on else (None, None)
    if isinstance(parent, ast.keyword) and parent.arg == "target":
        return _started(module, use, module.parents.get(parent)), None
    if isinstance(parent, ast.Attribute) and parent.attr in _QUEUED:
        above = module.parents.get(parent)
        if isinstance(above, ast.Call) and above.func is parent:
            return above, None
    return None, None


def _started(module: Module, function: ast.expr, starter: ast.AST | None) -> ast.Call | None:
    """The call that a thread or process makes: `Thread(target=function, args=(..), kwargs={..})`."""
    if not isinstance(starter, ast.Call) or not isinstance(starter.func, ast.Attribute | ast.Name):
        return None
    if _word(starter.func) not in _STARTERS:
        return None
    if starter not in module.started:
        given = {keyword.arg: keyword.value for keyword in starter.keywords}
        listed, named = given.get("args"), given.get("kwargs")
        arguments = [] if listed is None else list(listed.elts) if isinstance(listed, ast.Tuple | ast.List) else None
        keywords = [] if named is None else _keywords(named)
        if arguments is None or keywords is None:
            return None
        call = ast.copy_location(ast.Call(function, arguments, keywords), starter)
        module.started[starter] = call
        module.parents[call] = module.parents[starter]
    return module.started[starter]


def _keywords(named: ast.expr) -> list[ast.keyword] | None:
    """The entries of a dict display as keyword arguments; None where they cannot be."""
    if not isinstance(named, ast.Dict):
        return None
    found: list[ast.keyword] = []
    for key, value in zip(named.keys, named.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return None
        found.append(ast.copy_location(ast.keyword(key.value, value), key))
    return found


def _without(arguments: Arguments, call: ast.Call, skipped: ast.expr) -> Arguments:
    """The arguments that stand behind a function that is passed on."""
    for index, argument in enumerate(call.args):
        if argument is skipped:
            return Arguments(arguments.positional[index + 1 :], arguments.keywords, arguments.opaque)
    return Arguments((), (), True)
