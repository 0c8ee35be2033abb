"""The fields of a class and the parameters of a function -> the properties of an object's schema."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.request import Place
from promptlint.sdk.schemas.annotations import Typed, Types, docstring
from promptlint.sdk.schemas.values import literal, schema, table, unreadable, value_of, with_keywords
from promptlint.source.frames import Frame
from promptlint.source.scopes import FunctionNode
from promptlint.source.values import Class, Entry, External, Item, Map, Seq, Str, Value

_BASE = frozenset({"BaseModel", "TypedDict"})
_ROUNDABOUT = frozenset({"__get_pydantic_json_schema__", "__get_pydantic_core_schema__", "model_json_schema"})
_SIZES = {"integer": "number", "number": "number", "string": "string", "array": "array"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field or parameter: its name, its annotation and its default, None where it has none."""

    name: str
    annotation: ast.expr | None
    default: ast.expr | None
    place: Place
    frame: Frame


def parameters(node: FunctionNode, frame: Frame, place: Place) -> list[Field] | None:
    """The parameters of a function by name, the first of a method too; None where it takes any others."""
    spec = node.args
    if spec.vararg is not None or spec.kwarg is not None or spec.posonlyargs:
        return None
    missing: list[ast.expr | None] = [None] * (len(spec.args) - len(spec.defaults))
    pairs = [*zip(spec.args, [*missing, *spec.defaults], strict=True)]
    pairs += zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
    return [Field(argument.arg, argument.annotation, default, place, frame) for argument, default in pairs]


def of_class(types: Types, cls: Class, own: list[Class], outside: set[str]) -> Map | None:
    """The schema of a model, a dataclass or a typed dictionary; None where its fields cannot all be seen."""
    is_data = any(_is_dataclass(types, one) for one in own)
    if outside - _BASE or not (outside & _BASE or is_data):
        return None
    found: dict[str, Field] = {}
    further: Value | None = None
    for one in reversed(own):
        for statement in one.node.body:
            match statement:
                case ast.Assign([ast.Name("model_config")], ast.Call() | ast.Dict() as config):
                    further = _further(types, config, types.ev.frame_of(one.scope))
                    if further is None:
                        return None
                case ast.ClassDef(name="Config") | ast.Assign([ast.Name("model_config")], _):
                    return None
                case ast.FunctionDef(name=name) if name in _ROUNDABOUT:
                    return None
        found |= {field.name: field for field in _fields(types, one)}
    made = of_fields(types, list(found.values()), types.ev.place(cls.node, types.ev.frame_of(cls.scope)))
    allowed = further if isinstance(further, Map) else Map((), made.place)
    extra = {entry.key: entry.value for entry in allowed.entries}
    return with_keywords(made, title=literal(cls.node.name, made.place), description=docstring(cls), **extra)


def of_fields(types: Types, fields: list[Field], place: Place) -> Map:
    """An object with these fields as properties."""
    entries, required = [], []
    for field in fields:
        name, made, has_default = _property(types, field)
        entries.append(Entry(name, made, field.place))
        if not has_default:
            required.append(Item(literal(name, field.place)))
    return schema(
        place,
        properties=Map(tuple(entries), place),
        required=Seq("list", tuple(required), place) if required else None,
        type=literal("object", place),
    )


def annotated(types: Types, arguments: list[ast.expr], frame: Frame) -> Typed:
    """`Annotated[type, Field(..)]`; what else is said there Pydantic does not know."""
    typed = types.of(arguments[0], frame)
    for said in arguments[1:]:
        call = _field_call(types, said, frame)
        if call is not None:
            typed = Typed(_described(types, typed.schema, call, frame), typed.titled)
    return typed


def _fields(types: Types, cls: Class) -> Iterator[Field]:
    frame = types.ev.frame_of(cls.scope)
    outer = types.ev.frame_of(cls.scope.parent) if cls.scope.parent is not None else frame
    for statement in cls.node.body:
        match statement:
            case ast.AnnAssign(ast.Name(name), annotation, default) if not name.startswith("_"):
                if not _is_class_variable(annotation):
                    yield Field(name, annotation, default, types.ev.place(statement, frame), outer)


def _is_class_variable(annotation: ast.expr) -> bool:
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name == "ClassVar"


