"""Paths as values: a path is a text, in which holes stand for where the project and the working directory lie.

A path that begins with `ROOT` or `CWD` is anchored there; no real path holds a null character.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from promptlint.request import Hole, Part, Piece, Place, Step, Text, Variant
from promptlint.source.values import (
    PATH_CLASS,
    Arguments,
    Choice,
    External,
    Item,
    Object,
    Seq,
    Str,
    Unknown,
    Value,
    choice,
    hole_of,
    options,
)

ROOT = "/\0root"
CWD = "/\0cwd"
MAX_PATHS = 16  # that one expression may mean
_ANCHORS = {"__file__": ROOT, "os.getcwd": CWD}
_HOLES = {ROOT: ("__file__", "where the project lies"), CWD: ("os.getcwd", "the working directory")}


@dataclass(frozen=True, slots=True)
class Spelling:
    """One path that a value can mean, None where it is not known; and the steps that brought its parts.

    `named_in` is the file of the code that names the last part of it.
    """

    path: str | None
    trail: tuple[Step, ...] = ()
    named_in: str = ""


def spelled(value: Value) -> list[Spelling]:
    """The paths that a string or a path object can mean."""
    match value:
        case Str(text):
            return _spelled_text(text)
        case Choice(found):
            return [spelling for option in found for spelling in spelled(option)][:MAX_PATHS]
        case Object(External(name), Arguments((first, *_))) if name == PATH_CLASS:
            return spelled(first)
        case Unknown(Hole(detail="os.getcwd")):
            return [Spelling(CWD)]
        case _:
            return [Spelling(None)]


def _spelled_text(text: Text) -> list[Spelling]:
    parts = [_spelled_part(part) for part in text.parts]
    return [_together("".join, chosen) for chosen in islice(product(*parts), MAX_PATHS)]


def _spelled_part(part: Part) -> list[Spelling]:
    match part:
        case Piece(text, place, trail=trail):
            return [Spelling(text, trail, place.path)]
        case Variant(found):
            return [spelling for option in found for spelling in _spelled_text(option)]
        case Hole(detail=detail):
            return [Spelling(_ANCHORS.get(detail))]


def _together(make: Callable[[list[str]], str], spellings: Sequence[Spelling]) -> Spelling:
    """What a function makes of paths; not known where one of them is not."""
    known = [spelling.path for spelling in spellings if spelling.path is not None]
    steps = dict.fromkeys(step for spelling in spellings for step in spelling.trail)
    named_in = next((spelling.named_in for spelling in reversed(spellings) if spelling.named_in), "")
    return Spelling(make(known) if len(known) == len(spellings) else None, tuple(steps), named_in)


def text(spelling: Spelling, place: Place) -> Str | None:
    """A path as a string; None where it is not known."""
    path = spelling.path
    if path is None:
        return None
    for anchor, (detail, reason) in _HOLES.items():
        if path == anchor or path.startswith(f"{anchor}/"):
            hole = Hole(detail, place, "file", "process", detail, reason=reason, trail=spelling.trail)
            rest = path.removeprefix(anchor)
            return Str(Text((hole, Piece(rest, place, (), spelling.trail)) if rest else (hole,)), place)
    return Str(Text((Piece(path, place, (), spelling.trail),)), place)


def made(path: Value, place: Place) -> Object:
    """A path object."""
    return Object(External(PATH_CLASS, place), Arguments((path,)), place)


def of_file(path: str, place: Place) -> Str:
    """The path of a file or folder of the project, as `__file__` has it."""
    found = text(Spelling(posixpath.join(ROOT, path) if path else ROOT), place)
    assert found is not None
    return found


def is_path(value: Value) -> bool:
    """Whether a value is a path object, or a choice of them."""
    if isinstance(value, Choice):
        return all(map(is_path, value.options))
    return isinstance(value, Object) and isinstance(value.of, External) and value.of.name == PATH_CLASS


def joined(parts: Sequence[Value], place: Place, as_object: bool) -> Value:
    """`os.path.join(*parts)`, or as a path object `Path(*parts)`."""
    return computed(lambda paths: posixpath.join(*paths), parts, place, as_object)


def computed(make: Callable[[list[str]], str], parts: Sequence[Value], place: Place, as_object: bool) -> Value:
    """What a function makes of paths, for every combination of what they can be."""
    found: list[Value] = []
    for chosen in islice(product(*(spelled(part) for part in parts)), MAX_PATHS):
        value: Value | None = text(_together(make, chosen), place)
        value = value if value is not None else _unknown(parts)
        found.append(made(value, place) if as_object else value)
    return choice(found)


def _unknown(parts: Sequence[Value]) -> Unknown:
    """The hole of a path: that of its first part that is not known."""
    part = next(part for part in parts if any(spelling.path is None for spelling in spelled(part)))
    holes = part.text.holes() if isinstance(part, Str) else iter(())
    return Unknown(next((hole for hole in holes if hole.detail not in _ANCHORS), None) or hole_of(part))


def _absolute(path: str) -> str:
    return posixpath.join(CWD, path)


def _normal(path: str) -> str:
    # What lies above the working directory is known only once it is known which folder that is.
    return path if path.startswith(CWD) else posixpath.normpath(path)


def _with_suffix(path: str, suffix: str) -> str:
    return posixpath.splitext(path)[0] + suffix


def _with_stem(path: str, stem: str) -> str:
    return posixpath.join(posixpath.dirname(path), stem + posixpath.splitext(path)[1])


_CHANGES: dict[str, Callable[[str], str]] = {
    "resolve": _absolute,
    "absolute": _absolute,
    "parent": lambda path: posixpath.dirname(path.rstrip("/")) or ("/" if path.startswith("/") else "."),
}
_STRINGS: dict[str, Callable[[str], str]] = {
    "name": posixpath.basename,
    "stem": lambda path: posixpath.splitext(posixpath.basename(path))[0],
    "suffix": lambda path: posixpath.splitext(path)[1],
    "as_posix": str,
    "__str__": str,
}
_WITH: dict[str, Callable[[str, str], str]] = {
    "with_name": lambda path, name: posixpath.join(posixpath.dirname(path), name),
    "with_suffix": _with_suffix,
    "with_stem": _with_stem,
}
_OF_STRINGS: dict[str, Callable[[str], str]] = {
    "dirname": posixpath.dirname,
    "basename": posixpath.basename,
    "abspath": _absolute,
    "realpath": _absolute,
    "normpath": _normal,
}


def attribute(path: Object, name: str, place: Place) -> Value | None:
    """`path.parent`, `path.name` and the like; None for what is none of them."""
    if name == "parents":
        ancestors: list[Value] = [path]
        while len(ancestors) <= MAX_PATHS:
            ancestors.append(_changed(ancestors[-1], "parent", place))
        return Seq("tuple", tuple(Item(ancestor) for ancestor in ancestors[1:]), place)
    if name == "parent":
        return _changed(path, name, place)
    if name in _STRINGS and name not in ("as_posix", "__str__"):
        return _changed(path, name, place)
    return None


def _changed(path: Value, name: str, place: Place) -> Value:
    as_object = name in _CHANGES
    change = _CHANGES[name] if as_object else _STRINGS[name]
    return computed(lambda paths: change(paths[0]), [path], place, as_object)


def method(path: Object, name: str, arguments: Arguments, place: Place) -> Value | None:
    """`path.resolve()`, `path.joinpath(..)` and the like; None for what only looks at the disk can tell."""
    if name in ("joinpath", "__truediv__"):
        return joined([path, *arguments.positional], place, as_object=True)
    if name in _WITH and len(arguments.positional) == 1:
        change = _WITH[name]
        return computed(lambda paths: change(paths[0], paths[1]), [path, arguments.positional[0]], place, True)
    if name in _CHANGES or name in ("as_posix", "__str__"):
        return _changed(path, name, place)
    return None


def function(name: str, arguments: Arguments, place: Place, source: str) -> Value | None:
    """`os.path.join(..)`, `os.path.dirname(..)`, `Path(..)`; None for other functions and for no arguments."""
    parts = arguments.positional
    last = name.rpartition(".")[2]
    if name == f"{PATH_CLASS}.cwd":
        return made(_anchor(CWD, place), place)
    if last in ("Path", "PurePath", "PosixPath", "PurePosixPath"):
        return joined(parts or (Str(Text((Piece(".", place),)), place),), place, as_object=True)
    if not parts or all(spelling.path is None for part in parts for spelling in spelled(part)):
        return None
    change = _OF_STRINGS.get(last, str)
    found = joined(parts, place, False) if last == "join" else computed(lambda p: change(p[0]), parts[:1], place, False)
    return choice([_named(option, source, place) for option in options(found)])


def _named(value: Value, source: str, place: Place) -> Value:
    return Unknown(replace(value.hole, name=source, place=place)) if isinstance(value, Unknown) else value


def _anchor(path: str, place: Place) -> Str:
    found = text(Spelling(path), place)
    assert found is not None
    return found


FUNCTIONS = (
    *(f"os.path.{name}" for name in ("join", *_OF_STRINGS)),
    "os.fspath",
    *(f"pathlib.{name}" for name in ("Path", "PurePath", "PosixPath", "PurePosixPath", "Path.cwd")),
    "anyio.Path",
)
"""The functions that `function` knows."""


def candidates(path: str, at: str) -> Iterator[str]:
    """The paths below the project's root that a path can mean in a file of the project, likeliest first.

    What is relative is meant from where the program runs: the root, or else a folder that the file lies in.
    Those that begin with `..` or `/` lie outside.
    """
    if path == ROOT or path.startswith(f"{ROOT}/"):
        yield posixpath.normpath(path.removeprefix(ROOT).lstrip("/"))
        return
    relative = path.removeprefix(CWD).lstrip("/") if path == CWD or path.startswith(f"{CWD}/") else path
    yield posixpath.normpath(relative)
    folder = posixpath.dirname(at)
    while folder and not relative.startswith("/"):
        yield posixpath.normpath(posixpath.join(folder, relative))
        folder = posixpath.dirname(folder)
