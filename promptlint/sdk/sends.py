"""The places of a module that send: calls of an SDK's methods and functions, direct, by reference, or by an alias."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from promptlint.sdk import passed, sinks
from promptlint.sdk.candidates import alias_calls, leaves, targets
from promptlint.sdk.description import Method, Sdk, sdks
from promptlint.sdk.passed import PassedArguments
from promptlint.sdk.receivers import Receiver, receiver
from promptlint.sdk.schemas.tools import with_tools
from promptlint.sdk.shapes import Gathered, shape
from promptlint.source.evaluator import Evaluator
from promptlint.source.frames import Frame
from promptlint.source.scopes import Module
from promptlint.source.values import (
    Arguments,
    Attr,
    External,
    Map,
    Object,
    Partial,
    Str,
    Super,
    Value,
    options,
    place_of,
)

_MODELS = frozenset({"model", "modelId"})


@dataclass(frozen=True, slots=True, eq=False)
class Send:
    """A call that sends. `client` is what it is called on; `given` what a partial application passed before.

    `function` is the method or function that is called; `reference` is the same where it is passed to another
    function that will call it. `is_guess` tells that the models of many vendors are called alike, and that nothing
    is known of the name of this one.
    """

    sdk: Sdk
    method: Method
    call: ast.Call
    function: ast.expr
    frame: Frame
    client: Value
    receiver: Receiver | None
    given: Arguments | None = None
    reference: ast.expr | None = None
    is_guess: bool = False

    @property
    def platform(self) -> str | None:
        """The platform that the client talks to, None where that is not known."""
        return (self.receiver.platform or None) if self.receiver is not None else None


def find(ev: Evaluator, module: Module, sdk: Sdk) -> list[Send]:
    """The sends of a module, in order."""
    found: dict[ast.Call, Send] = {}
    aliases: set[str] = set()
    for node in list(leaves(module, sdk)):
        parent = _around_choice(module, node)
        if isinstance(parent, ast.Call) and parent.func is node:
            send = _send(ev, module, sdk, parent, node, None)
        elif isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            aliases |= targets(parent)
            continue
        else:
            send = _passed_on(ev, module, sdk, node, aliases)
        if send is not None:
            found.setdefault(send.call, send)
    for call in list(alias_calls(module, aliases)):
        send = _send(ev, module, sdk, call, call.func, None)
        if send is not None:
            found.setdefault(call, send)
    return sorted(found.values(), key=lambda send: (send.call.lineno, send.call.col_offset))


def _around_choice(module: Module, node: ast.AST) -> ast.AST | None:
    """What stands around a node, or around the choice that it is one option of: `m.stream if wanted else m.create`."""
    parent = module.parents.get(node)
    while (isinstance(parent, ast.IfExp) and parent.test is not node) or isinstance(parent, ast.BoolOp):
        node, parent = parent, module.parents.get(parent)
    return parent


def arguments(ev: Evaluator, send: Send, frame: Frame) -> PassedArguments | None:
    """The arguments of a send in a frame, under the names of the Messages API; None where it cannot be Claude's."""
    if send.is_guess:
        with ev.sparing():
            return _arguments(ev, send, frame)
    found = _arguments(ev, send, frame)
    return with_tools(ev, send.sdk.name, found) if found is not None else None


def _arguments(ev: Evaluator, send: Send, frame: Frame) -> PassedArguments | None:
    given = passed.of_call(ev, send.call, frame, send.given, send.reference)
    if send.method.sink is not None:
        return sinks.translate(ev, send.method, given, ev.place(send.call, send.frame))
    if not send.method.shape:
        return given
    ev.refuel()
    found = send.receiver
    if send.method.path and frame is not send.frame:
        found = next((r for _, _, r in _uses(ev, send.sdk, ev.value(send.function, frame)) if r is not None), found)
    return shape(send.method.shape)(Gathered(ev, frame, given, found, send.method.words[-1]))


