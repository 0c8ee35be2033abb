"""Defaults of command line options: argparse, click, typer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from promptlint.request import Hole, Place, Step
from promptlint.source.scopes import FunctionNode
from promptlint.source.values import (
    Arguments,
    Const,
    External,
    Item,
    Namespace,
    Object,
    Seq,
    Str,
    Unknown,
    Value,
    choice,
    stepped,
)

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.frames import Frame

_CLICK = frozenset({"click.option", "click.argument", "rich_click.option", "asyncclick.option"})
_TYPER = frozenset({"typer.Option", "typer.Argument"})


def decorated(ev: Evaluator, node: FunctionNode, argument: ast.arg, frame: Frame) -> Value | None:
    """The default that a `@click.option` gives a parameter; None where there is no such decorator."""
    if isinstance(node, ast.Lambda):
        return None
    outer = frame.closure or ev.module_frame(frame.module)
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        function = ev.value(decorator.func, outer)
        if isinstance(function, External) and function.name in _CLICK:
            given = ev.arguments(decorator, outer)
            if destination(given) == argument.arg:
                return _default(given, argument.arg, ev.place(decorator, outer))
    return None


def is_typer(ev: Evaluator, argument: ast.arg, fallback: ast.expr, frame: Frame) -> bool:
    """Whether a parameter is an option of typer: its default is one, or its annotation holds one."""
    nodes = [fallback]
    if isinstance(argument.annotation, ast.Subscript) and isinstance(argument.annotation.slice, ast.Tuple):
        nodes += argument.annotation.slice.elts
    makers = [ev.value(node.func, frame) for node in nodes if isinstance(node, ast.Call)]
    return any(isinstance(maker, External) and maker.name in _TYPER for maker in makers)


def typer_default(arguments: Arguments, place: Place) -> Value:
    """The default of `typer.Option(default, ..)`."""
    found = arguments.get("default", 0)
    if found is None or (isinstance(found, Const) and found.value is ...):
        return Unknown(Hole("option", place, "input", "process", reason="given on the command line"))
    return stepped(found, Step("cli-default", "option", place))


def destination(arguments: Arguments) -> str | None:
    """The name under which an option's value is kept."""
    explicit = arguments.get("dest")
    if isinstance(explicit, Str):
        return explicit.text.known
    names = [name for value in arguments.positional if isinstance(value, Str) and (name := value.text.known)]
    plain = [name for name in names if not name.startswith("-") and name.isidentifier()]
    long = [name for name in names if name.startswith("--")]
    chosen = (plain or long or names or [""])[0]
    return chosen.split("/")[0].lstrip("-").replace("-", "_") or None


def _default(arguments: Arguments, name: str, place: Place) -> Value:
    found = arguments.get("default")
    if found is None:
        return Unknown(Hole(name, place, "input", "process", reason="given on the command line"))
    return stepped(found, Step("cli-default", name, place))


def namespace_attribute(ev: Evaluator, namespace: Namespace, name: str, place: Place) -> Value:
    """`args.name` of a parsed command line: the default of the option that is kept under this name."""
    found: list[Value] = []
    for call in _calls_of(namespace.scope.node, "set_defaults"):
        value = ev.arguments(call, namespace.frame).get(name)
        found += [stepped(value, Step("cli-default", name, ev.place(call, namespace.frame)))] if value else []
    for call in () if found else _calls_of(namespace.scope.node, "add_argument"):
        arguments = ev.arguments(call, namespace.frame)
        if destination(arguments) == name:
            where = ev.place(call, namespace.frame)
            action = arguments.get("action")
            if isinstance(action, Str) and action.text.known in ("store_true", "store_false"):
                found.append(Unknown(Hole(name, where, "input", "process", reason="a switch of the command line")))
            else:
                found.append(_default(arguments, name, where))
    if found:
        return choice(found)
    return Unknown(Hole(f"args.{name}", place, "input", "process", reason="given on the command line"))


def _calls_of(node: ast.AST, method: str) -> list[ast.Call]:
    return [
        inner
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == method
    ]


def parsed(parser: Value, frame: Frame, place: Place, method: str) -> Value | None:
    """What `parser.parse_args()` gives; None where it is no argparse parser."""
    if not (isinstance(parser, Object) and isinstance(parser.of, External)):
        return None
    if parser.of.name.rsplit(".", 1)[-1] not in ("ArgumentParser", "ArgParser"):
        return None
    maker = parser.frame or frame
    namespace = Namespace(maker.scope, maker, place)
    if method == "parse_known_args":
        return Seq("tuple", (Item(namespace), Item(Unknown(Hole("rest", place, "input", "process")))), place)
    return namespace
