"""What a project leaves out: its ignore files, the folders that nobody means, and its own `exclude`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from promptlint import globs

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

FOLDERS = frozenset(
    {".bzr", ".direnv", ".eggs", ".git", ".hg", ".hypothesis", ".idea", ".ipynb_checkpoints", ".mypy_cache", ".nox"}
    | {".pyre", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__"}
    | {"__pypackages__", "_build", "buck-out", "build", "dist", "dist-packages", "node_modules", "site-packages"}
    | {"venv"}
)
"""Folders that hold no code of the project. `exclude = ["!build/"]` takes one back in."""

VENV = "pyvenv.cfg"
"""A folder with this file is a virtual environment, whatever its name (PEP 405)."""

SUFFIXES = (".py", ".ipynb")
"""The endings of the files that hold Python code."""

_OPEN_ENDINGS = ("py", "ipynb", "*", "?", "]", "\\")


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The patterns of one ignore file. `prefix` is its folder's path below the root, with a slash at the end.

    Paths of an ignore file above the root are lengthened by `above` before they are matched. `files` has
    the patterns that can match a Python file: most cannot, and a walk asks for every file.
    """

    prefix: str
    above: str
    all: GitIgnoreSpec
    files: GitIgnoreSpec

    def decides(self, path: str) -> bool | None:
        """Whether the path is ignored (a folder's ends with a slash); None if no pattern is about it."""
        spec = self.files if path.endswith(SUFFIXES) else self.all
        return spec.check_file(self.above + path[len(self.prefix) :]).include


Chain = tuple[IgnoreFile, ...]


@dataclass(slots=True)
class Ignored:
    """Tells what is left out below a root. `Ignored(root, ())` knows no `exclude`.

    `matched` are the paths that `exclude` has decided about; a folder's ends with a slash.
    """

    root: Path
    exclude: tuple[str, ...]
    matched: set[str] = field(default_factory=set)
    _chains: dict[str, Chain] = field(default_factory=dict)

    def chain(self, folder: str) -> Chain:
        """The ignore files that apply in a folder, given by its path below the root; "" is the root."""
        if folder not in self._chains:
            parent = self.chain(folder.rpartition("/")[0]) if folder else self.around()
            self._chains[folder] = self.extended(parent, folder)
        return self._chains[folder]

    def around(self) -> Chain:
        """The ignore files of the folders around the root, which apply to it as well."""
        return _above(self.root)

    def extended(self, chain: Chain, folder: str) -> Chain:
        """The chain of a folder: that of its parent, and its own .gitignore if it has one."""
        own = _read(self.root / folder / ".gitignore", f"{folder}/" if folder else "")
        return (*chain, own) if own else chain

    def leaves_out(self, path: str, chain: Chain) -> bool:
        """Whether one entry is left out by itself; a folder's path ends with a slash."""
        if self.exclude:
            wanted = globs.compiled(self.exclude).check_file(path).include
            if wanted is not None:
                self.matched.add(path)
                return wanted
        if path.endswith("/") and path[:-1].rpartition("/")[2] in FOLDERS:
            return True
        return next((decided for file in reversed(chain) if (decided := file.decides(path)) is not None), False)

    def covers(self, path: str, folder: bool = False) -> bool:
        """Whether a path below the root is left out, by itself or with a folder around it."""
        parts = path.split("/") if path else []
        for index in range(len(parts)):
            parent = "/".join(parts[:index])
            entry = "/".join(parts[: index + 1])
            inside = folder or index + 1 < len(parts)
            if self.leaves_out(f"{entry}/" if inside else entry, self.chain(parent)):
                return True
            if inside and (self.root / entry / VENV).exists():
                return True
        return False


def _above(root: Path) -> Chain:
    """The ignore files of the folders around the root, up to the git top, unless they leave out the root itself."""
    folders: list[Path] = []
    for folder in (root, *root.parents):
        folders.append(folder)
        if (folder / ".git").exists():
            break
    else:
        return ()
    top = folders[-1]
    found = [_read(top / ".git" / "info" / "exclude", "", _between(top, root))]
    found += [_read(folder / ".gitignore", "", _between(folder, root)) for folder in reversed(folders[1:])]
    files = tuple(file for file in found if file)
    return () if any(file.above and file.decides("") for file in files) else files


def _between(folder: Path, root: Path) -> str:
    return "" if folder == root else f"{root.relative_to(folder).as_posix()}/"


def _read(path: Path, prefix: str, above: str = "") -> IgnoreFile | None:
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="surrogateescape").split("\n")
    except OSError:  # none there, or none that may be read: then nothing is ignored
        return None
    for_files = [line for line in lines if line.rstrip().endswith(_OPEN_ENDINGS)]
    return IgnoreFile(prefix, above, _lenient(lines), _lenient(for_files))


def _lenient(lines: list[str]) -> GitIgnoreSpec:
    """The patterns that are valid: git passes over the others without a word."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines, backend=globs.BACKEND)
    except ValueError:
        return GitIgnoreSpec.from_lines((line for line in lines if _is_valid(line)), backend=globs.BACKEND)


def _is_valid(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line], backend=globs.BACKEND)
    except ValueError:
        return False
    return True
