"""What one name holds at one point: the statements before it, run for that name alone."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from promptlint.request import Hole
from promptlint.source import changes
from promptlint.source.joins import join, looped, one_list, with_more
from promptlint.source.scopes import MUTATORS, contains, end_of, name_key, start_of, subscripted
from promptlint.source.values import Arguments, Map, Seq, Unknown, Value

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.frames import Frame

_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
Loop = ast.For | ast.AsyncFor | ast.While


@dataclass(frozen=True, slots=True)
class _State:
    """The name's value (None: unbound) behind a statement; whether the point was reached, and whether code goes on."""

    value: Value | None
    reached: bool = False
    live: bool = True


@dataclass(frozen=True, slots=True)
class _Jumps:
    """The name's values where a loop's body is left early: by `break` for good, by `continue` for the next round."""

    breaks: list[Value | None] = field(default_factory=list)
    continues: list[Value | None] = field(default_factory=list)


def is_irrefutable(case: ast.match_case) -> bool:
    """Whether a case takes whatever comes."""
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _chain(node: ast.expr) -> list[ast.BinOp]:
    """The operators of `a + b + c`, the last one first."""
    chain: list[ast.BinOp] = []
    while isinstance(node, ast.BinOp):
        chain.append(node)
        node = node.left
    return chain


def _begins_with(node: ast.expr | None, key: str) -> bool:
    """Whether an expression is a chain of operators that begins with a name."""
    chain = _chain(node) if node is not None else []
    return bool(chain) and name_key(chain[-1].left) == key


