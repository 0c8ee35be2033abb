"""What the evaluator knows of an expression. These values may hold syntax nodes; they never leave the left wing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from promptlint.request import Hole, How, Lifetime, Part, Piece, Place, Step, Text, Variant
from promptlint.source.origins import LIFETIMES, origin_of

if TYPE_CHECKING:
    from promptlint.source.frames import Frame
    from promptlint.source.scopes import Module, Scope

MAX_OPTIONS = 16
MAX_PARTS = 10_000  # of one text
MAX_VARIED = 2_000  # parts of the options of one variant
MAX_NESTED = 20_000  # values within a list or mapping that stands in another


@dataclass(frozen=True, slots=True)
class Const:
    """A known number, boolean, None or bytes. Strings are `Str`."""

    value: Any
    place: Place
    trail: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an enumeration. `name` is what it is written as (`Tier.FAST`), None where its class decides.

    `is_text` if the enumeration is one of strings (`class Tier(str, Enum)`): its members equal them.
    """

    name: str | None
    is_text: bool


@dataclass(frozen=True, slots=True)
class Str:
    """A string, of which any part may be unknown. `data` is the value that it is the JSON text of, where it is one.

    `member` if it is the value of a member of an enumeration, and the member itself is meant.
    """

    text: Text
    place: Place
    data: Value | None = field(default=None, compare=False, repr=False)
    member: Member | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One element of a sequence. `spread` stands for any number of elements of which `value` is one."""

    value: Value
    optional: bool = False
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Seq:
    """A list, tuple or set; `grows` when a loop or another method adds what was said to it.

    `window` is the slice that keeps the last ones of a list that grows: `said[-20:]`.
    """

    kind: str
    items: tuple[Item, ...]
    place: Place
    grows: bool = False
    window: Place | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a mapping; `key_place` is where its key or keyword stands."""

    key: str
    value: Value
    key_place: Place
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping with string keys. `rest` tells why it may have further entries."""

    entries: tuple[Entry, ...]
    place: Place
    rest: Unknown | None = None

    def get(self, key: str) -> Entry | None:
        """The entry of a key."""
        return next((entry for entry in reversed(self.entries) if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, likeliest first."""

    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is known at run time only. `made` tells what made it, where that can matter to an SDK."""

    hole: Hole
    made: Made | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Func:
    """A function of the project; `closure` is the frame it was defined in."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    closure: Frame | None


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class of the project."""

    node: ast.ClassDef
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class ModuleValue:
    """A module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class External:
    """A name that comes from outside the project, such as `anthropic.Anthropic`."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call passes."""

    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    opaque: bool = False

    def get(self, name: str, index: int | None = None) -> Value | None:
        """The argument of this name, or else at this position."""
        for key, value in self.keywords:
            if key == name:
                return value
        if index is not None and index < len(self.positional):
            return self.positional[index]
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A value made of another by a method (`a.b(..)`), an operator (`prompt | llm`) or by calling it (no method)."""

    base: Value
    method: str
    arguments: Arguments
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """What calling a class makes; `arguments` None where the making cannot be seen."""

    of: Class | External
    arguments: Arguments | None
    place: Place
    frame: Frame | None = None

    def of_external(self, name: str) -> bool:
        """Whether it is of a class of this name from outside the project."""
        return isinstance(self.of, External) and self.of.name.rsplit(".", 1)[-1] == name


@dataclass(frozen=True, slots=True, eq=False)
class Super:
    """`super()` in a method of `cls`; `owner` is the object or class that the method is called on."""

    owner: Value
    cls: Class


@dataclass(frozen=True, slots=True, eq=False)
class Attr:
    """An attribute of something from outside the project, such as `client.messages`."""

    base: Value
    name: str
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A method of the project with its object."""

    function: Func
    owner: Value


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """A function with some of its arguments (`functools.partial`)."""

    function: Value
    arguments: Arguments


