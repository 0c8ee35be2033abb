"""What a method is called on: the object, how it was made, and what was bound to it since."""

from __future__ import annotations

from dataclasses import dataclass, replace

from promptlint.sdk.description import Sdk
from promptlint.source.attributes import bases
from promptlint.source.evaluator import Evaluator
from promptlint.source.values import Arguments, Class, External, Made, Object, Unknown, Value, options

MAX_STEPS = 20
PIPES = ("|", "pipe")


@dataclass(frozen=True, slots=True, eq=False)
class Receiver:
    """An object of an SDK's class, or what an SDK's function made.

    `name` is the class or function, without its modules; `steps` are the methods and operators since, first to last;
    `others` are the further objects that it may be instead.
    """

    name: str
    platform: str
    arguments: Arguments | None
    made: Value
    steps: tuple[Made, ...] = ()
    others: tuple[Receiver, ...] = ()


def receiver(ev: Evaluator, sdk: Sdk, value: Value) -> Receiver | None:
    """The receiver that a value is; None where it is none of this SDK's."""
    found = [one for option in options(value) if (one := _of(ev, sdk, option)) is not None]
    return replace(found[0], others=tuple(found[1:])) if found else None


def _of(ev: Evaluator, sdk: Sdk, value: Value) -> Receiver | None:
    steps: list[Made] = []
    while isinstance(value, Unknown) and value.made is not None and value.made.method and len(steps) < MAX_STEPS:
        steps.insert(0, value.made)
        if value.made.method in PIPES and (right := _piped(ev, sdk, value.made)) is not None:
            return Receiver(right.name, right.platform, right.arguments, right.made, (*right.steps, *steps))
        value = value.made.base
    if isinstance(value, Unknown) and value.made is not None and isinstance(value.made.base, External):
        name = value.made.base.name
        platform = sdk.platform(name)
        arguments: Arguments | None = value.made.arguments
    elif isinstance(value, Object):
        name, platform = _class(ev, sdk, value)
        arguments = value.arguments
    else:
        return None
    if platform is None:
        return None
    return Receiver(name.rsplit(".", 1)[-1], platform, arguments, value, tuple(steps))


def _piped(ev: Evaluator, sdk: Sdk, made: Made) -> Receiver | None:
    """The model on the right of `prompt | model`; what stands on its left is a step of it."""
    return next((found for value in made.arguments.positional if (found := receiver(ev, sdk, value)) is not None), None)


def _class(ev: Evaluator, sdk: Sdk, value: Object) -> tuple[str, str | None]:
    classes = bases(ev, value.of) if isinstance(value.of, Class) else [value.of]
    for cls in classes:
        if isinstance(cls, External) and (platform := sdk.platform(cls.name)) is not None:
            return cls.name, platform
    return "", None