def _property(types: Types, field: Field) -> tuple[str, Value, bool]:
    """The name, the schema, and whether it has a default."""
    typed = types.of(field.annotation, field.frame) if field.annotation is not None else Typed(Map((), field.place))
    call = _field_call(types, field.default, field.frame) if field.default is not None else None
    default, is_made = (field.default, False) if call is None else _default_of(call)
    made = typed.schema if call is None else _described(types, typed.schema, call, field.frame)
    calls = [call for call in (call, *_annotated_calls(types, field)) if call is not None]
    aliases = [keyword.value for one in calls for keyword in one.keywords if keyword.arg == "alias"]
    alias = types.ev.value(aliases[0], field.frame) if aliases else None
    name = (alias.text.known if isinstance(alias, Str) else None) or field.name
    if isinstance(made, Map):
        if typed.titled and made.get("title") is None:
            made = with_keywords(made, title=literal(name.title().replace("_", " ").strip(), field.place))
        if default is not None:
            made = with_keywords(made, default=types.ev.value(default, field.frame))
    return name, made, default is not None or is_made


def _annotated_calls(types: Types, field: Field) -> Iterator[ast.Call | None]:
    match field.annotation:
        case ast.Subscript(ast.Name("Annotated") | ast.Attribute(attr="Annotated"), ast.Tuple(inner)):
            yield from (_field_call(types, one, field.frame) for one in inner[1:])


def _field_call(types: Types, node: ast.expr, frame: Frame) -> ast.Call | None:
    """A call of `pydantic.Field`."""
    if not isinstance(node, ast.Call):
        return None
    value = types.ev.value(node.func, frame)
    named = isinstance(value, External) and value.name.rpartition(".")[2] in ("Field", "field")
    return node if named else None


def _default_of(call: ast.Call) -> tuple[ast.expr | None, bool]:
    """The default that a field is given; and whether a function makes it."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    default = call.args[0] if call.args else given.get("default")
    if isinstance(default, ast.Constant) and default.value is ...:
        default = None
    return default, "default_factory" in given


def _described(types: Types, found: Value, call: ast.Call, frame: Frame) -> Value:
    """A schema with what `Field(..)` says about it."""
    if not isinstance(found, Map):
        return found
    words, silent = table()["keywords"], (*table()["silent_field"], "default", "default_factory", "alias")
    for keyword in call.keywords:
        if keyword.arg in silent:
            continue
        said = types.ev.value(keyword.value, frame)
        if keyword.arg in words["any"]:
            found = with_keywords(found, **{words["any"][keyword.arg]: said})
            continue
        bounded = _bounded(found, keyword.arg or "", said)
        if bounded is None:
            return unreadable(types.ev.source(call, frame), types.ev.place(call, frame))
        found = bounded
    return found


def _bounded(one: Map, keyword: str, bound: Value) -> Map | None:
    """A schema with a bound, which in one that may be null stands at the other alternative."""
    kind, either = value_of(one, "type"), value_of(one, "anyOf")
    if isinstance(either, Seq) and len(either.items) == 2 and isinstance(either.items[0].value, Map):
        inner = _bounded(either.items[0].value, keyword, bound)
        return with_keywords(one, anyOf=Seq("list", (Item(inner), either.items[1]), one.place)) if inner else None
    size = _SIZES.get((kind.text.known or "") if isinstance(kind, Str) else "", "")
    name = table()["keywords"].get(size, {}).get(keyword)
    return with_keywords(one, **{name: bound}) if name is not None else None


def _further(types: Types, config: ast.Call | ast.Dict, frame: Frame) -> Map | None:
    """What a model's configuration adds to its schema; None where it may change anything."""
    if isinstance(config, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in config.keys]
        given = list(zip(keys, config.values, strict=True))
    else:
        given = [(keyword.arg, keyword.value) for keyword in config.keywords]
    place, found = types.ev.place(config, frame), Map((), types.ev.place(config, frame))
    for name, node in given:
        if name == "extra":
            extra = node.value if isinstance(node, ast.Constant) else None
            if extra not in ("forbid", "allow", "ignore"):
                return None
            if extra != "ignore":
                found = with_keywords(found, additionalProperties=literal(extra == "allow", place))
        elif name not in table()["silent_config"]:
            return None
    return found


def _is_dataclass(types: Types, cls: Class) -> bool:
    frame = types.ev.frame_of(cls.scope.parent) if cls.scope.parent is not None else types.ev.frame_of(cls.scope)
    nodes = [one.func if isinstance(one, ast.Call) else one for one in cls.node.decorator_list]
    values = [types.ev.value(node, frame) for node in nodes]
    return any(isinstance(value, External) and value.name.endswith("dataclasses.dataclass") for value in values)
