"""Libraries that call a function again when it fails, read from the table beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from promptlint.source.operators import known
from promptlint.source.values import Arguments, Class, External, Object, Seq, Unknown, Value, options

_ALL = frozenset({"Exception", "BaseException"})


@dataclass(frozen=True, slots=True)
class Library:
    """One way to have a function called again; the table says what the fields mean."""

    names: tuple[str, ...]
    stop: str = ""
    attempts: str = ""
    default: int | None = None
    first: int = 0
    limits: tuple[str, ...] = ()
    caught: str = ""
    caught_at: int | None = None
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """When to stop: after so many `attempts`, None where that is not known; never where it is not `bounded`.

    `catches_from` are the packages of all exceptions that it waits for, () where one of them is not known.
    """

    name: str
    attempts: int | None
    bounded: bool
    catches_all: bool | None
    catches_from: tuple[str, ...]


@cache
def _libraries() -> tuple[Library, ...]:
    import tomli

    table = tomli.loads((files("promptlint.sdk.around") / "retries.toml").read_text("utf-8"))
    return tuple(map(_library, table["library"]))


def _library(row: dict[str, Any]) -> Library:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Library(**fields)


def are_named(text: str) -> bool:
    """Whether a source text names one of the libraries: where it does not, nothing needs to be evaluated."""
    return any(name in text for name in _packages())


@cache
def _packages() -> frozenset[str]:
    return frozenset(name.split(".", 1)[0] for library in _libraries() for name in library.names)


def policy(value: Value) -> Policy | None:
    """The policy that a decorator, an object or a helper of a library has; None where it is of no such library."""
    for option in options(value):
        name, arguments = _made_of(option)
        for library in _libraries():
            if _matches(library, name, arguments):
                return _policy(library, name, arguments)
    return None


def _made_of(value: Value) -> tuple[str, Arguments]:
    """What something from outside the project is made by, and the arguments."""
    if isinstance(value, Object):
        return value.of.name if isinstance(value.of, External) else "", value.arguments or Arguments()
    if isinstance(value, Unknown) and value.made is not None:
        base, made = value.made.base, value.made
        return base.name if isinstance(base, External) and not made.method else made.method, made.arguments
    return value.name if isinstance(value, External) else "", Arguments()


def _matches(library: Library, name: str, arguments: Arguments) -> bool:
    if library.needs and arguments.get(library.needs) is None:
        return False
    package, _, rest = name.partition(".")
    # Modules in between may be left out: `tenacity.asyncio.AsyncRetrying`.
    return "*" in library.names or name in library.names or f"{package}.{rest.rpartition('.')[2]}" in library.names


def _policy(library: Library, name: str, arguments: Arguments) -> Policy:
    stop = arguments.get(library.stop) if library.stop else None
    if stop is not None and _made_of(stop)[0].rpartition(".")[2] == "stop_never":
        stop = None  # tenacity's name for its default
    given = arguments.get(library.attempts) if library.attempts else None
    limited = any(arguments.get(limit) is not None for limit in library.limits)
    attempts = _number(given) if given is not None else library.default
    if stop is not None:
        attempts = _stop(stop)
    elif attempts is not None:
        attempts = None if attempts < 0 else attempts + library.first
    bounded = stop is not None or attempts is not None or limited
    bounded = bounded or (given is not None and _number(given) is None) or arguments.opaque
    caught = _caught(library, arguments)
    return Policy(name, attempts, bounded, _catches_all(library, arguments), packages_of(caught))


def _number(value: Value) -> int | None:
    found = known(value)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _stop(value: Value) -> int | None:
    """The attempts of `stop_after_attempt(n)`, alone or combined with others (`|`)."""
    if not isinstance(value, Unknown | Object):
        return None
    name, arguments = _made_of(value)
    if name.rpartition(".")[2] == "stop_after_attempt" and arguments.positional:
        return _number(arguments.positional[0])
    parts = list(arguments.positional)
    if isinstance(value, Unknown) and value.made is not None:
        parts.append(value.made.base)
    return next((found for part in parts if (found := _stop(part)) is not None), None)


def _caught(library: Library, arguments: Arguments) -> Value | None:
    return arguments.get(library.caught, library.caught_at) if library.caught else None


_REFUSALS = frozenset(
    f"anthropic.{name}Error"
    for name in ("Authentication", "BadRequest", "NotFound", "PermissionDenied", "UnprocessableEntity")
)


def packages_of(caught: Value | None) -> tuple[str, ...]:
    """The packages that exceptions come from; empty unless each is one of a package outside of the project.

    Empty too for one that says that Claude's API refuses a request: nobody sends that again as it was.
    """
    if isinstance(caught, Unknown) and caught.made is not None:
        types = list(caught.made.arguments.positional)
    else:
        types = [] if caught is None else [caught]
    types = [each for one in types for each in ([item.value for item in one.items] if isinstance(one, Seq) else [one])]
    names = [each.name if isinstance(each, External) else "" for each in types]
    known = all("." in name and name not in _REFUSALS for name in names)
    return tuple(sorted({name.partition(".")[0] for name in names})) if known else ()


def _catches_all(library: Library, arguments: Arguments) -> bool | None:
    if not library.caught:
        return True
    caught = _caught(library, arguments)
    if caught is None:
        return None if arguments.opaque else True
    if isinstance(caught, Unknown) and caught.made is not None:
        # tenacity's `retry_if_exception_type(..)`, which catches all where it is given nothing.
        caught_types = caught.made.arguments.positional
        return any(map(_is_all, caught_types)) if caught_types else _word(caught.made.base) == "retry_if_exception_type"
    return _is_all(caught)


def _is_all(value: Value) -> bool:
    if isinstance(value, Seq):
        return any(_is_all(item.value) for item in value.items)
    return any(_word(option) in _ALL for option in options(value))


def _word(value: Value) -> str:
    if isinstance(value, External):
        return value.name.rpartition(".")[2]
    return value.node.name if isinstance(value, Class) else ""
