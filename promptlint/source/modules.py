"""The modules of a project: parsed when they are needed, found by the names that import statements use."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from promptlint.files import Files
from promptlint.request import Hole, Problem, Step
from promptlint.source import names, notebooks
from promptlint.source.file_texts import FileTexts
from promptlint.source.frames import Frame
from promptlint.source.scopes import Module, Scope
from promptlint.source.text_file import Unreadable, parse
from promptlint.source.values import External, ModuleValue, Unknown, Value, stepped

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

_BASES = re.compile(rb"class[ \t]+\w+\s*(?:\[[^\]]*\])?\(([^)]*)\)")  # a literal to begin with: ten times as fast
_SET = re.compile(rb"\n[ \t]*+((?:\w++\.)++)(\w++)[ \t]*+(?::[^=\n]*+)?=(?!=)")
_SCRIPT = re.compile(rb"""\b__name__\s*==\s*['"]__main__""")
_NAME_END = re.compile(rb"\b")
_NAME_PART = re.compile(rb"\w")
_WORD = re.compile(rb"[A-Za-z_]\w*")


class Modules:
    """Parses the files of a project on demand. `problems` collects those that were needed and cannot be read.

    `lines` counts what was parsed, `texts` are the other files that the code reads.

    `external` are the top-level names that never mean a file of the project (the SDKs).
    """

    def __init__(self, files: Files, sources: tuple[str, ...] = (), external: frozenset[str] = frozenset()) -> None:
        self.files = files
        self.problems: list[Problem] = []
        self.texts = FileTexts(files, self.problems)
        self.lines = 0
        self._paths = frozenset(files.paths)
        self._sources = sources
        self._external = external
        self._modules: dict[str, Module | None] = {}
        self._searched: set[tuple[str, str]] = set()  # star imports may run in a circle
        self._roots: dict[str, list[str]] = {}
        self._with_script: dict[str, bool] = {}
        self._definitions: dict[str, int] = {}
        self._subclassed: dict[str, list[str]] = {}
        self._setting: dict[str, list[str]] | None = None

    @property
    def read(self) -> list[Module]:
        """The modules that were parsed."""
        return [module for module in self._modules.values() if module is not None]

    def get(self, path: str) -> Module | None:
        """The module of a file; None where it cannot be parsed, with a problem noted, and for other languages."""
        if path not in self._modules:
            try:
                self._modules[path] = module = self._parsed(path)
                self.lines += len(module.file.lines) if module is not None else 0
            except Unreadable as error:
                self.problems.append(error.problem)
                self._modules[path] = None
            except OSError as error:
                self.problems.append(Problem(path, f"cannot be read: {error.strerror or error}"))
                self._modules[path] = None
        return self._modules[path]

    def _parsed(self, path: str) -> Module | None:
        if not path.endswith(notebooks.SUFFIX):
            return Module(parse(path, self.files.bytes(path)))
        file, problems = notebooks.parse(path, self.files.bytes(path))
        self.problems += problems
        return Module(file) if file is not None else None

    def is_read(self, path: str) -> bool:
        """Whether a file was parsed, or found to be unreadable, before."""
        return path in self._modules

    def using(self, name: str, before: bytes, behind: re.Pattern[bytes]) -> dict[str, int]:
        """The files that have a name with these bytes before it and a match behind it, and how often."""
        needle = before + name.encode()
        found: dict[str, int] = {}
        for path in self.files.paths:
            data = self._bytes(path)
            at = data.find(needle)
            if at < 0:
                continue
            if path.endswith(notebooks.SUFFIX):
                data = self.code(path, needle)
                at = data.find(needle)
            count = 0
            while at >= 0:
                start, at = at, at + len(needle)
                begins = bool(before) or not _NAME_PART.match(data, start - 1, start)
                count += begins and behind.match(data, at) is not None
                at = data.find(needle, at)
            if count:
                found[path] = count
        return found

    def _bytes(self, path: str) -> bytes:
        try:
            return self.files.bytes(path)
        except OSError:
            return b""

    def has_subclasses(self, scope: Scope) -> bool:
        """Whether a class of the project names the class of a method among its bases."""
        if scope.parent is None:
            return False
        return bool(self.subclass_files(scope.parent.name))

    def subclass_files(self, name: str) -> list[str]:
        """The files with a class that has a base of this name."""
        if name not in self._subclassed:
            word = name.encode()
            self._subclassed[name] = [
                path
                for path in self.files.paths
                if any(word in _WORD.findall(bases) for bases in _BASES.findall(self.code(path, word)))
            ]
        return self._subclassed[name]

    def attribute_files(self, name: str) -> list[str]:
        """The files in which a line sets an attribute of this name, of whatever but `self` it may be."""
        if self._setting is None:
            self._setting = {}
            for path in self.files.paths:
                found = {word for receiver, word in _SET.findall(self.code(path, b"=")) if receiver != b"self."}
                for word in found:
                    self._setting.setdefault(word.decode(), []).append(path)
        return self._setting.get(name, [])

    def holds(self, path: str, text: str) -> bool:
        """Whether a file has a text somewhere."""
        return text.encode() in self.code(path, text.encode())

    def defined_once(self, name: str) -> bool:
        """Whether exactly one function of the project has this name."""
        if name not in self._definitions:
            self._definitions[name] = sum(self.using(name, b"def ", _NAME_END).values())
        return self._definitions[name] == 1

    def code(self, path: str, word: bytes) -> bytes:
        """The code of a file, as far as it has this word."""
        try:
            return self.files.code(path, word)
        except OSError:
            return b""

    def length(self, path: str) -> int:
        """The length of the code of a file in bytes, 0 where it cannot be read."""
        return len(self.code(path, b""))

    def is_external(self, dotted: str) -> bool:
        """Whether a name never means a file of the project."""
        return dotted.split(".", 1)[0] in self._external

    def find(self, dotted: str, importer: str) -> str | None:
        """The file that an absolute import in `importer` means; None where it is not of the project."""
        if self.is_external(dotted):
            return None
        tail = dotted.replace(".", "/")
        for root in self._import_roots(importer):
            if found := self._file(f"{root}/{tail}" if root else tail):
                return found
        return self._beside_script(tail, importer)

    def _beside_script(self, tail: str, importer: str) -> str | None:
        """The file that an import means where a script of the package that it stands in is run.

        Python looks beside the script first, be that folder a package or not.
        """
        folder = importer.rpartition("/")[0]
        while folder:
            found = self._file(f"{folder}/{tail}") if self._is_package(folder) else None
            if found and self._has_script(folder) and not self._is_namesake(f"{folder}/{tail.partition('/')[0]}"):
                return found
            folder = folder.rpartition("/")[0]
        return None

    def _has_script(self, folder: str) -> bool:
        if folder not in self._with_script:
            inside = (path for path in self.files.paths if path.rpartition("/")[0] == folder)
            self._with_script[folder] = any(
                path == f"{folder}/__main__.py" or _SCRIPT.search(self.code(path, b"__main__")) for path in inside
            )
        return self._with_script[folder]

    def _is_namesake(self, stem: str) -> bool:
        """Whether a module imports its own name: what it means by that is something installed."""
        own = rb"^\s*(?:import|from)\s+%s\b" % re.escape(stem.rpartition("/")[2]).encode()
        path = f"{stem}.py"
        return path in self._paths and re.search(own, self.code(path, b"import"), re.MULTILINE) is not None

    def folder(self, dotted: str, importer: str) -> str | None:
        """The folder of a package, one without `__init__.py` too; of a module the folder that it lies in."""
        path = self.find(dotted, importer)
        if path is not None:
            return path.rpartition("/")[0]
        if not all(part.isidentifier() for part in dotted.split(".")):
            return None
        tail = dotted.replace(".", "/")
        folders = (f"{root}/{tail}" if root else tail for root in self._import_roots(importer))
        return next((folder for folder in folders if self.files.absolute(folder).is_dir()), None)

    def named(self, dotted: str, importer: str) -> Value | None:
        """The module of this name, for a file that imports something above it."""
        return self._module_value(self.find(dotted, importer))

    def _file(self, stem: str) -> str | None:
        for path in (f"{stem}.py", f"{stem}/__init__.py") if stem else ("__init__.py",):
            if path in self._paths:
                return path
        return None

    def _is_package(self, folder: str) -> bool:
        return f"{folder}/__init__.py" in self._paths

    def _import_roots(self, importer: str) -> list[str]:
        """Where imports of a file start: the folders around it that are no packages, nearest first, then `src`."""
        folder = importer.rpartition("/")[0]
        if folder not in self._roots:
            around = []
            current = folder
            while current:
                around.append(current)
                current = current.rpartition("/")[0]
            roots = [f for f in around if not self._is_package(f)]
            self._roots[folder] = list(dict.fromkeys([*roots, "", *self._sources, "src"]))
        return self._roots[folder]

    def _relative(self, importer: str, level: int, module: str | None) -> str | None:
        """The path stem that a relative import means."""
        folder = importer.rpartition("/")[0]
        for _ in range(level - 1):
            if not folder:
                return None
            folder = folder.rpartition("/")[0]
        tail = module.replace(".", "/") if module else ""
        return "/".join(part for part in (folder, tail) if part)

    def submodule(self, package: Module, name: str) -> Value | None:
        """A module inside a package, as an attribute of it."""
        if not package.path.endswith("__init__.py"):
            return None
        return self._module_value(self._file(f"{package.path.rpartition('/')[0]}/{name}"))

    def _module_value(self, path: str | None) -> ModuleValue | None:
        module = self.get(path) if path else None
        return ModuleValue(module) if module is not None else None

    def imported(self, ev: Evaluator, statement: ast.Import | ast.ImportFrom, key: str, frame: Frame) -> Value | None:
        """What an import statement binds a name to."""
        place = ev.place(statement, frame)
        importer = frame.module.path
        for alias in statement.names:
            bound = alias.asname or alias.name.split(".")[0]
            if bound != key:
                continue
            if isinstance(statement, ast.ImportFrom):
                return self._from_import(ev, statement, alias.name, importer, frame)
            dotted = alias.name if alias.asname else bound
            return self._module_value(self.find(dotted, importer)) or External(dotted, place)
        return None

    def _from_import(self, ev: Evaluator, statement: ast.ImportFrom, name: str, importer: str, frame: Frame) -> Value:
        place = ev.place(statement, frame)
        if statement.level:
            stem = self._relative(importer, statement.level, statement.module)
            path = self._file(stem) if stem is not None else None
            folder = stem
        else:
            path = self.find(statement.module or "", importer)
            folder = path.removesuffix("/__init__.py") if path and path.endswith("/__init__.py") else None
            if path is None:
                # A folder without __init__.py is a package too.
                inner = self._module_value(self.find(f"{statement.module}.{name}", importer))
                return inner or External(f"{statement.module}.{name}", place)
        if path and not ev.affords(path):
            return Unknown(Hole(name, place, reason="too much code to follow"))
        module = self.get(path) if path else None
        if module is not None:
            found = names.module_name(ev, name, ev.module_frame(module))
            if found is not None:
                return stepped(found, Step("import", name, place))
        inner = self._module_value(self._file(f"{folder}/{name}" if folder else name)) if folder is not None else None
        return inner or External(f"{statement.module or '.'}.{name}", place)

    def star_imported(self, ev: Evaluator, name: str, frame: Frame) -> Value | None:
        """A name that a module gets from `from x import *`."""
        key = (frame.module.path, name)
        if key in self._searched or name.startswith("_"):
            return None
        self._searched.add(key)
        try:
            return self._star_imported(ev, name, frame)
        finally:
            self._searched.remove(key)

    def _star_imported(self, ev: Evaluator, name: str, frame: Frame) -> Value | None:
        for statement in frame.module.file.tree.body:
            if not (isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"):
                continue
            stem = self._relative(frame.module.path, statement.level, statement.module) if statement.level else None
            path = self._file(stem) if stem is not None else self.find(statement.module or "", frame.module.path)
            module = self.get(path) if path and path != frame.module.path else None
            if module is not None:
                found = names.module_name(ev, name, ev.module_frame(module))
                if found is not None:
                    return stepped(found, Step("import", name, ev.place(statement, frame)))
        return None