@dataclass(frozen=True, slots=True, eq=False)
class Namespace:
    """What a command line parser gives; `parser` is the scope that adds its arguments."""

    scope: Scope
    frame: Frame
    place: Place = field(compare=False)


Value = (
    Const
    | Str
    | Seq
    | Map
    | Choice
    | Unknown
    | Func
    | Class
    | ModuleValue
    | External
    | Object
    | Super
    | Attr
    | Bound
    | Partial
    | Namespace
)


def options(value: Value) -> Iterator[Value]:
    """The possible values, choices flattened."""
    if isinstance(value, Choice):
        for option in value.options:
            yield from options(option)
    else:
        yield value


def choice(values: list[Value]) -> Value:
    """One of these values; equal ones count once, and as the one that may be set otherwise from outside."""
    flat: list[Value] = []
    texts: dict[str, int] = {}
    for option in (option for value in values for option in options(value)):
        text = option.text.known if isinstance(option, Str) else None
        if text is not None:
            equal = texts.get(text)
        else:
            equal = next((index for index, other in enumerate(flat) if same(option, other)), None)
        if equal is None:
            texts |= {} if text is None else {text: len(flat)}
            flat.append(option)
        elif is_overridable(option):
            flat[equal] = option
        if len(flat) > MAX_OPTIONS:
            break
    if len(flat) == 1:
        return flat[0]
    if len(flat) > MAX_OPTIONS:
        flat[MAX_OPTIONS - 1 :] = [Unknown(Hole("...", place_of(flat[-1]), reason="one of many values"))]
    return Choice(tuple(flat))


def is_overridable(value: Value) -> bool:
    """Whether the environment, the command line or a settings file may put another value in its place."""
    match value:
        case Const(_, _, trail):
            return any(step.how in _OVERRIDABLE for step in trail)
        case Str(Text((Piece() as piece,))):
            return any(step.how in _OVERRIDABLE for step in piece.trail)
        case Choice(found):
            return any(is_overridable(option) for option in found)
        case _:
            return False


def bounded(parts: Iterable[Part], place: Place) -> Str:
    """A string of these parts; one hole where they are too many to follow."""
    text = Text(tuple(parts))
    return Str(text if len(text.parts) <= MAX_PARTS else _too_much(place), place)


def _too_much(place: Place) -> Text:
    return Text((Hole("...", place, reason="a very long text"),))


def lightened(value: Value) -> Value:
    """What is put into a list or mapping: unknown where it holds so much itself that it cannot be followed.

    A dozen lines can make a structure that would fill all memory if it were written out.
    """
    pending, seen = [value], 0
    while pending:
        current = pending.pop()
        seen += 1
        if seen > MAX_NESTED:
            return Unknown(Hole("...", place_of(value), reason="a very large structure"))
        match current:
            case Seq(_, items):
                pending.extend(item.value for item in items)
            case Map(entries):
                pending.extend(entry.value for entry in entries)
            case Choice(found):
                pending.extend(found)
    return value


def shortened(items: tuple[Item, ...], place: Place) -> tuple[Item, ...]:
    """The items of a list; where they are too many to follow, any number of unknown ones in place of the last."""
    if len(items) <= MAX_PARTS:
        return items
    rest = Unknown(Hole("...", place, reason="a very long list"))
    return (*items[:MAX_PARTS], Item(rest, spread=True))


def same(a: Value, b: Value) -> bool:
    """Whether two values are the same, wherever they stand."""
    if a is b:
        return True
    if isinstance(a, Str) and isinstance(b, Str):
        return a.text == b.text or (a.text.known is not None and a.text.known == b.text.known)
    if isinstance(a, Const) and isinstance(b, Const):
        return bool(type(a.value) is type(b.value) and a.value == b.value)
    if isinstance(a, Unknown) and isinstance(b, Unknown):
        return a.hole.name == b.hole.name and a.hole.place == b.hole.place
    if isinstance(a, External) and isinstance(b, External):
        return a.name == b.name
    if isinstance(a, Object) and isinstance(b, Object):
        path = _path_text(a)
        return path is not None and path == _path_text(b)
    return type(a) is type(b) and isinstance(a, Seq | Map) and a == b


