"""The evaluator: what an expression is worth in a frame, on demand, with memory, and within bounds."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from promptlint.request import Hole, Place, Step
from promptlint.source import arguments as binding
from promptlint.source import attributes, expressions, graph_states, invoke, names, operators, parameters
from promptlint.source.callers import Callers
from promptlint.source.frames import Frame
from promptlint.source.rounds import Rounds
from promptlint.source.scopes import FunctionNode, Scope, name_key
from promptlint.source.values import (
    NOWHERE,
    Arguments,
    Choice,
    Class,
    External,
    Func,
    Item,
    Object,
    Seq,
    Unknown,
    Value,
    stepped,
)

if TYPE_CHECKING:
    from promptlint.source.modules import Modules
    from promptlint.source.scopes import Module

MAX_DEPTH = 90  # nested evaluations
FUEL = 1_200  # evaluations for one question
RESERVE = 300  # more, for what stands near the question: a detail far away shall not cost the rest of the request
SHALLOW = 20  # nested evaluations are near
SPARING = 400  # the same where little depends on the answer
LINES = 10  # of newly parsed code take the time of one evaluation
BYTES_A_LINE = 40


_ITSELF = "it depends on itself"
_PENDING = Unknown(Hole("...", NOWHERE))


class Evaluator:
    """Evaluates expressions of a project. Ask `value`; call `refuel` before each new question."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self.callers = Callers(self)
        self.module_names: dict[tuple[Scope, str], Value | None] = {}
        self.object_attributes: dict[tuple[Object, str], Value | None] = {}
        self.set_outside: dict[tuple[Scope, str], tuple[Value, ...]] = {}
        self.results: dict[Hashable, tuple[Value, Frame]] = {}
        self.rounds = Rounds()
        self._frames: dict[Scope, Frame] = {}
        self._places: dict[ast.AST, Place] = {}
        self._texts: dict[ast.AST, str] = {}
        self._method_frames: dict[tuple[Object, Scope], Frame] = {}
        self._ration = FUEL
        self._fuel = FUEL
        self._reserve = RESERVE
        self._lines = 0
        self._depth = 0
        self._cycle = MAX_DEPTH + 1  # the depth of the outermost evaluation that one within it came back to
        self._begun: dict[tuple[ast.expr, Frame], int] = {}
        self.spent = 0  # evaluations of the whole run

    def refuel(self) -> None:
        """Allow a full question's worth of work again."""
        self._fuel = self._ration
        self._reserve = RESERVE
        self._lines = self.modules.lines

    @property
    def depth(self) -> int:
        """How many evaluations are nested at the moment."""
        return self._depth

    @contextmanager
    def sparing(self) -> Iterator[None]:
        """Allow each question less work."""
        self._ration = SPARING
        self.refuel()
        try:
            yield
        finally:
            self._ration = FUEL
            self.refuel()

    @property
    def exhausted(self) -> bool:
        """Whether the last question ran out of work."""
        return self._fuel <= (self.modules.lines - self._lines) // LINES

    def affords(self, path: str) -> bool:
        """Whether the question has work left to read a file; to read it and stop there would be for nothing."""
        left = self._fuel - (self.modules.lines - self._lines) // LINES
        return self.modules.is_read(path) or self.modules.length(path) <= left * LINES * BYTES_A_LINE

    def value(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression is worth where it stands."""
        known = frame.memo.get(node)
        if known is _PENDING:
            if self.rounds.last_depth > self._begun[node, frame] and self._spend():
                return self._anew(node, frame)
            self._cycle = min(self._cycle, self._begun[node, frame])
            return self.unknown(node, frame, _ITSELF)
        if known is not None:
            self.rounds.recall(node, frame)
            return known
        if not isinstance(node, ast.Constant) and not self._spend():
            return self.unknown(node, frame, "too much code to follow")
        self._depth += 1
        frame.memo[node] = _PENDING
        self._begun[node, frame] = self._depth
        try:
            with self.rounds.drafting(node, frame):
                found = expressions.evaluate(self, node, frame)
        finally:
            self._depth -= 1
            del frame.memo[node], self._begun[node, frame]
        if self._cycle > self._depth:
            self._cycle = MAX_DEPTH + 1
        elif _holds_itself(found):
            # On the way to something that it depends on nothing came of it: asked on its own, it may be worth more.
            return found
        frame.memo[node] = found
        return found

    def _anew(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression is worth in a later round of a loop than the one that it is being evaluated in."""
        begun = self._begun[node, frame]
        self._depth += 1
        self._begun[node, frame] = self._depth
        try:
            return expressions.evaluate(self, node, frame)
        finally:
            self._depth -= 1
            self._begun[node, frame] = begun

    def _spend(self) -> bool:
        """Pay for one evaluation; False where there is nothing left for it."""
        if self._depth >= MAX_DEPTH:
            return False
        self.spent += 1
        if not self.exhausted:
            self._fuel -= 1
            return True
        self._reserve -= self._depth < SHALLOW
        return self._depth < SHALLOW and self._reserve >= 0

    def unknown(self, node: ast.expr, frame: Frame, reason: str) -> Unknown:
        """The unknown value of an expression."""
        return Unknown(Hole(self.source(node, frame), self.place(node, frame), reason=reason))

    def place(self, node: ast.expr | ast.stmt | ast.keyword | ast.arg, frame: Frame) -> Place:
        """Where a node stands."""
        place = self._places.get(node)
        if place is None:
            place = self._places[node] = frame.module.file.place(node)
        return place

    def module_place(self, module: Module) -> Place:
        """The start of a module."""
        return Place(module.path, 1, 1, 1, 1)

    def source(self, node: ast.expr, frame: Frame) -> str:
        """An expression as written, on one line, shortened."""
        text = self._texts.get(node)
        if text is None:
            text = " ".join(frame.module.file.segment(self.place(node, frame)).split())
            text = self._texts[node] = text if len(text) <= 80 else text[:77] + "..."
        return text

    def frame_of(self, scope: Scope) -> Frame:
        """The open frame of a scope: its callers are not known."""
        if scope not in self._frames:
            self._frames[scope] = names.open_frame(self, scope)
        return self._frames[scope]

    def method_frame(self, owner: Object, method: Scope) -> Frame:
        """The frame of a method of an object."""
        key = (owner, method)
        if key not in self._method_frames:
            self._method_frames[key] = attributes.method_frame(self, owner, method)
        return self._method_frames[key]

    # What `Flow` asks.

    def named(self, node: ast.expr, frame: Frame, key: str) -> Value:
        """The value of an expression that is given a name."""
        return stepped(self.value(node, frame), Step("literal", key, self.place(node, frame)))

    def promised(self, value: Value | None, annotation: ast.expr, frame: Frame) -> Value | None:
        """The value of an annotated name."""
        return parameters.promised(self, value, annotation, frame)

    def truth(self, test: ast.expr, frame: Frame) -> bool | None:
        """Whether a test holds, None where that is not known."""
        return operators.truth(self.value(test, frame))

    def operate(self, operator: ast.operator, left: Value, right: Value, place: Place) -> Value:
        """`left operator right`."""
        return operators.binary(operator, left, right, place)

    def changed_by(self, function: Value, call: ast.Call, argument: ast.expr, value: Value, frame: Frame) -> Value:
        """What a call makes of the value that it is passed as one of its arguments."""
        return invoke.changed_by(self, function, call, argument, value, frame)

    def arguments(self, call: ast.Call, frame: Frame) -> Arguments:
        """What a call passes."""
        return binding.passed(self, call, frame)

    def imported(self, statement: ast.Import | ast.ImportFrom, key: str, frame: Frame) -> Value | None:
        """What an import statement binds a name to."""
        return self.modules.imported(self, statement, key, frame)

    def defined(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, frame: Frame) -> Value:
        """What a definition binds its name to."""
        scope = frame.module.scopes[node]
        if isinstance(node, ast.ClassDef):
            return Class(node, scope)
        return self.function(node, frame)

    def function(self, node: FunctionNode, frame: Frame) -> Func:
        """The function that a definition or a lambda makes."""
        closure: Frame | None = frame
        while closure is not None and not isinstance(
            closure.scope.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
        ):
            closure = closure.closure
        return Func(node, frame.module.scopes[node], closure)

    def element(self, target: ast.expr, key: str, iterable: ast.expr, frame: Frame) -> Value | None:
        """What a loop over `iterable` binds `key` to; None where its target does not bind it."""
        return names.loop_element(self, target, key, iterable, frame)

    def unpacked(self, target: ast.expr, key: str, value: ast.expr, frame: Frame) -> Value | None:
        """What unpacking a value binds `key` to; None where the target does not bind it."""
        return names.unpack(self, target, key, self.value(value, frame), frame)

    def entered(self, node: ast.expr, frame: Frame) -> Value:
        """What `with node as x` binds `x` to."""
        return self.value(node, frame)

    def suppresses(self, items: list[ast.withitem], frame: Frame) -> bool:
        """Whether a `with` goes on behind its body when an exception leaves that."""
        functions = (item.context_expr.func for item in items if isinstance(item.context_expr, ast.Call))
        named = (function for function in functions if (name_key(function) or "").endswith("suppress"))
        found = (self.value(function, frame) for function in named)
        return any(isinstance(value, External) and value.name == "contextlib.suppress" for value in found)

    # What values can do.

    def attribute(self, value: Value, name: str, place: Place) -> Value:
        """`value.name`."""
        return attributes.get(self, value, name, place)

    def call(self, function: Value, arguments: Arguments, place: Place, frame: Frame, source: str) -> Value:
        """`function(*arguments)`; `source` is the call as written."""
        return invoke.call(self, function, arguments, place, frame, source)

    def index(self, value: Value, key: Value, place: Place, source: str) -> Value:
        """`value[key]`."""
        said = graph_states.conversation(self, value, key, place, source)
        return said if said is not None else operators.index(value, key, place, source)

    def items(self, value: Value) -> tuple[Item, ...]:
        """The elements of a value that is looped over."""
        if isinstance(value, Seq):
            return value.items
        return (Item(value, spread=True),)

    def module_frame(self, module: Module) -> Frame:
        """The frame of a module's own statements."""
        return self.frame_of(module.scope)


def _holds_itself(value: Value) -> bool:
    """Whether a value, one of its options or an item of a list is what could not be known for a cycle."""
    match value:
        case Unknown(hole):
            return hole.reason == _ITSELF
        case Choice(several):
            return any(map(_holds_itself, several))
        case Seq(items=items):
            return any(_holds_itself(item.value) for item in items)
        case _:
            return False
