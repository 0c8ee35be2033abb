"""Attributes: of modules, classes, objects of the project, and of things from outside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.request import Hole, How, Place, Step
from promptlint.source import arguments as binding
from promptlint.source import cli_options, names, outside, parameters, paths
from promptlint.source.flow import Flow
from promptlint.source.frames import Frame
from promptlint.source.joins import perhaps_after
from promptlint.source.scopes import Scope, name_key
from promptlint.source.values import (
    Arguments,
    Attr,
    Bound,
    Choice,
    Class,
    Const,
    External,
    Func,
    Member,
    ModuleValue,
    Namespace,
    Object,
    Seq,
    Str,
    Super,
    Unknown,
    Value,
    choice,
    options,
    outliving,
    place_of,
    stepped,
)

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

MAX_BASES = 24
_FIELD_CLASSES = frozenset({"dataclass", "BaseModel", "define", "attrs", "s", "NamedTuple", "TypedDict"})
_SETTINGS_BASES = frozenset({"BaseSettings"})
_INITIALISERS = frozenset({"__init__", "__post_init__"})
_PROPERTIES = frozenset({"property", "cached_property", "hybrid_property"})


def get(ev: Evaluator, value: Value, name: str, place: Place, within: Scope | None = None) -> Value:
    """`value.name`; of what the scope that asks, `within`, changes itself, only a list that it lets grow counts."""
    match value:
        case ModuleValue(module) if name == "__file__":
            return paths.of_file(module.path, place)
        case ModuleValue(module):
            found = names.module_name(ev, name, ev.module_frame(module))
            if found is not None:
                return stepped(found, Step("import", name, place))
            found = ev.modules.submodule(module, name)
            return found if found is not None else External(f"{module.path}.{name}", place)
        case External(dotted):
            return ev.modules.named(f"{dotted}.{name}", place.path) or External(f"{dotted}.{name}", place)
        case Super():
            found = _of_super(ev, value, name)
            return found if found is not None else Attr(value, name, place)
        case Str() | Const() if name == "value":
            return replace(value, member=None) if isinstance(value, Str) else value  # a member of an enumeration
        case Class():
            found = outside.joined(ev, value, name, of_class(ev, value, name, None))
            return found if found is not None else Attr(value, name, place)
        case Object(of=Class()):
            found = of_object(ev, value, name, within)
            return found if found is not None else Attr(value, name, place)
        case Object() if paths.is_path(value):
            found = paths.attribute(value, name, place)
            return found if found is not None else Attr(value, name, place)
        case Namespace():
            return cli_options.namespace_attribute(ev, value, name, place)
        case Choice():
            kept = [o for o in options(value) if not (isinstance(o, Const) and o.value is None)]
            return choice([get(ev, option, name, place, within) for option in kept or [value.options[0]]])
        case _:
            return Attr(value, name, place)


def bases(ev: Evaluator, cls: Class) -> list[Class | External]:
    """The class and what it inherits from, nearest first."""
    found: list[Class | External] = []
    queue: list[Class | External] = [cls]
    while queue and len(found) < MAX_BASES:
        current = queue.pop(0)
        if any(
            isinstance(other, Class) and isinstance(current, Class) and other.node is current.node for other in found
        ):
            continue
        found.append(current)
        if isinstance(current, Class):
            frame = ev.frame_of(current.scope.parent) if current.scope.parent else ev.module_frame(cls.scope.module)
            for base in current.node.bases:
                node = base.value if isinstance(base, ast.Subscript) else base
                value = ev.value(node, frame)
                if isinstance(value, Class | External):
                    queue.append(value)
    return found


def of_class(ev: Evaluator, cls: Class, name: str, owner: Value | None) -> Value | None:
    """A class attribute or method, inherited ones too; methods are bound to `owner`."""
    return _inherited(ev, bases(ev, cls), cls, name, owner)


def _inherited(
    ev: Evaluator, classes: Sequence[Class | External], cls: Class, name: str, owner: Value | None
) -> Value | None:
    """What the first of some classes that has an attribute gives an object of `cls`."""
    for base in classes:
        if isinstance(base, Class) and base.scope.binds(name):
            value = Flow(ev, ev.frame_of(base.scope), name, None).value(None)
            if value is not None:
                return _bound(ev, cls, outliving(value, "process"), name, owner)
    return None


def _of_super(ev: Evaluator, value: Super, name: str) -> Value | None:
    """`super().name`: what the classes behind this one have."""
    cls = value.owner.of if isinstance(value.owner, Object) else value.owner
    if not isinstance(cls, Class):
        return None
    order = bases(ev, cls)
    here = next((at for at, base in enumerate(order) if isinstance(base, Class) and base.node is value.cls.node), 0)
    return _inherited(ev, order[here + 1 :], cls, name, value.owner)


def _bound(ev: Evaluator, cls: Class, value: Value, name: str, owner: Value | None) -> Value:
    if not isinstance(value, Func):
        how: How = "config" if is_settings(ev, cls) else "attribute"
        if isinstance(value, Str) and (member := _member(ev, cls, name)) is not None:
            value = replace(value, member=member)
        return stepped(value, Step(how, f"{cls.node.name}.{name}", place_of(value)))
    decorators = _decorators(value)
    if decorators & _PROPERTIES and owner is not None:
        return ev.call(Bound(value, owner), binding.NOTHING, place_of(owner), ev.frame_of(cls.scope), name)
    if "staticmethod" in decorators:
        return value
    if "classmethod" in decorators:
        return Bound(value, cls)
    return Bound(value, owner) if owner is not None else value


def _member(ev: Evaluator, cls: Class, name: str) -> Member | None:
    """What a name of an enumeration is, None where the class is none or its members are their values."""
    around = bases(ev, cls)
    words = {base.name.rsplit(".", 1)[-1] for base in around if isinstance(base, External)}
    if "Enum" not in words or name.startswith("_"):
        return None
    own = any(
        isinstance(base, Class) and (base.scope.binds("__str__") or base.scope.binds("__format__")) for base in around
    )
    return Member(None if own else f"{cls.node.name}.{name}", "str" in words)


def _decorators(function: Func) -> set[str]:
    if isinstance(function.node, ast.Lambda):
        return set()
    found = set()
    for decorator in function.node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if key := name_key(target):
            found.add(key.rsplit(".", 1)[-1])
    return found


def is_settings(ev: Evaluator, cls: Class) -> bool:
    """Whether a class holds settings: its fields are defaults that the environment may override."""
    return any(
        isinstance(base, External) and base.name.rsplit(".", 1)[-1] in _SETTINGS_BASES for base in bases(ev, cls)
    )


def is_mapping(ev: Evaluator, cls: Class) -> bool:
    """Whether what calling a class makes is a plain mapping of its keywords."""
    return any(isinstance(base, External) and base.name.rsplit(".", 1)[-1] == "TypedDict" for base in bases(ev, cls))


def of_object(ev: Evaluator, owner: Object, name: str, within: Scope | None) -> Value | None:
    """An attribute of an object: what its methods assign, else what its class has."""
    assert isinstance(owner.of, Class)
    key = (owner, name)
    if key in ev.object_attributes and within is None:
        return ev.object_attributes[key]
    if within is None:
        ev.object_attributes[key] = None
    found = of_class(ev, owner.of, name, owner)
    # Methods are what they are: nobody is expected to assign one.
    if isinstance(found, Func | Bound):
        if owner.arguments is None and within is None:
            found = _overridden(ev, owner.of, name, found)
    else:
        found = _constructed(ev, owner, name) or found or _declared(ev, owner.of, name)
        found = _assigned(ev, owner, name, found, within)
        if owner.arguments is None and found is not None and within is None:
            found = _of_any(ev, owner.of, name, found)
        found = outside.joined(ev, owner.of, name, found)
    if within is None and ev.rounds.tentative:
        del ev.object_attributes[key]
    elif within is None:
        ev.object_attributes[key] = found
    return found


def _overridden(ev: Evaluator, cls: Class, name: str, found: Value) -> Value:
    """The method of some object of a class: a subclass may have its own."""
    own = (sub for sub in subclasses(ev, cls, f"def {name}(") if sub.scope.binds(name))
    others = (of_class(ev, sub, name, Object(sub, None, place_of(found))) for sub in own)
    return choice([found, *(other for other in others if other is not None)])


def _of_any(ev: Evaluator, cls: Class, name: str, found: Value) -> Value:
    """The attribute of some object of a class: a subclass may have another, and whoever makes it may pass another."""
    others: list[Value] = []
    for sub in subclasses(ev, cls):
        methods = sub.scope.children.values()
        if sub.scope.binds(name) or any((key := _self_key(m, name)) is not None and m.binds(key) for m in methods):
            value = of_object(ev, Object(sub, None, place_of(found)), name, None)
            others += [value] if value is not None else []
    if _is_open_field(ev, cls, name):
        place = place_of(found)
        others.append(Unknown(Hole(name, place, "parameter", "conversation", reason=f"a field of {cls.node.name}")))
    return choice([found, *others]) if others else found


def _is_open_field(ev: Evaluator, cls: Class, name: str) -> bool:
    """Whether the constructor takes an attribute: a field of a dataclass or model, but not of settings."""
    if is_settings(ev, cls) or not any(
        isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.target.id == name
        for statement in cls.node.body
    ):
        return False
    words = {name_key(d.func if isinstance(d, ast.Call) else d) or "" for d in cls.node.decorator_list}
    words |= {base.name for base in bases(ev, cls) if isinstance(base, External)}
    return any(word.rsplit(".", 1)[-1] in _FIELD_CLASSES for word in words)


def subclasses(ev: Evaluator, cls: Class, holding: str = "") -> list[Class]:
    """The classes of the project that inherit from a class, as far as they name it among their bases.

    Only those in files that hold a text: there are fewer to parse.
    """
    found: list[Class] = []
    paths = ev.modules.subclass_files(cls.node.name)
    for path in [path for path in paths if not holding or ev.modules.holds(path, holding)][:MAX_BASES]:
        module = ev.modules.get(path)
        for node, scope in module.scopes.items() if module is not None else ():
            if isinstance(node, ast.ClassDef) and node is not cls.node and _inherits(ev, Class(node, scope), cls):
                found.append(Class(node, scope))
    return found[:MAX_BASES]


def _inherits(ev: Evaluator, sub: Class, cls: Class) -> bool:
    return any(isinstance(base, Class) and base.node is cls.node for base in bases(ev, sub)[1:])


def _constructed(ev: Evaluator, owner: Object, name: str) -> Value | None:
    """A field that the constructor of a dataclass, named tuple or model was given."""
    assert isinstance(owner.of, Class)
    if owner.arguments is None or "__init__" in owner.of.scope.events:
        return None
    classes = [base for base in reversed(bases(ev, owner.of)) if isinstance(base, Class)]
    fields = dict.fromkeys(field for cls in classes for field in _positional_fields(cls))
    return owner.arguments.get(name, list(fields).index(name) if name in fields else None)


def _positional_fields(cls: Class) -> Iterator[str]:
    """The fields of a class that its constructor takes by position."""
    for statement in cls.node.body:
        match statement:
            case ast.AnnAssign(annotation=annotation) if _last_word(annotation) == "KW_ONLY":
                return
            case ast.AnnAssign(ast.Name(name), annotation, value) if _last_word(annotation) != "ClassVar":
                settings = value.keywords if isinstance(value, ast.Call) else []
                told = {k.arg: k.value.value for k in settings if isinstance(k.value, ast.Constant)}
                if told.get("init") is not False and told.get("kw_only") is not True:
                    yield name


def _last_word(annotation: ast.expr) -> str:
    key = name_key(annotation.value if isinstance(annotation, ast.Subscript) else annotation)
    return (key or "").rsplit(".", 1)[-1]


def _declared(ev: Evaluator, cls: Class, name: str) -> Value | None:
    """The object that a field without a value is annotated with."""
    for base in bases(ev, cls):
        for statement in base.node.body if isinstance(base, Class) else ():
            match statement:
                case ast.AnnAssign(ast.Name(target), annotation, None) if target == name:
                    assert isinstance(base, Class)
                    return parameters.of_annotation(ev, annotation, ev.frame_of(base.scope))
    return None


def _assigned(ev: Evaluator, owner: Object, name: str, initial: Value | None, within: Scope | None) -> Value | None:
    """What the methods make of an attribute: `__init__` first, the bases' before the class's own.

    The other methods may have come after it.
    """
    assert isinstance(owner.of, Class)
    value = initial
    later: list[tuple[Scope, str]] = []
    asking: str | None = None
    for base in reversed(bases(ev, owner.of)):
        if not isinstance(base, Class):
            continue
        for method in base.scope.children.values():
            key = _self_key(method, name)
            if key is None or not method.binds(key):
                continue
            if method is within:
                asking = None if method.name in _INITIALISERS else key
            elif method.name in _INITIALISERS:
                value = _after_method(ev, owner, method, key, value)
            else:
                later.append((method, key))
    for method, key in later:
        value = perhaps_after(value, _after_method(ev, owner, method, key, value))
    if asking is not None and within is not None and isinstance(value, Seq):
        value = _called_before(value, _after_method(ev, owner, within, asking, value))
    if value is None or value is initial:
        return value
    return stepped(value, Step("attribute", f"self.{name}", place_of(value)))


def _called_before(value: Seq, after: Value | None) -> Value | None:
    """A list to which the method that asks for it may have added in earlier calls."""
    added = isinstance(after, Seq) and len(after.items) > len(value.items)
    return perhaps_after(value, after) if added else value


def _self_key(method: Scope, name: str) -> str | None:
    if not isinstance(method.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    positional = [*method.node.args.posonlyargs, *method.node.args.args]
    return f"{positional[0].arg}.{name}" if positional else None


def _after_method(ev: Evaluator, owner: Object, method: Scope, key: str, value: Value | None) -> Value | None:
    frame = ev.method_frame(owner, method)
    found = Flow(ev, frame, key, None).value(value)
    return outliving(found, "conversation") if found is not None else None


def method_frame(ev: Evaluator, owner: Object, method: Scope) -> Frame:
    """The frame of a method of this object; of `__init__` with the arguments that made the object."""
    closure = ev.frame_of(method).closure
    arguments = _made_with(ev, owner, method) if method.name == "__init__" else None
    if arguments is None or not isinstance(method.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return Frame(method, None, owner, closure)
    return Frame(method, binding.bound(method.node, arguments, True, owner.place), owner, closure)


def _made_with(ev: Evaluator, owner: Object, method: Scope) -> Arguments | None:
    """What an `__init__` is called with: an inherited one by the `super().__init__(..)` of the class before it."""
    arguments = owner.arguments
    for base in bases(ev, owner.of) if isinstance(owner.of, Class) else ():
        if not isinstance(base, Class):
            continue
        made_by = next((scope for scope in base.scope.children.values() if scope.name == "__init__"), None)
        if made_by is method:
            return arguments
        if made_by is not None and (call := _call_above(made_by)) is not None:
            arguments = ev.arguments(call, ev.method_frame(owner, made_by))
            if not isinstance(call.func, ast.Attribute) or isinstance(call.func.value, ast.Name):
                arguments = replace(arguments, positional=arguments.positional[1:])  # `Base.__init__(self, ..)`
    return arguments


def _call_above(method: Scope) -> ast.Call | None:
    """The `super().__init__(..)` or `Base.__init__(self, ..)` in an `__init__`."""
    for node in ast.walk(method.node):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name("super")), attr="__init__")):
                return node
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr="__init__"), args=[ast.Name(), *_]):
                return node
    return None