PATH_CLASS = "pathlib.Path"


def _path_text(value: Object) -> Text | None:
    """What a path object is as a string; None for other objects and where nothing of it is known."""
    if isinstance(value.of, External) and value.of.name == PATH_CLASS and value.arguments is not None:
        path = value.arguments.get("", 0)
        return path.text if isinstance(path, Str) else None
    return None


def text_of(value: Value) -> Text:
    """The text that a value gives inside a string: known parts, and holes for the rest."""
    if isinstance(value, Object) and (path := _path_text(value)) is not None:
        return path
    if isinstance(value, Str):
        return value.text
    if isinstance(value, Const):
        return Text((Piece(str(value.value), value.place, (), value.trail),))
    if isinstance(value, Unknown):
        return Text((value.hole,))
    if isinstance(value, Choice):
        return variant([text_of(option) for option in value.options])
    return Text((hole_of(value),))


def string_of(value: Value) -> Text:
    """What `str(value)` and an f-string give: of an enumeration's member its name, unless its class has it otherwise.

    Before Python 3.12, f-strings had the value of a member that is a string itself.
    """
    if isinstance(value, Choice):
        return variant([string_of(option) for option in value.options])
    if not isinstance(value, Str) or value.member is None:
        return text_of(value)
    name, steps = value.member.name, next((piece.trail for piece in value.text.pieces()), ())
    if name is None:
        hole = Hole("str()", value.place, "call", "process", reason="its class decides how a member is written")
        return variant([value.text, Text((hole,))])
    written = Text((Piece(name, value.place, (), steps),))
    return variant([value.text, written]) if value.member.is_text else written


def variant(texts: list[Text]) -> Text:
    """One of several texts: what they begin with in common, then a variant of the rests."""
    unique = list(dict.fromkeys(texts))
    if len(unique) == 1:
        return unique[0]
    shared = 0
    while all(len(text.parts) > shared and text.parts[shared] == unique[0].parts[shared] for text in unique):
        shared += 1
    rests = [Text(text.parts[shared:]) for text in unique[:MAX_OPTIONS]]
    place = next((part.place for text in unique for part in text.parts if not isinstance(part, Variant)), NOWHERE)
    if len(unique) > MAX_OPTIONS:
        rests[-1] = _too_much(place)
    rest = (Variant(tuple(rests)),) if sum(map(_size, rests)) <= MAX_VARIED else _too_much(place).parts
    return Text((*unique[0].parts[:shared], *rest))


def _size(text: Text) -> int:
    """The parts of a text, those of its variants too."""
    return sum(sum(map(_size, part.options)) if isinstance(part, Variant) else 1 for part in text.parts)


def hole_of(value: Value) -> Hole:
    """The hole that a value leaves where only its text would count."""
    match value:
        case Unknown(hole):
            return hole
        case Const(known, place, trail):
            return Hole(repr(known), place, "call", "process", trail=trail)
        case Seq(_, items, place):
            inner = next((hole_of(item.value) for item in items if not isinstance(item.value, Const | Str)), None)
            return inner or Hole("[...]", place, "call", "unknown", reason="a list written out as text")
        case Map(_, place):
            return Hole("{...}", place, "call", "unknown", reason="a mapping written out as text")
        case External(name, place):
            origin = origin_of(name)
            lifetime = LIFETIMES.get(origin, "request") if origin else "process"
            return Hole(name, place, origin or "unknown", lifetime, name, reason="from outside the project")
        case Attr(base, name, place):
            inner = hole_of(base)
            return replace(inner, name=f"{inner.name}.{name}", place=place)
        case Object(of, _, place):
            name = of.name if isinstance(of, External) else of.node.name
            if isinstance(of, External) and (origin := origin_of(name)) is not None:
                return Hole(f"{name}(...)", place, origin, LIFETIMES.get(origin, "request"), name)
            return Hole(f"{name}(...)", place, "call", "unknown", detail=name, reason="an object written out as text")
        case _:
            return Hole("...", NOWHERE, "unknown", "unknown", reason="not a text")


