"""Functions from outside the project that the evaluator knows."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from promptlint.request import Hole, Piece, Place, Text
from promptlint.source import changes, cli_options, data_files, dedents, names, operators, prompt_files, strings
from promptlint.source.changes import merged, spread
from promptlint.source.frames import Frame
from promptlint.source.origins import LIFETIMES, origin_of
from promptlint.source.values import (
    Arguments,
    Attr,
    Class,
    Const,
    Entry,
    External,
    Item,
    Map,
    Partial,
    Seq,
    Str,
    Super,
    Unknown,
    Value,
    choice,
    hole_of,
    lightened,
    options,
    place_of,
    string_of,
)

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator


def call(ev: Evaluator, name: str, arguments: Arguments, place: Place, frame: Frame, source: str) -> Value | None:
    """What calling an external function gives; None where it is not known."""
    handler = _HANDLERS.get(name) or (mapping if _TYPED_MAPPING.search(name) else None)
    if handler is not None:
        found = handler(Called(ev, arguments, place, frame, source))
        if found is not None:
            return found
    origin = origin_of(name)
    if origin is None:
        return None
    options = tuple(v.text.known for v in arguments.positional if isinstance(v, Str) and v.text.known is not None)
    return Unknown(Hole(source, place, origin, LIFETIMES.get(origin, "request"), name, options))


_TYPED_MAPPING = re.compile(r"\.types\.(?:\w+\.)*\w+Param$|\.type_defs\.\w+TypeDef$")
"""The typed dicts of SDKs that are generated from a specification, and those of `mypy_boto3`."""


class Called:
    """One call of an external function."""

    def __init__(self, ev: Evaluator, arguments: Arguments, place: Place, frame: Frame, source: str) -> None:
        self.ev = ev
        self.arguments = arguments
        self.place = place
        self.frame = frame
        self.source = source

    @property
    def first(self) -> Value | None:
        """The first positional argument."""
        return self.arguments.positional[0] if self.arguments.positional else None


def _getenv(call: Called) -> Value | None:
    name = call.first
    key = operators.known(name) if name is not None else None
    hole = Hole(
        str(key or call.source), call.place, "environment", "process", "os.getenv", reason="not set in the code"
    )
    fallback = call.arguments.get("default", 1)
    if fallback is None:
        return Unknown(hole)
    return names.as_default(fallback, "env-default", hole)


def _string(call: Called) -> Value | None:
    if call.first is None:
        return Str(Text(), call.place)
    if isinstance(call.first, Str) and call.first.member is None:
        return call.first
    return Str(string_of(call.first), call.place)


def _number(convert: Callable[[Any], Any]) -> Callable[[Called], Value | None]:
    def handler(call: Called) -> Value | None:
        found: list[Value] = []
        for option in options(call.first) if call.first is not None else ():
            known = operators.known(option)
            trail = next(option.text.pieces()).trail if isinstance(option, Str) and known else ()
            if isinstance(option, Const):
                trail = option.trail
            try:
                found.append(Const(convert(known), place_of(option), trail) if known is not None else option)
            except (ValueError, TypeError, OverflowError):
                found.append(option)
        return choice(found) if found else None

    return handler


def _sequence(kind: str) -> Callable[[Called], Value | None]:
    def handler(call: Called) -> Value | None:
        if call.first is None:
            return Seq(kind, (), call.place)
        if isinstance(call.first, Seq):
            # The order of a set stays unknown in the list that is made of it.
            same_kind = "set" if call.first.kind == "set" else kind
            return Seq(same_kind, call.first.items, call.first.place, call.first.grows)
        if isinstance(call.first, Map):
            return None
        return Seq(kind, spread(call.first), call.place)

    return handler


def _sorted(call: Called) -> Value | None:
    if not isinstance(call.first, Seq):
        return None if call.first is None else Seq("list", spread(call.first), call.place)
    return replace(changes.in_order(call.first, call.arguments), kind="list")


def _reversed(call: Called) -> Value | None:
    if not isinstance(call.first, Seq):
        return None if call.first is None else Seq("list", spread(call.first), call.place)
    return replace(call.first, items=call.first.items[::-1])


def mapping(call: Called) -> Map:
    """`dict(..)`, and what typed dicts are made with."""
    found = Map((), call.place)
    if call.first is not None:
        found = merged(found, call.first)
    entries = tuple(Entry(key, lightened(value), place_of(value)) for key, value in call.arguments.keywords)
    rest = found.rest or (Unknown(hole_of(found)) if call.arguments.opaque else None)
    return merged(Map(found.entries, found.place, rest), Map(entries, call.place))


def _dedent(call: Called) -> Value | None:
    if not isinstance(call.first, Str):
        return call.first
    return Str(strings.dedented(dedents.told("dedent", call.first.text, call.place)), call.place)


def _cleandoc(call: Called) -> Value | None:
    if not isinstance(call.first, Str):
        return call.first
    return Str(strings.cleaned(dedents.told("cleandoc", call.first.text, call.place)), call.place)


def _getattr(call: Called) -> Value | None:
    if len(call.arguments.positional) < 2:
        return None
    base, name = call.arguments.positional[:2]
    known = operators.known(name)
    if not isinstance(known, str):
        return None
    found = call.ev.attribute(base, known, call.place)
    fallback = call.arguments.get("default", 2)
    resolved = not any(isinstance(option, Unknown | Attr | External) for option in options(found))
    return found if fallback is None or resolved else choice([found, fallback])


def _super(call: Called) -> Value | None:
    around = call.frame.scope.parent
    if around is None or not isinstance(around.node, ast.ClassDef) or call.frame.owner is None:
        return None
    return Super(call.frame.owner, Class(around.node, around))


def _partial(call: Called) -> Value | None:
    if call.first is None:
        return None
    rest = Arguments(call.arguments.positional[1:], call.arguments.keywords, call.arguments.opaque)
    return Partial(call.first, rest)


def _passed_on(call: Called) -> Value | None:
    """`asyncio.to_thread(function, ..)` and the like."""
    if call.first is None:
        return None
    rest = Arguments(call.arguments.positional[1:], call.arguments.keywords, call.arguments.opaque)
    return call.ev.call(call.first, rest, call.place, call.frame, call.source)


def _same(call: Called) -> Value | None:
    return call.first


def _second(call: Called) -> Value | None:
    return call.arguments.positional[1] if len(call.arguments.positional) > 1 else None


def _field(call: Called) -> Value | None:
    """`Field(default, ..)` and `field(default=..)` of pydantic, dataclasses and attrs."""
    default = call.arguments.get("default", 0)
    if default is not None and not (isinstance(default, Const) and default.value is ...):
        return default
    factory = call.arguments.get("default_factory") or call.arguments.get("factory")
    if factory is not None:
        return call.ev.call(factory, Arguments(), call.place, call.frame, call.source)
    return Unknown(Hole(call.source, call.place, reason="a field without a default"))


def _extreme(pick: Callable[..., Any]) -> Callable[[Called], Value | None]:
    def handler(call: Called) -> Value | None:
        values = call.arguments.positional
        if len(values) < 2 or call.arguments.keywords:
            return None
        found: list[Value] = []
        for combination in _combinations([list(options(value)) for value in values]):
            if not all(isinstance(v, Const) and isinstance(v.value, int | float) for v in combination):
                found.append(Unknown(hole_of(next((v for v in combination if not isinstance(v, Const)), values[0]))))
                continue
            found.append(pick(combination, key=lambda const: const.value))
        return choice(found)

    return handler


def _combinations(lists: list[list[Value]]) -> list[list[Value]]:
    found: list[list[Value]] = [[]]
    for values in lists:
        found = [[*head, value] for head in found for value in values][:64]
    return found


def _dumps(call: Called) -> Value | None:
    if call.first is None:
        return None
    try:
        plain = to_python(call.first)
        if _has_other_keys(plain):
            raise ValueError("a key that is no text is written in another way")
        settings = {key: to_python(value) for key, value in call.arguments.keywords if key in _DUMPS_SETTINGS}
        text = Text((Piece(json.dumps(plain, **settings), place_of(call.first)),))
    except (ValueError, TypeError, RecursionError):
        settings_known = tuple(f"{key}={operators.known(value)}" for key, value in call.arguments.keywords)
        inner = hole_of(call.first)
        hole = replace(inner, name=call.source, place=call.place, detail="json.dumps", options=settings_known)
        text = Text((hole,))
    return Str(text, call.place, call.first)


def _has_other_keys(plain: Any) -> bool:
    """Whether a mapping may have a key that is True, False or None: they are kept as Python writes them."""
    if isinstance(plain, dict):
        return not {"True", "False", "None"}.isdisjoint(plain) or any(map(_has_other_keys, plain.values()))
    return isinstance(plain, list) and any(map(_has_other_keys, plain))


_DUMPS_SETTINGS = frozenset({"indent", "ensure_ascii", "sort_keys", "separators"})


def to_python(value: Value) -> Any:
    """The plain Python value of a wholly known value. Raises ValueError where a part is not known."""
    match value:
        case Str() if value.text.known is not None:
            return value.text.known
        case Const(known):
            return known
        case Seq(kind, items) if kind != "set" and not any(item.spread or item.optional for item in items):
            return [to_python(item.value) for item in items]
        case Map(entries, _, None) if not any(entry.optional for entry in entries):
            return {entry.key: to_python(entry.value) for entry in entries}
        case _:
            raise ValueError("not wholly known")


def _enumerated(call: Called) -> Value | None:
    if not isinstance(call.first, Seq):
        return None
    number = Unknown(Hole("i", call.place, "loop", "request"))
    pairs = (
        Item(Seq("tuple", (Item(number), item), call.place), item.optional, item.spread) for item in call.first.items
    )
    return Seq("list", tuple(pairs), call.place)


_HANDLERS: dict[str, Callable[[Called], Value | None]] = {
    **prompt_files.FUNCTIONS,
    **data_files.FUNCTIONS,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "decouple.config": _getenv,
    "builtins.str": _string,
    "builtins.int": _number(int),
    "builtins.float": _number(float),
    "builtins.list": _sequence("list"),
    "builtins.tuple": _sequence("tuple"),
    "builtins.set": _sequence("set"),
    "builtins.frozenset": _sequence("set"),
    "builtins.sorted": _sorted,
    "builtins.reversed": _reversed,
    "builtins.dict": mapping,
    "builtins.enumerate": _enumerated,
    "builtins.getattr": _getattr,
    "builtins.super": _super,
    "builtins.min": _extreme(min),
    "builtins.max": _extreme(max),
    "textwrap.dedent": _dedent,
    "inspect.cleandoc": _cleandoc,
    "json.dumps": _dumps,
    "functools.partial": _partial,
    "asyncio.to_thread": _passed_on,
    "anyio.to_thread.run_sync": _passed_on,
    "starlette.concurrency.run_in_threadpool": _passed_on,
    "fastapi.concurrency.run_in_threadpool": _passed_on,
    "fastapi.Depends": _passed_on,
    "fastapi.params.Depends": _passed_on,
    "asyncio.run": _same,
    "asyncio.create_task": _same,
    "asyncio.ensure_future": _same,
    "asyncio.wait_for": _same,
    "asyncio.shield": _same,
    "copy.copy": _same,
    "copy.deepcopy": _same,
    "typing.cast": _second,
    "pydantic.Field": _field,
    "pydantic.fields.Field": _field,
    "dataclasses.field": _field,
    "attrs.field": _field,
    "attr.ib": _field,
    "typer.Option": lambda call: cli_options.typer_default(call.arguments, call.place),
    "typer.Argument": lambda call: cli_options.typer_default(call.arguments, call.place),
}
