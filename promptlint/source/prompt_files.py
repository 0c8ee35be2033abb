"""Reading files in code: `open(..).read()`, `Path.read_text()`, `importlib.resources` and `pkgutil`.

What is read becomes text whose places lie in the file that was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.request import Hole, Place, Step, Text
from promptlint.source import operators, paths
from promptlint.source.file_texts import Reading, Unavailable
from promptlint.source.values import (
    PATH_CLASS,
    Arguments,
    Const,
    External,
    Made,
    ModuleValue,
    Object,
    Str,
    Unknown,
    Value,
    choice,
    options,
)

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator
    from promptlint.source.externals import Called

FILE = "builtins.open"
_NO_READING = frozenset("wax")


def opened(path: Value, arguments: Arguments, place: Place) -> Object:
    """An open file: `arguments` are those of `open` behind the path."""
    given = Arguments((path, *arguments.positional), arguments.keywords, arguments.opaque)
    return Object(External(FILE, place), given, place)


def is_file(value: Value | None) -> bool:
    """Whether a value is an open file."""
    return isinstance(value, Object) and isinstance(value.of, External) and value.of.name == FILE


def method(ev: Evaluator, base: Object, name: str, arguments: Arguments, place: Place, source: str) -> Value | None:
    """What a method of a path object or of an open file gives; None for those that read nothing."""
    if is_file(base):
        whole = name == "read" and not arguments.positional
        return content(ev, base, place, source) if whole else None
    if not paths.is_path(base):
        return None
    if name == "open":
        return opened(base, arguments, place)
    if name in ("read_text", "read_bytes"):
        mode = (("mode", Const("rb", place)),) if name == "read_bytes" else ()
        positional = dict(zip(("encoding", "errors"), arguments.positional, strict=False))
        given = Arguments((base,), (*mode, *positional.items(), *arguments.keywords), arguments.opaque)
        return content(ev, Object(External(FILE, place), given, place), place, source, PATH_CLASS)
    if name in ("exists", "is_file"):
        return exists(ev, base, place)
    return paths.method(base, name, arguments, place)


def exists(ev: Evaluator, path: Value, place: Place) -> Value | None:
    """True for a file of the project. One that is not there yet may be there when the program runs."""
    found = paths.spelled(path)
    if all(s.path is not None and ev.modules.texts.exists(s.path, place) for s in found):
        return Const(True, place)
    return None


def content(ev: Evaluator, file: Object, place: Place, source: str, detail: str = FILE, as_text: bool = False) -> Value:
    """What an open file holds: its text, or bytes that only decoding makes one, unless it is wanted `as_text`."""
    arguments = file.arguments or Arguments()
    hole = Hole(source, place, "file", "request", detail)
    path, mode = arguments.get("file", 0), operators.known(arguments.get("mode", 1) or Const("r", place))
    if path is None or not isinstance(mode, str) or _NO_READING & set(mode):
        return Unknown(hole)
    if "b" in mode and not as_text:
        return Unknown(hole, Made(file, "read", Arguments(), place))
    return text(ev, path, _reading(arguments), hole)


def decoded(ev: Evaluator, data: Value | None, arguments: Arguments, place: Place, source: str) -> Value | None:
    """`data.decode(..)` of what was read as bytes; None for other data."""
    match data:
        case Unknown(hole, Made(Object(_, Arguments((path, *_))) as file, "read")) if is_file(file):
            encoding = operators.known(arguments.get("encoding", 0) or Const(None, place))
            reading = Reading(encoding if isinstance(encoding, str) else "utf-8", newline="")
            return text(ev, path, reading, replace(hole, name=source, place=place))
        case _:
            return None


def text(ev: Evaluator, path: Value, reading: Reading, hole: Hole) -> Value:
    """The text of the files that a path can mean; `hole` stands for one that cannot be told."""
    found: list[Value] = []
    for spelling in paths.spelled(path):
        try:
            found.append(_text(ev, spelling, reading, hole))
        except Unavailable as error:
            found.append(Unknown(replace(hole, reason=str(error), trail=(*hole.trail, *spelling.trail))))
    return choice(found)


def all_read(ev: Evaluator, values: list[Value]) -> bool:
    """Whether values are known texts of files of the project, and nothing else: then no file was missing."""
    return bool(values) and all(
        isinstance(option, Str)
        and option.text.known is not None
        and any(piece.place.path in ev.modules.texts.texts for piece in option.text.pieces())
        for value in values
        for option in options(value)
    )


def _text(ev: Evaluator, spelling: paths.Spelling, reading: Reading, hole: Hole) -> Value:
    if spelling.path is None:
        raise Unavailable("which file is read is not known")
    if any(step.how == "cli-default" for step in spelling.trail):
        # What the command line names is what a run works on, not what the program says.
        raise Unavailable("the command line says which file is read")
    path = ev.modules.texts.find(spelling.path, hole.place, spelling.named_in)
    piece = ev.modules.texts.piece(path, reading)
    trail = (*spelling.trail, Step("import", path, hole.place))
    return Str(Text((replace(piece, trail=trail),) if piece.text else ()), piece.place)


def _reading(arguments: Arguments) -> Reading:
    encoding = operators.known(arguments.get("encoding", 3) or Const(None, _NOWHERE))
    errors = operators.known(arguments.get("errors", 4) or Const(None, _NOWHERE))
    newline = operators.known(arguments.get("newline", 5) or Const(None, _NOWHERE))
    return Reading(
        encoding if isinstance(encoding, str) else "utf-8",
        errors if isinstance(errors, str) else "strict",
        newline if isinstance(newline, str) else None,
    )


_NOWHERE = Place("", 1, 1, 1, 1)


def _open(call: Called) -> Value | None:
    arguments = call.arguments
    path = arguments.get("file", 0)
    if path is None:
        return None
    if isinstance(path, Object) and not paths.is_path(path):
        return None
    rest = replace(arguments, positional=arguments.positional[1:])
    return choice([opened(option, rest, call.place) for option in options(path)])


def folder(ev: Evaluator, package: Value, place: Place) -> Value | None:
    """The folder of a package that is named, imported, or the one that the code at `place` stands in."""
    match package:
        case Unknown(made=Made(ModuleValue(), "__name__" | "__package__")):
            return paths.of_file(place.path.rpartition("/")[0], place)
        case ModuleValue(module):
            return paths.of_file(module.path.rpartition("/")[0], place)
        case External() | Str():
            dotted = package.name if isinstance(package, External) else package.text.known
            found = ev.modules.folder(dotted, place.path) if dotted else None
            return paths.of_file(found, place) if found is not None else None
        case _:
            return None


def _folder(call: Called) -> Value | None:
    if call.first is None:
        return paths.of_file(call.place.path.rpartition("/")[0], call.place)
    return folder(call.ev, call.first, call.place)


def _files(call: Called) -> Value | None:
    found = _folder(call)
    return paths.made(found, call.place) if found is not None else None


def _resource(mode: str | None, read: bool) -> Callable[[Called], Value | None]:
    """`importlib.resources.read_text(package, name)` and its kin; without a mode the path of the resource."""

    def handler(call: Called) -> Value | None:
        found = _folder(call)
        if found is None or len(call.arguments.positional) < 2:
            return None
        path = paths.joined([found, *call.arguments.positional[1:2]], call.place, as_object=True)
        if mode is None:
            return path
        encoding = call.arguments.get("encoding", 2)
        keywords = (("mode", Const(mode, call.place)), *((("encoding", encoding),) if encoding is not None else ()))
        file = opened(path, Arguments((), keywords), call.place)
        return content(call.ev, file, call.place, call.source, "importlib.resources") if read else file

    return handler


def _exists(call: Called) -> Value | None:
    return exists(call.ev, call.first, call.place) if call.first is not None else None


def _path(name: str) -> Callable[[Called], Value | None]:
    return lambda call: paths.function(name, call.arguments, call.place, call.source)


FUNCTIONS: dict[str, Callable[[Called], Value | None]] = {
    **{name: _path(name) for name in paths.FUNCTIONS},
    **dict.fromkeys((FILE, "io.open", "codecs.open", "aiofiles.open", "anyio.open_file"), _open),
    **dict.fromkeys(("os.path.exists", "os.path.isfile"), _exists),
    "importlib.resources.files": _files,
    "importlib_resources.files": _files,
    "importlib.resources.as_file": lambda call: call.first,
    "importlib.resources.path": _resource(None, False),
    "importlib.resources.read_text": _resource("r", True),
    "importlib.resources.read_binary": _resource("rb", True),
    "importlib.resources.open_text": _resource("r", False),
    "importlib.resources.open_binary": _resource("rb", False),
    "pkgutil.get_data": _resource("rb", True),
    "pkg_resources.resource_string": _resource("rb", True),
    "pkg_resources.resource_filename": _resource(None, False),
}
