"""Annotations and classes -> the JSON schemas that Pydantic makes of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from promptlint.request import Place
from promptlint.sdk.schemas.values import literal, schema, table, unreadable
from promptlint.source import names
from promptlint.source.attributes import bases
from promptlint.source.evaluator import Evaluator
from promptlint.source.frames import Frame
from promptlint.source.operators import known
from promptlint.source.values import Class, Const, External, Item, Map, Seq, Str, Value, same

_ENUMS = frozenset({"Enum", "StrEnum", "IntEnum"})
_PLAIN = frozenset({"object", "ABC", "str", "int"})
_JSON_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
MAX_DEPTH = 12  # types within types


class Typed(NamedTuple):
    """The schema of a type, and whether a field of it gets a title: not where a reference is all that it is."""

    schema: Value
    titled: bool = True


class Types:
    """Makes the schemas of one tool or answer. `definitions` are those that others refer to."""

    def __init__(self, ev: Evaluator) -> None:
        self.ev = ev
        self.definitions: dict[str, Value] = {}
        self._classes: dict[str, Class] = {}
        self._depth = 0

    def of(self, node: ast.expr, frame: Frame) -> Typed:
        """The schema of an annotation."""
        self._depth += 1
        try:
            return self._of(node, frame) if self._depth <= MAX_DEPTH else self._unknown(node, frame)
        finally:
            self._depth -= 1

    def _of(self, node: ast.expr, frame: Frame) -> Typed:
        match node:
            case ast.Constant(None):
                return Typed(literal(table()["types"]["None"], self.ev.place(node, frame)))
            case ast.Constant(str(quoted)):
                kept = [one.strip() for one in quoted.split("|")]
                alternatives = [ast.Constant(None if one == "None" else one) for one in kept]
                if len(kept) > 1:
                    return self._union([ast.copy_location(one, node) for one in alternatives], node, frame)
                return self._quoted(quoted, node, frame)
            case ast.BinOp(_, ast.BitOr(), _):
                return self._union(_alternatives(node), node, frame)
            case ast.Subscript(generic, inner):
                arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                return self._generic(self._word(generic, frame), arguments, node, frame)
            case ast.Name(name) if (alias := _alias(name, frame)) is not None:
                return self.of(alias, self.ev.module_frame(frame.module))
            case ast.Name() | ast.Attribute():
                return self._named(self.ev.value(node, frame), node, frame)
        return self._unknown(node, frame)

    def _quoted(self, name: str, node: ast.expr, frame: Frame) -> Typed:
        """The type of a name in quotes, whose own nodes stand nowhere."""
        if not name.isidentifier():
            return self._unknown(node, frame)
        found = names.module_name(self.ev, name, self.ev.module_frame(frame.module))
        return self._named(found or External(f"builtins.{name}", self.ev.place(node, frame)), node, frame)

    def _unknown(self, node: ast.expr, frame: Frame) -> Typed:
        return Typed(unreadable(self.ev.source(node, frame), self.ev.place(node, frame)))

    def _word(self, node: ast.expr, frame: Frame) -> str:
        """The last word of a type that is known from outside; empty for others."""
        return word_of(self.ev.value(node, frame))

    def _named(self, value: Value, node: ast.expr, frame: Frame) -> Typed:
        if isinstance(value, Class):
            return self._reference(value, self.ev.place(node, frame))
        plain = table()["types"].get(word_of(value))
        return Typed(literal(plain, self.ev.place(node, frame))) if plain is not None else self._unknown(node, frame)

    def _generic(self, name: str, arguments: list[ast.expr], node: ast.expr, frame: Frame) -> Typed:
        from promptlint.sdk.schemas import fields

        kinds, place = table(), self.ev.place(node, frame)
        if name == "Optional":
            return self._union([*_alternatives(arguments[0]), ast.Constant(None)], node, frame)
        if name == "Union":
            return self._union([inner for one in arguments for inner in _alternatives(one)], node, frame)
        if name == "Literal":
            return self._literal([self.ev.value(one, frame) for one in arguments], node, frame)
        if name == "Annotated":
            return fields.annotated(self, arguments, frame)
        if name in kinds["transparent"]:
            return self.of(arguments[0], frame)
        if name in ("tuple", "Tuple") and not _is_open_tuple(arguments):
            return self._fixed_tuple(arguments, place, frame)
        if name in (*kinds["arrays"], *kinds["sets"], "tuple", "Tuple"):
            unique = literal(True, place) if name in kinds["sets"] else None
            items = self.of(arguments[0], frame).schema
            return Typed(schema(place, items=items, type=literal("array", place), uniqueItems=unique))
        if (
            name in kinds["mappings"]
            and len(arguments) == 2
            and self._word(arguments[0], frame) in ("str", "int", "Any")
        ):
            inner = self.of(arguments[1], frame).schema
            values = literal(True, place) if isinstance(inner, Map) and not inner.entries else inner
            return Typed(schema(place, additionalProperties=values, type=literal("object", place)))
        return self._unknown(node, frame)

    def _fixed_tuple(self, arguments: list[ast.expr], place: Place, frame: Frame) -> Typed:
        size = literal(len(arguments), place)
        items = Seq("list", tuple(Item(self.of(one, frame).schema) for one in arguments), place)
        return Typed(schema(place, maxItems=size, minItems=size, prefixItems=items, type=literal("array", place)))

    def _union(self, nodes: Sequence[ast.expr], node: ast.expr, frame: Frame) -> Typed:
        """One of several types; that it may be None comes last."""
        place = self.ev.place(node, frame)
        kept = [one for one in nodes if not (isinstance(one, ast.Constant) and one.value is None)]
        found: list[Typed] = []
        for one in kept:
            typed = self.of(one, frame)
            if not any(same(typed.schema, other.schema) for other in found):
                found.append(typed)
        schemas = [typed.schema for typed in found]
        if len(kept) < len(nodes):
            schemas.append(literal(table()["types"]["None"], place))
        titled = found[0].titled if len(found) == 1 else True
        if len(schemas) == 1:
            return Typed(schemas[0], titled)
        return Typed(schema(place, anyOf=Seq("list", tuple(map(Item, schemas)), place)), titled)

    def _literal(self, values: list[Value], node: ast.expr, frame: Frame) -> Typed:
        if not all(isinstance(value, Str | Const) for value in values):
            return self._unknown(node, frame)
        return Typed(one_of(values, self.ev.place(node, frame)))

    def _reference(self, cls: Class, place: Place) -> Typed:
        """A class stands once among the definitions, and is referred to."""
        name = cls.node.name
        other = self._classes.get(name)
        if other is not None and other.node is not cls.node:
            return Typed(unreadable(name, place))  # the two get longer names, made of their modules
        if other is None:
            self._classes[name] = cls
            made = self.of_class(cls)
            if not isinstance(made, Map):
                return Typed(unreadable(name, place))
            self.definitions[name] = made
        return Typed(schema(place, **{"$ref": literal(f"#/$defs/{name}", place)}), titled=False)

    def of_class(self, cls: Class) -> Value:
        """The schema of a class by itself: an enumeration, or an object with its fields."""
        from promptlint.sdk.schemas import fields

        around = bases(self.ev, cls)
        outside = {word_of(base) or base.name for base in around if isinstance(base, External)}
        place = cls.scope.module.file.place(cls.node)
        if enums := {name.rpartition(".")[2] for name in outside} & _ENUMS:
            return self._enumeration(cls, place, "StrEnum" in enums)
        made = fields.of_class(self, cls, [base for base in around if isinstance(base, Class)], outside - _PLAIN)
        return made if made is not None else unreadable(cls.node.name, place)

    def _enumeration(self, cls: Class, place: Place, of_strings: bool) -> Value:
        frame, values = self.ev.frame_of(cls.scope), list[Value]()
        for statement in cls.node.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                name = statement.targets[0].id
                is_auto = isinstance(statement.value, ast.Call) and self._word(statement.value.func, frame) == "auto"
                automatic = literal(name.lower() if of_strings else len(values) + 1, place)
                if not name.startswith("_"):
                    values.append(automatic if is_auto else self.ev.value(statement.value, frame))
        if not values or not all(isinstance(value, Str | Const) for value in values):
            return unreadable(cls.node.name, place)
        title, text = literal(cls.node.name, place), docstring(cls)
        return schema(place, enum=_listed(values, place), type=_kind(values, place), title=title, description=text)


def one_of(values: list[Value], place: Place) -> Map:
    """The schema of one of these constants."""
    if len(values) == 1:
        return schema(place, const=values[0], type=_kind(values, place))
    return schema(place, enum=_listed(values, place), type=_kind(values, place))


def _listed(values: list[Value], place: Place) -> Seq:
    return Seq("list", tuple(map(Item, values)), place)


def _kind(values: list[Value], place: Place) -> Value | None:
    """The JSON type that all of these constants have; None where they have several."""
    kinds = {_JSON_TYPES.get(type(known(value))) for value in values}
    kind = kinds.pop() if len(kinds) == 1 else None
    return literal(kind, place) if kind is not None else None


def docstring(definition: Class) -> Value | None:
    """What a class says of itself."""
    text = ast.get_docstring(definition.node)
    if not text:
        return None
    return literal(text, definition.scope.module.file.place(definition.node.body[0]))


def word_of(value: Value) -> str:
    """The last word of a name that is known from outside; empty for what is none."""
    if isinstance(value, External):
        package, _, rest = value.name.partition(".")
        if package in table()["modules"] or package == "enum":
            return rest.rpartition(".")[2]
    return ""


def _alternatives(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_alternatives(node.left), *_alternatives(node.right)]
    return [node]


def _is_open_tuple(arguments: list[ast.expr]) -> bool:
    return len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is ...


def _alias(name: str, frame: Frame) -> ast.expr | None:
    """What a module gives a name for: `Mood = Literal["good", "bad"]`."""
    for statement in frame.module.file.tree.body:
        match statement:
            case ast.Assign([ast.Name(target)], ast.Subscript() | ast.BinOp() as meant) if target == name:
                return meant
    return None