class Flow:
    """Follows one name (`x`, or `self.x`) through the statements of a frame's scope up to `point`, or to the end."""

    def __init__(self, evaluator: Evaluator, frame: Frame, key: str, point: ast.AST | None) -> None:
        self._evaluator = evaluator
        self._frame = frame
        self._key = key
        self._point = point
        self._jumps: list[_Jumps] = []  # of the loops around, the innermost last
        self._returned: list[_State] = []  # where the function returns early

    def value(self, initial: Value | None) -> Value | None:
        """The value at the point, None where the name is not bound by then."""
        node = self._frame.scope.node
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            end = self._block(node.body, _State(initial))
            return self._merge([*([end] if end.live or not self._returned else []), *self._returned]).value
        return initial

    def _block(self, statements: Sequence[ast.stmt], state: _State, seen: list[Value | None] | None = None) -> _State:
        """The state behind a block; `seen` collects what the name is in between, where an exception may leave it."""
        for statement in self._relevant(statements, whole=seen is not None):
            if self._point is not None and contains(statement, self._point):
                return self._into(statement, state)
            if isinstance(statement, _ENDS):
                return self._end(statement, state)
            state = self._after(statement, state)
            if not state.live:
                return state
            if seen is not None:
                seen.append(state.value)
        return state

    def _relevant(self, statements: Sequence[ast.stmt], whole: bool) -> list[ast.stmt]:
        """The statements of a block that change the name, leave the block or hold the point.

        Those before the last plain assignment only where the `whole` block is asked for.
        """
        block = self._frame.module.block(statements)
        indices = self._frame.scope.changing(self._key, block.starts)
        end = len(statements)
        if self._point is not None:
            end = bisect_left(block.starts, start_of(self._point))
            if end > 0 and contains(statements[end - 1], self._point):
                end -= 1
                indices.add(end)
        if self._jumps:
            indices |= block.jumping
        if block.leaves is not None:
            indices.add(block.leaves)
        ordered = sorted(indices)
        start = 0 if whole else self._restart(statements, [index for index in ordered if index < end])
        return [statements[index] for index in ordered if index >= start]

    def _end(self, statement: ast.stmt, state: _State) -> _State:
        if self._jumps and isinstance(statement, ast.Break | ast.Continue):
            jumps = self._jumps[-1]
            (jumps.breaks if isinstance(statement, ast.Break) else jumps.continues).append(state.value)
        if self._point is None and isinstance(statement, ast.Return):
            self._returned.append(state)
        return _State(state.value, live=False)

    def _restart(self, statements: Sequence[ast.stmt], indices: list[int]) -> int:
        """The last plain assignment before the point: nothing before it matters."""
        for index in reversed(indices):
            match statements[index]:
                case ast.Assign([target], value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                    if name_key(target) == self._key and not _begins_with(value, self._key):
                        returning = self._frame.module.block(statements).returning if self._point is None else ()
                        return 0 if any(at < index and at in returning for at in indices) else index
                case ast.Return() | ast.Raise():
                    return 0
        return 0

    # Statements that hold the point.

    def _into(self, statement: ast.stmt, state: _State) -> _State:
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                if self._holds([test]):
                    return self._reach(state)
                return self._block(body if self._holds(body) else orelse, self._after_expression(test, state))
            case ast.For() | ast.AsyncFor() | ast.While():
                return self._into_loop(statement, state)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                state = self._enter(items, state)
                return state if state.reached else self._block(body, state)
            case ast.Try() | ast.TryStar():
                return self._into_try(statement, state)
            case ast.Match(subject=subject, cases=cases):
                case = next((case for case in cases if self._holds([*case.body, *filter(None, [case.guard])])), None)
                if case is None:
                    return self._reach(state)
                state = self._matched(case, subject, state)
                return self._block(case.body, state) if self._holds(case.body) else self._reach(state)
            case _:
                return self._reach(state)

    def _into_loop(self, loop: Loop, state: _State) -> _State:
        head = loop.test if isinstance(loop, ast.While) else loop.iter
        if self._holds([head]) and not isinstance(loop, ast.While):
            return self._reach(state)
        if self._holds(loop.orelse):
            return self._block(loop.orelse, self._after_loop(loop, state))
        before = self._bind_target(loop, state)
        entry = before
        changed = any(self._frame.scope.changes_within(self._key, statement) for statement in loop.body)
        if changed and not self._begins_anew(loop.body):
            entry = _State(self._any_round(loop, before))
        return self._block(loop.body, entry) if self._holds(loop.body) else self._reach(entry)

    def _begins_anew(self, body: Sequence[ast.stmt]) -> bool:
        """Whether the way through a block to the point begins with an assignment: nothing before it matters."""
        if self._point is None or not self._holds(body):
            return False
        match self._relevant(body, whole=False):
            case [ast.Assign([target], value) as first, _, *_] if not contains(first, self._point):
                return name_key(target) == self._key and not _begins_with(value, self._key)
            case [ast.Try(body=inner) | ast.With(body=inner) | ast.AsyncWith(body=inner)]:
                return self._begins_anew(inner)
            case _:
                return False

    def _any_round(self, loop: Loop, before: _State) -> Value | None:
        """What the name is where a round begins, which may be the first one or a later one."""
        place = self._frame.module.file.place(loop)
        begun = self._evaluator.rounds.begun((loop, self._frame, self._key))
        if begun is not None:
            return with_more(begun, place)
        after, _ = Flow(self._evaluator, self._frame, self._key, None)._round(loop, before)
        return looped(before.value, after, place, sends_inside=True)

    def _without_point(self, body: Sequence[ast.stmt], state: _State, seen: list[Value | None] | None = None) -> _State:
        return Flow(self._evaluator, self._frame, self._key, None)._block(body, state, seen)

    def _into_try(self, statement: ast.Try | ast.TryStar, state: _State) -> _State:
        if self._holds(statement.body):
            return self._block(statement.body, state)
        seen: list[Value | None] | None = None if self._holds(statement.orelse) else []
        after = self._without_point(statement.body, state, seen)
        either = self._raised(state, seen, after)
        for handler in statement.handlers:
            if self._holds(handler.body):
                return self._block(handler.body, either)
        if self._holds(statement.orelse):
            return self._block(statement.orelse, after)
        if not self._holds(statement.finalbody):
            return self._reach(either)
        value = either.value
        for block in (statement.orelse, *(handler.body for handler in statement.handlers)):
            value = join(value, self._without_point(block, after if block is statement.orelse else either).value)
        return self._block(statement.finalbody, _State(value))

    def _raised(self, before: _State, seen: list[Value | None] | None, after: _State) -> _State:
        """The state where an exception leaves a block; `seen` is what the name was in between."""
        return self._merge([before, *(_State(value) for value in (seen or [])[:-1]), replace(after, live=True)])

    def _holds(self, nodes: Sequence[ast.AST]) -> bool:
        return self._point is not None and any(contains(node, self._point) for node in nodes)

    @staticmethod
    def _reach(state: _State) -> _State:
        return _State(state.value, reached=True)

    # Statements that the point lies behind.

    def _after(self, statement: ast.stmt, state: _State) -> _State:
        match statement:
            case ast.Assign([target], ast.BinOp() as total) if (
                state.value is not None and name_key(target) == self._key and _begins_with(total, self._key)
            ):
                return _State(self._onto_itself(total, state.value))
            case ast.Assign(targets=targets, value=value):
                state = self._after_expression(value, state)
                for target in targets:
                    state = self._assign(target, value, state)
                return state
            case ast.AnnAssign(target=target, annotation=annotation, value=ast.expr() as value):
                state = self._assign(target, value, state)
                if name_key(target) == self._key:
                    return _State(self._evaluator.promised(state.value, annotation, self._frame))
                return state
            case ast.AugAssign():
                return self._augment(statement, state)
            case ast.Delete(targets=targets):
                return self._delete(targets, state)
            case ast.If(test=test, body=body, orelse=orelse):
                return self._after_if(test, body, orelse, self._after_expression(test, state))
            case ast.For() | ast.AsyncFor() | ast.While():
                return self._after_loop(statement, state)
            case ast.With(items=items, body=body) if self._evaluator.suppresses(items, self._frame):
                seen: list[Value | None] = []
                end = self._block(body, self._enter(items, state), seen)
                return self._merge([end, *map(_State, [state.value, *seen])])
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                return self._block(body, self._enter(items, state))
            case ast.Try() | ast.TryStar():
                return self._after_try(statement, state)
            case ast.Match(subject=subject, cases=cases):
                ends = [self._block(case.body, self._matched(case, subject, state)) for case in cases]
                return self._merge(ends if any(map(is_irrefutable, cases)) else [*ends, state])
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return self._define(statement, state)
            case ast.Import() | ast.ImportFrom():
                return _State(self._evaluator.imported(statement, self._key, self._frame))
            case ast.Expr(value) | ast.Return(value=ast.expr() as value):
                return self._after_expression(value, state)
            case _:
                return state

    def _matched(self, case: ast.match_case, subject: ast.expr, state: _State) -> _State:
        """The name after a pattern, which binds it to the subject or to a part of it."""
        for pattern in ast.walk(case.pattern):
            if isinstance(pattern, ast.MatchAs | ast.MatchStar) and pattern.name == self._key:
                if pattern is case.pattern:
                    return _State(self._evaluator.named(subject, self._frame, self._key))
                return _State(self._evaluator.unknown(subject, self._frame, "a part of what is matched"))
            if isinstance(pattern, ast.MatchMapping) and pattern.rest == self._key:
                return _State(self._evaluator.unknown(subject, self._frame, "a part of what is matched"))
        return state

    def _define(self, statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, state: _State) -> _State:
        if statement.name != self._key:
            return state
        return _State(self._evaluator.defined(statement, self._frame))

    def _after_if(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt], state: _State) -> _State:
        truth = self._evaluator.truth(test, self._frame)
        if truth is not None:
            return self._block(body if truth else orelse, state)
        return self._merge([self._block(body, state), self._block(orelse, state)])

    def _merge(self, states: list[_State]) -> _State:
        live = [state for state in states if state.live]
        if not live:
            return _State(states[0].value, live=False)
        value = live[0].value
        for state in live[1:]:
            value = join(value, state.value)
        return _State(value)

    def _after_loop(self, loop: Loop, state: _State) -> _State:
        before = self._bind_target(loop, state)
        place = self._frame.module.file.place(loop)
        begun = self._evaluator.rounds.begun((loop, self._frame, self._key))
        if begun is not None:
            return _State(with_more(begun, place))
        after, breaks = self._round(loop, before)
        run_out = _State(looped(before.value, after, place, sends_inside=False))
        ends = [self._block(loop.orelse, run_out)]
        ends += [_State(looped(before.value, value, place, sends_inside=False)) for value in breaks]
        return self._merge(ends)

    def _round(self, loop: Loop, before: _State) -> tuple[Value | None, list[Value | None]]:
        """The name after one round of a loop that goes on to the next, and where the loop is left."""
        self._jumps.append(_Jumps())
        evaluator, this = self._evaluator, (loop, self._frame, self._key)
        with evaluator.rounds.evaluating(this, one_list(before.value), evaluator.depth):
            end = self._block(loop.body, before)
        jumps = self._jumps.pop()
        values = [*jumps.continues, *([end.value] if end.live else [])]
        after = before.value
        for number, value in enumerate(values):
            after = value if number == 0 else join(after, value)
        return after, jumps.breaks

    def _bind_target(self, loop: Loop, state: _State) -> _State:
        if isinstance(loop, ast.While):
            return self._after_expression(loop.test, state)
        found = self._evaluator.element(loop.target, self._key, loop.iter, self._frame)
        return state if found is None else _State(found)

    def _after_try(self, statement: ast.Try | ast.TryStar, state: _State) -> _State:
        caught = any(not isinstance(handler.body[-1], ast.Raise | ast.Return) for handler in statement.handlers)
        seen: list[Value | None] | None = [] if caught else None
        body = self._block(statement.body, state, seen)
        ends = [self._block(statement.orelse, body)] if body.live else [body]
        either = self._raised(state, seen, body)
        ends += [self._block(handler.body, either) for handler in statement.handlers]
        merged = self._merge(ends)
        after = self._block(statement.finalbody, merged)
        return _State(after.value, live=merged.live and after.live)

    def _enter(self, items: list[ast.withitem], state: _State) -> _State:
        for item in items:
            if self._holds([item.context_expr]):
                return self._reach(state)
            if item.optional_vars is not None and name_key(item.optional_vars) == self._key:
                state = _State(self._evaluator.entered(item.context_expr, self._frame))
        return state

    def _assign(self, target: ast.expr, value: ast.expr, state: _State) -> _State:
        if name_key(target) == self._key:
            return _State(self._evaluator.named(value, self._frame, self._key))
        if isinstance(target, ast.Tuple | ast.List):
            found = self._evaluator.unpacked(target, self._key, value, self._frame)
            return state if found is None else _State(found)
        path = self._path(target) if isinstance(target, ast.Subscript) else None
        if path and state.value is not None:
            place = self._frame.module.file.place(target)
            new = self._evaluator.value(value, self._frame)
            return _State(changes.set_item(state.value, path, new, place))
        return state

    def _delete(self, targets: list[ast.expr], state: _State) -> _State:
        for target in targets:
            if name_key(target) == self._key:
                return _State(None)
            path = self._path(target) if isinstance(target, ast.Subscript) else None
            if path and state.value is not None:
                without = partial(changes.call_method, method="pop", arguments=Arguments((path[-1],)))
                state = _State(changes.change_at(state.value, path[:-1], without))
        return state

    def _onto_itself(self, node: ast.BinOp, value: Value) -> Value:
        """`x + a + b` where `x` is the followed name, which is about to get that value."""
        for step in reversed(_chain(node)):
            right = self._evaluator.value(step.right, self._frame)
            value = self._evaluator.operate(step.op, value, right, self._frame.module.file.place(step))
        return value

    def _augment(self, statement: ast.AugAssign, state: _State) -> _State:
        if state.value is None:
            return state
        added = self._evaluator.value(statement.value, self._frame)
        path = self._path(statement.target)
        renamed = name_key(statement.target) not in (None, self._key)
        if path is None or (renamed and (path or not isinstance(state.value, Seq))):
            return state
        place = self._frame.module.file.place(statement)

        def change(old: Value) -> Value:
            return self._evaluator.operate(statement.op, old, added, place)

        return _State(changes.change_at(state.value, path, change))

    def _after_expression(self, node: ast.expr, state: _State) -> _State:
        """The changes that the calls and assignment expressions in an expression make."""
        if not self._frame.scope.changes_within(self._key, node):
            return state
        # A call ends where its arguments and what it is called on have ended.
        for inner in sorted((i for i in ast.walk(node) if isinstance(i, ast.Call | ast.NamedExpr)), key=end_of):
            before = state
            match inner:
                case ast.Call(func=ast.Attribute(value=target, attr=method)) if method in MUTATORS:
                    path = self._path(target)
                    if path is not None and state.value is not None:
                        state = _State(self._mutated(state.value, path, method, inner))
                case ast.NamedExpr(target=target, value=value) if target.id == self._key:
                    state = _State(self._evaluator.value(value, self._frame))
                case ast.Call() if isinstance(state.value, Seq | Map) and self._is_event(inner):
                    state = self._passed(inner, state.value) or state
            if state is not before:
                state = self._perhaps(inner, node, before, state)
        return state

    def _is_event(self, node: ast.AST) -> bool:
        return start_of(node) in self._frame.scope.events.get(self._key, ())

    def _passed(self, call: ast.Call, value: Value) -> _State | None:
        """The state after the name is passed to a function of the project that may change what it stands for."""
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            if (path := self._path(argument)) is not None and name_key(argument) is not None:
                function = self._evaluator.value(call.func, self._frame)

                def change(old: Value, function: Value = function, argument: ast.expr = argument) -> Value:
                    return self._evaluator.changed_by(function, call, argument, old, self._frame)

                return _State(changes.change_at(value, path, change))
        return None

    def _perhaps(self, inner: ast.expr, outer: ast.expr, before: _State, after: _State) -> _State:
        """The state after a part of an expression that may be left out, or be evaluated many times."""
        child: ast.AST = inner
        for parent in self._frame.module.ancestors(inner) if inner is not outer else ():
            match parent:
                case ast.BoolOp(values=[first, *_]) if child is not first:
                    after = _State(join(before.value, after.value))
                case ast.IfExp(test=test) if child is not test:
                    after = _State(join(before.value, after.value))
                case ast.ListComp(elt=part) | ast.SetComp(elt=part) | ast.GeneratorExp(elt=part) if child is part:
                    place = self._frame.module.file.place(outer)
                    after = _State(looped(before.value, after.value, place, sends_inside=False))
            if parent is outer:
                break
            child = parent
        return after

    def _mutated(self, value: Value, path: list[Value], method: str, call: ast.Call) -> Value:
        arguments = self._evaluator.arguments(call, self._frame)
        return changes.change_at(value, path, lambda old: changes.call_method(old, method, arguments))

    def _path(self, target: ast.expr) -> list[Value] | None:
        """The subscripts from the followed name to `target`, None where that is not what it starts from."""
        path: list[Value] = []
        while (found := subscripted(target)) is not None:
            target, key = found
            path.insert(0, self._evaluator.value(key, self._frame))
        name = name_key(target)
        if name == self._key:
            return path
        to_part = self._frame.scope.aliases.get(self._key, {}).get(name or "")
        return None if to_part is None else [*map(self._step, to_part), *path]

    def _step(self, key: ast.expr | None) -> Value:
        if key is not None:
            return self._evaluator.value(key, self._frame)
        return Unknown(Hole("...", self._evaluator.module_place(self._frame.module), "loop", "request"))
