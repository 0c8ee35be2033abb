"""The files of a run: the whole project below its root, and what of it the user wants to see."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from promptlint import globs
from promptlint.files import Prompts
from promptlint.ignored import SUFFIXES, VENV, Chain, Ignored
from promptlint.request import Problem
from promptlint.settings import Settings

_OTHER_CODE = (".pyi",)  # of Python, but neither read as code nor as a prompt
_SHEBANG = re.compile(rb"#![^\n]*\bpython")


@dataclass(frozen=True, slots=True)
class Selection:
    """The files of a project and which of them are shown.

    `files` are all its Python files and notebooks, by path below the root, sorted; `prompts` its prompt files. `shown`
    are the files and folders that the user named ("" is the root); `whole` is true when a folder is among them, so that
    rules about the whole project have their say. `problems` are the paths that cannot be looked at.
    """

    root: Path
    files: tuple[str, ...]
    shown: tuple[str, ...]
    whole: bool
    problems: tuple[Problem, ...]
    prompts: Prompts
    _ignored: Ignored
    _listed: frozenset[str]

    @property
    def excluded(self) -> frozenset[str]:
        """What `exclude` has decided about while files were looked for; a folder's path ends with a slash."""
        return frozenset(self._ignored.matched)

    def shows(self, path: str) -> bool:
        """Whether something in this file, Python or not, is to be shown."""
        if path in self.shown:
            return True
        if not any(not name or path.startswith(f"{name}/") for name in self.shown):
            return False
        return path in self._listed or not (path.endswith(SUFFIXES) or self._ignored.covers(path))


def discover(root: Path, paths: Sequence[Path], settings: Settings, force_exclude: bool = False) -> Selection:
    """Find the files of a project, and what of it `paths` name: the current directory if they name nothing.

    A file that is named and is no Python is a prompt, whatever its name; with `force_exclude`, where a tool names every
    file that changes, only if `settings.prompts` has it, and else what the code reads of it is shown.
    Left out are what ignore files and `exclude` leave out, and folders such as virtual environments, unless
    a path names them and `force_exclude` is off. No symbolic link is followed: what it points to below the
    root has a name of its own, and what lies elsewhere is not the project's.
    """
    root = root.resolve()
    walk = _Walk(root, Ignored(root, settings.exclude), settings.prompts)
    files = set(walk.files("", walk.ignored.around()))
    shown: dict[str, bool] = {}
    named_prompts: set[str] = set()
    for given in paths or (_here(root),):
        named = _named(given, root)
        if isinstance(named, Problem):
            walk.problems.append(named)
            continue
        path, is_folder = named
        left_out = path not in files and walk.ignored.covers(path, is_folder)
        if left_out and force_exclude:
            continue
        shown[path] = is_folder
        if left_out and is_folder:
            files |= walk.apart(path)
        elif not is_folder and is_python(root / path):
            files.add(path)
        elif not is_folder and not path.endswith(_OTHER_CODE) and not force_exclude:
            named_prompts.add(path)
    problems = tuple(dict.fromkeys(walk.problems))
    whole = any(shown.values())
    prompts = Prompts(tuple(sorted(named_prompts)), tuple(sorted(walk.prompts)))
    return Selection(root, tuple(sorted(files)), tuple(shown), whole, problems, prompts, walk.ignored, frozenset(files))


@dataclass(slots=True)
class _Walk:
    """Lists the Python files below a root, from nothing but what listing a folder tells.

    `prompts` collects the other files that match `prompt_globs`.
    """

    root: Path
    ignored: Ignored
    prompt_globs: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    prompts: set[str] = field(default_factory=set)

    def apart(self, folder: str) -> set[str]:
        """The files of a folder that is left out but was asked for: nothing around it applies any more."""
        inner = _Walk(self.root, Ignored(self.root, ()), self.prompt_globs, self.problems, self.prompts)
        return set(inner.files(folder, ()))

    def files(self, start: str, around: Chain) -> Iterator[str]:
        """The Python files of a folder and of those in it. `around` are the ignore files of the folders above."""
        pending = [(start, around)]
        while pending:
            folder, chain = pending.pop()
            entries = self._entries(folder)
            names = {entry.name for entry in entries}
            if VENV in names and folder != start:
                continue
            if ".gitignore" in names:
                chain = self.ignored.extended(chain, folder)
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if not self.ignored.leaves_out(f"{path}/", chain):
                        pending.append((path, chain))
                elif _is_listed(path, entry) and not self.ignored.leaves_out(path, chain):
                    yield path
                elif self._is_prompt(path, entry) and not self.ignored.leaves_out(path, chain):
                    self.prompts.add(path)

    def _is_prompt(self, path: str, entry: os.DirEntry[str]) -> bool:
        if not self.prompt_globs or path.endswith(SUFFIXES):
            return False
        return globs.compiled(self.prompt_globs).match_file(path) and entry.is_file(follow_symlinks=False)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as entries:
                return list(entries)
        except OSError as error:
            self.problems.append(Problem(folder or ".", _reason(error), help="exclude the folder, or make it readable"))
            return []


def _is_listed(path: str, entry: os.DirEntry[str]) -> bool:
    return path.endswith(SUFFIXES) and entry.is_file(follow_symlinks=False)


def _here(root: Path) -> Path:
    here = Path.cwd()
    return here if here.is_relative_to(root) else root


def _named(given: Path, root: Path) -> tuple[str, bool] | Problem:
    """A path of the command line as a path below the root, and whether it is a folder."""
    absolute = Path(os.path.abspath(given))  # noqa: PTH100 - `..` is to go, links are to stay for the message
    try:
        real = Path(os.path.realpath(absolute, strict=True))
        is_folder = real.is_dir()
    except (OSError, ValueError) as error:
        path = Path(os.path.relpath(absolute, root)).as_posix()
        return Problem(path, _reason(error), help="name files and folders that exist")
    if not real.is_relative_to(root):
        advice = "run promptlint in the project that the path belongs to"
        return Problem(absolute.as_posix(), f"lies outside of the project's root, {root}", help=advice)
    if not is_folder and not real.is_file():
        return Problem(real.relative_to(root).as_posix(), "is neither a file nor a folder")
    path = real.relative_to(root).as_posix()
    return "" if path == "." else path, is_folder


def is_python(path: Path) -> bool:
    """Whether a file is Python: by its suffix, or by its first line where it has none."""
    if path.suffix:
        return path.suffix in SUFFIXES
    try:
        with path.open("rb") as file:
            return _SHEBANG.match(file.read(200)) is not None
    except OSError:
        return False


def _reason(error: OSError | ValueError) -> str:
    # A ValueError is about a null character; Python's own words for it differ from version to version.
    text = error.strerror or str(error) if isinstance(error, OSError) else "the path holds a null character"
    return text[:1].lower() + text[1:]
