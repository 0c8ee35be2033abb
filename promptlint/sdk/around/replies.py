"""What is read of a reply: it is followed from the call through names, returns and arguments to its attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.request import Field, Read, Response
from promptlint.sdk.around import handed
from promptlint.sdk.around.parsing import parse_of
from promptlint.sdk.around.words import last_word
from promptlint.sdk.description import Reply
from promptlint.source.evaluator import Evaluator
from promptlint.source.scopes import Module, start_of

MAX_VISITS = 120  # places that one reply is followed to
MAX_LEVELS = 4  # of callers that a reply is returned through
_SAME = frozenset(
    "wait_for shield create_task ensure_future run to_thread run_in_executor cast loads deepcopy copy dict aiter iter "
    "next anext run_until_complete submit".split()
)
"""Functions whose result is, or holds, what they are given."""
_ASKS = frozenset({"isinstance", "hasattr", "type", "bool", "id", "callable", "issubclass", "close", "aclose"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def response(ev: Evaluator, module: Module, call: ast.Call, words: Reply, within: ast.Call | None = None) -> Response:
    """What is read of the reply of a call; `within` is the one caller that counts, where a wrapper has several."""
    follower = _Follower(ev, words, within)
    follower.follow(module, call)
    reads = tuple(sorted(dict.fromkeys(follower.reads), key=lambda read: (read.place, read.field)))
    seen = {read.field for read in reads}
    unseen = None if follower.lost else False
    return Response(
        True if "usage" in seen else unseen,
        True if "stop_reason" in seen else unseen,
        True if "content" in seen else unseen,
        reads,
    )


class _Follower:
    """Follows one reply. `lost` tells that a way led to where it cannot be followed."""

    def __init__(self, ev: Evaluator, words: Reply, within: ast.Call | None) -> None:
        self.reads: list[Read] = []
        self.lost = False
        self._ev = ev
        self._words = words
        self._within = within
        self._seen: set[ast.AST] = set()

    def follow(self, module: Module, start: ast.expr) -> None:
        """Go on from an expression that is the reply, or a part of it."""
        pending: list[tuple[Module, ast.expr, int]] = [(module, start, 0)]
        while pending:
            where, node, level = pending.pop()
            if node in self._seen:
                continue
            self._seen.add(node)
            if len(self._seen) > MAX_VISITS:
                self.lost = True
                return
            pending += [(m, n, level + up) for m, n, up in self._step(where, node, level)]

    def _step(self, module: Module, node: ast.expr, level: int) -> Iterator[tuple[Module, ast.expr, int]]:
        """Where the value of an expression goes next; the number is that of the calls it is returned through."""
        parent = module.parents.get(node)
        match parent:
            case ast.Await() | ast.NamedExpr() | ast.IfExp() | ast.BoolOp() | ast.Starred():
                yield module, parent, 0
                if isinstance(parent, ast.NamedExpr):
                    yield from self._named(module, parent.target)
            case ast.Attribute(value=value) | ast.Subscript(value=value) if value is node:
                if not self._is_field(module, parent):
                    yield module, parent, 0
            case ast.Call(func=function) if function is node:
                yield module, parent, 0
            case ast.Call():
                yield from self._given(module, parent, node)
            case ast.keyword() if isinstance(call := module.parents.get(parent), ast.Call):
                yield from self._given(module, call, node)
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from self._named(module, target)
            case ast.AnnAssign(target=target):
                yield from self._named(module, target)
            case ast.withitem(optional_vars=target):
                if target is not None:
                    yield from self._named(module, target)
            case ast.For(target=target, iter=over) | ast.AsyncFor(target=target, iter=over) if over is node:
                yield from self._named(module, target)
            case ast.comprehension(target=target, iter=over) if over is node:
                yield from self._named(module, target)
            case ast.Return():
                yield from self._returned(module, parent, level)
            case ast.Lambda() if isinstance(call := module.parents.get(parent), ast.Call):
                # A helper that calls what it is given returns what that returns.
                yield module, call, 0
            case ast.Expr() | ast.Compare() | ast.UnaryOp() | ast.If() | ast.While() | ast.Assert() | ast.Delete():
                pass
            case _:
                self.lost = True

    def _is_field(self, module: Module, node: ast.Attribute | ast.Subscript) -> bool:
        """Note the field that an attribute or key reads; False where it leads on, as `.json()` and `[0]` do."""
        word = node.attr if isinstance(node, ast.Attribute) else _key(node)
        if word == "get" and isinstance(call := module.parents.get(node), ast.Call) and call.args:
            word = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
        if not isinstance(word, str):
            return False
        field = self._words.field(word)
        if field is None:
            return word not in self._words.through
        self._note(module, node, field)
        return True

    def _note(self, module: Module, node: ast.expr, field: Field) -> None:
        """Note a read, with all that is taken of the field there."""
        top = node
        while isinstance(above := module.parents.get(top), ast.Attribute | ast.Subscript) and above.value is top:
            top = above
        name = " ".join(module.file.segment(module.file.place(top)).split())[-80:]
        parsed = parse_of(self._ev, module, node, self._within) if field == "content" else None
        self.reads.append(Read(field, module.file.place(node), name, parsed))

    def _named(self, module: Module, target: ast.expr) -> Iterator[tuple[Module, ast.expr, int]]:
        """The uses of a name that the reply is given; an attribute or element of something else is lost."""
        if not isinstance(target, ast.Name):
            self.lost = True
            return
        function = _function(module, target)
        end = self._rebound(module, target)
        for use in self._ev.callers.loads(module, target.id):
            inside = function is None or function in module.ancestors(use)
            if inside and start_of(use) > start_of(target) and (end is None or start_of(use) < end):
                yield module, use, 0

    @staticmethod
    def _rebound(module: Module, target: ast.Name) -> tuple[int, int] | None:
        """Where the name gets another value for good: behind the next assignment of the same block."""
        statement: ast.AST = target
        while not isinstance(statement, ast.stmt):
            statement = module.parents[statement]
        body = getattr(module.parents.get(statement), "body", [])
        behind = body[body.index(statement) + 1 :] if isinstance(body, list) and statement in body else []
        for other in behind:
            if isinstance(other, ast.Assign) and any(
                isinstance(name, ast.Name) and name.id == target.id for name in other.targets
            ):
                return other.end_lineno or other.lineno, other.end_col_offset or 0
        return None

    def _returned(self, module: Module, node: ast.AST, level: int) -> Iterator[tuple[Module, ast.expr, int]]:
        function = _function(module, node)
        if function is None or level >= MAX_LEVELS:
            self.lost = True
            return
        scope = module.scopes[function]
        callers = self._ev.callers.of(scope, level)
        if not callers or not self._ev.callers.all_seen(scope):
            self.lost = True
        chosen = [caller for caller in callers if caller.call is self._within] or callers
        for caller in chosen:
            if caller.skipped is not None and last_word(caller.call) not in _SAME:
                self.lost = True
            yield caller.module, caller.call, 1

    def _given(self, module: Module, call: ast.Call, node: ast.expr) -> Iterator[tuple[Module, ast.expr, int]]:
        """What a function does with the reply that it is given."""
        word = last_word(call.func)
        if word in ("getattr", "hasattr") and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            field = self._words.field(str(call.args[1].value))
            if field is not None:
                self._note(module, call, field)
            return
        if word in _SAME:
            yield module, call, 0
        elif word not in _ASKS:
            found = [(m, use, 0) for m, use in handed.uses(self._ev, module, call, node)]
            self.lost = self.lost or not found
            yield from found


def _key(node: ast.Subscript) -> object:
    return node.slice.value if isinstance(node.slice, ast.Constant) else None


def _function(module: Module, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    return next((parent for parent in module.ancestors(node) if isinstance(parent, _FUNCTIONS)), None)