def _passed_on(ev: Evaluator, module: Module, sdk: Sdk, node: ast.expr, aliases: set[str]) -> Send | None:
    """A method that is passed to another function, with its arguments beside it."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.keyword):
        parent = module.parents.get(parent)
    if not isinstance(parent, ast.Call):
        return None
    above = module.parents.get(parent)
    if isinstance(above, ast.Assign | ast.AnnAssign):
        # A partial application that gets a name is called later, by that name.
        value = ev.value(parent, _frame(ev, module, parent))
        if isinstance(value, Partial):
            aliases |= targets(above)
            return None
    if _is_class(node):
        # Classes are passed on to be tested for, to be mocked, as types: rarely to be called.
        return None
    return _send(ev, module, sdk, parent, node, node)


def _is_class(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name[:1].isupper()


def _frame(ev: Evaluator, module: Module, node: ast.AST) -> Frame:
    return ev.frame_of(module.function_of(node))


def _send(
    ev: Evaluator, module: Module, sdk: Sdk, call: ast.Call, function: ast.expr, reference: ast.expr | None
) -> Send | None:
    ev.refuel()
    frame = _frame(ev, module, call)
    value = ev.value(function, frame)
    given: Arguments | None = None
    if isinstance(value, Partial):
        given, value = value.arguments, value.function
    for method, client, found in _uses(ev, sdk, value):
        send = Send(sdk, method, call, function, frame, client, found, given, reference)
        send = replace(send, is_guess=sdk.many_vendors and not _names_model(ev, send))
        if _accepted(ev, module, send):
            return send
    return None


def _uses(ev: Evaluator, sdk: Sdk, value: Value) -> list[tuple[Method, Value, Receiver | None]]:
    """The methods of the SDK that a value can be, each with what it is called on."""
    uses: list[tuple[Method, Value, Receiver | None]] = []
    for option in options(value):
        if (own := sinks.own(ev, sdk, option)) is not None:
            uses.append((own, option, None))
            continue
        if isinstance(option, External) and (function := sdk.function(option.name)) is not None:
            uses.append((function, option, None))
            continue
        root, names = _chain(option)
        found = sdk.method(names)
        if found is not None and not set(names) & sdk.other_paths:
            method, start = found
            client = _after(root, names[:start])
            known = receiver(ev, sdk, client)
            if known is not None or not _is_anothers(ev, sdk, root, names):
                uses.append((method, client, known))
    return [(method, client, _with_others(found, method, uses)) for method, client, found in uses]


def _with_others(
    found: Receiver | None, method: Method, uses: list[tuple[Method, Value, Receiver | None]]
) -> Receiver | None:
    """The receiver, with the further ones that the same method may be called on."""
    if found is None:
        return None
    others = tuple(other for same, _, other in uses if other is not None and other is not found and same is method)
    return replace(found, others=(*found.others, *others))


def _is_anothers(ev: Evaluator, sdk: Sdk, root: Value, names: tuple[str, ...]) -> bool:
    """Whether this is the method of another SDK's client, such as one that wraps a client of this SDK."""
    return any(
        receiver(ev, other, _after(root, names[: found[1]])) is not None
        for other in sdks()
        if other is not sdk and (found := other.method(names)) is not None
    )


def _chain(value: Value) -> tuple[Value, tuple[str, ...]]:
    names: list[str] = []
    while isinstance(value, Attr):
        names.insert(0, value.name)
        value = value.base
    if isinstance(value, External):
        # A client imported from a module that cannot be seen: all that is known of it is its name.
        first, *rest = value.name.split(".")
        return External(first, value.place), (*rest, *names)
    # What `super()` calls is a method of a class above, on the same object.
    return value.owner if isinstance(value, Super) else value, tuple(names)


def _after(root: Value, names: tuple[str, ...]) -> Value:
    for name in names:
        root = Attr(root, name, place_of(root))
    return root


def _accepted(ev: Evaluator, module: Module, send: Send) -> bool:
    """Whether a call sends to Claude, or may do so."""
    if send.receiver is None and send.method.path:
        if send.sdk.receiver == "known":
            return False
        if send.sdk.receiver == "evidence" and not _plausible(ev, module, send):
            return False
    if send.method.sink is not None:
        return arguments(ev, send, send.frame) is not None
    if not send.method.shape:
        return True
    return not _ruled_out(ev, send) and arguments(ev, send, send.frame) is not None


def _names_model(ev: Evaluator, send: Send) -> bool:
    """Whether something is known of the name of the model that a call passes."""
    models = [keyword.value for keyword in send.call.keywords if keyword.arg in _MODELS]
    return not models or any(isinstance(option, Str) for option in options(ev.value(models[0], send.frame)))


def _ruled_out(ev: Evaluator, send: Send) -> bool:
    """Whether the model alone says that a call is none of Claude's: then nothing else needs to be evaluated."""
    named = {
        keyword.arg: passed.of_keyword(ev, keyword, send.frame)
        for keyword in send.call.keywords
        if keyword.arg in _MODELS and keyword.value is not send.reference
    }
    given = PassedArguments(named, opaque=["its other arguments"])
    gathered = Gathered(ev, send.frame, given, send.receiver, send.method.words[-1])
    return bool(named) and shape(send.method.shape)(gathered) is None


def _plausible(ev: Evaluator, module: Module, send: Send) -> bool:
    """Whether a call on an unknown client sends to Claude, by its arguments."""
    if any(_is_foreign(option) for option in options(send.client)):
        return False
    names = {keyword.arg for keyword in send.call.keywords if keyword.arg}
    if send.given is not None:
        names |= {key for key, _ in send.given.keywords}
    opaque = False
    for keyword in send.call.keywords:
        for option in options(ev.value(keyword.value, send.frame)) if keyword.arg is None else ():
            if isinstance(option, Map):
                names |= {entry.key for entry in option.entries}
            else:
                opaque = True
    if names & send.sdk.counter_evidence:
        return False
    if any(wanted <= names for wanted in send.sdk.evidence):
        return True
    return opaque and any(_imports(module, package) for package in send.sdk.packages)


def _is_foreign(client: Value) -> bool:
    """Whether a client is known to be of something else."""
    return isinstance(client, Object) and isinstance(client.of, External)


def _imports(module: Module, package: str) -> bool:
    for node in module.parents:
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == package for alias in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package and not node.level:
            return True
    return False