NOWHERE = Place("", 1, 1, 1, 1)


def place_of(value: Value) -> Place:
    """Where a value stands."""
    match value:
        case Unknown(hole):
            return hole.place
        case Choice(found):
            return place_of(found[0])
        case Const() | Str() | Seq() | Map() | External() | Object() | Attr() | Namespace():
            return value.place
        case _:
            return NOWHERE


def stepped(value: Value, step: Step) -> Value:
    """The value with one more step on its trail."""
    match value:
        case Const(known, place, trail):
            return Const(known, place, (*trail, step))
        case Str(text):
            return replace(value, text=_text_stepped(text, step))
        case Unknown(hole):
            return replace(value, hole=replace(hole, trail=(*hole.trail, step)))
        case Choice(found):
            return Choice(tuple(stepped(option, step) for option in found))
        case Seq(_, items) if step.how not in _OF_THE_WHOLE and len(items) <= MAX_STEPPED:
            return replace(value, items=tuple(replace(i, value=stepped(i.value, step)) for i in items))
        case Map(entries) if step.how not in _OF_THE_WHOLE and len(entries) <= MAX_STEPPED:
            return replace(value, entries=tuple(replace(e, value=stepped(e.value, step)) for e in entries))
        case _:
            return value


MAX_STEPPED = 64  # items of one list or mapping
_OF_THE_WHOLE = frozenset({"literal", "parameter"})
"""Steps that lists and mappings leave out: one that grows keeps the items it had, which have to stay the same."""


def _text_stepped(text: Text, step: Step) -> Text:
    return Text(
        tuple(
            Variant(tuple(_text_stepped(option, step) for option in part.options))
            if isinstance(part, Variant)
            else replace(part, trail=(*part.trail, step))
            for part in text.parts
        )
    )


def outliving(value: Value, lifetime: Lifetime) -> Value:
    """The value as seen from a scope that lives longer: what changed per request there is fixed for `lifetime`."""
    match value:
        case Str(text):
            return replace(value, text=_text_outliving(text, lifetime))
        case Unknown(hole):
            return replace(value, hole=_hole_outliving(hole, lifetime))
        case Choice(found):
            return Choice(tuple(outliving(option, lifetime) for option in found))
        case Seq(_, items):
            return replace(value, items=tuple(replace(i, value=outliving(i.value, lifetime)) for i in items))
        case Map(entries):
            return replace(value, entries=tuple(replace(e, value=outliving(e.value, lifetime)) for e in entries))
        case _:
            return value


def _hole_outliving(hole: Hole, lifetime: Lifetime) -> Hole:
    return hole if hole.lifetime == "process" else replace(hole, lifetime=lifetime)


def _text_outliving(text: Text, lifetime: Lifetime) -> Text:
    parts = [
        Variant(tuple(_text_outliving(option, lifetime) for option in part.options))
        if isinstance(part, Variant)
        else _hole_outliving(part, lifetime)
        if isinstance(part, Hole)
        else part
        for part in text.parts
    ]
    return Text(tuple(parts))


_OVERRIDABLE = frozenset({"env-default", "cli-default", "config"})
_RANK: tuple[How, ...] = (
    "unknown",
    "literal",
    "constant",
    "attribute",
    "import",
    "parameter",
    "default",
    "config",
    "cli-default",
    "env-default",
)


def how_of(trail: tuple[Step, ...]) -> How:
    """The step of a trail that says most about how a value was found."""
    return max((step.how for step in trail), key=_RANK.index, default="literal")
