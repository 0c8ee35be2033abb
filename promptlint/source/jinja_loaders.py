"""Where a Jinja environment looks for its templates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.request import Hole, Piece, Place, Text
from promptlint.source import paths, prompt_files
from promptlint.source.file_texts import Reading, Unavailable
from promptlint.source.values import Arguments, Choice, External, Map, Object, Seq, Str, Value

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator


class Loader:
    """Finds the templates of an environment by name."""

    def __init__(self, ev: Evaluator, environment: Object | None, place: Place) -> None:
        self._ev = ev
        self._place = place
        arguments = environment.arguments if environment is not None else None
        self._loader = arguments.get("loader") if arguments is not None else None

    def text(self, name: str) -> Text:
        """The source of a template. Raises `Unavailable`."""
        if ".." in name.split("/"):
            raise Unavailable(f"a template's name may not lead out of its folder: {name}")
        for loader in _flat(self._loader):
            found = self._from(loader, name)
            if found is not None:
                return found
        raise Unavailable(f"there is no template {name!r} where the loader looks")

    def _from(self, loader: Object, name: str) -> Text | None:
        if loader.of_external("DictLoader"):
            mapping = loader.arguments.get("mapping", 0) if loader.arguments is not None else None
            entry = mapping.get(name) if isinstance(mapping, Map) else None
            return entry.value.text if entry is not None and isinstance(entry.value, Str) else None
        hole = Hole(name, self._place, "file", "request")
        file = Str(Text((Piece(name, self._place),)), self._place)
        for folder in self._folders(loader):
            path = paths.joined([folder, file], self._place, as_object=True)
            if prompt_files.exists(self._ev, path, self._place):
                read = prompt_files.text(self._ev, path, Reading(), hole)
                return read.text if isinstance(read, Str) else None
        return None

    def _folders(self, loader: Object) -> Iterator[Value]:
        given = loader.arguments or Arguments()
        if loader.of_external("FileSystemLoader"):
            searched = given.get("searchpath", 0)
            if isinstance(searched, Seq):
                yield from (item.value for item in searched.items)
            elif searched is not None:
                yield searched
        elif loader.of_external("PackageLoader"):
            package = given.get("package_name", 0)
            inner = given.get("package_path", 1) or Str(Text((Piece("templates", self._place),)), self._place)
            folder = prompt_files.folder(self._ev, package, self._place) if package is not None else None
            if folder is not None:
                yield paths.joined([folder, inner], self._place, True)


def _flat(loader: Value | None) -> Iterator[Object]:
    match loader:
        case Object(of=External()) if loader.of_external("ChoiceLoader"):
            inner = loader.arguments.get("loaders", 0) if loader.arguments is not None else None
            for item in inner.items if isinstance(inner, Seq) else ():
                yield from _flat(item.value)
        case Object(of=External()):
            yield loader
        case Choice(found):
            for option in found:
                yield from _flat(option)
