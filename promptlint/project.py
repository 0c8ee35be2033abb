"""The files of a run: the whole project below its root, and what of it the user wants to see."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from promptlint import globs
from promptlint.ignored import SUFFIXES, VENV, Chain, Ignored
from promptlint.request import Problem
from promptlint.settings import Settings
from promptlint.source import notebooks

MAX_BYTES = 20_000_000
"""No larger file is read into memory, in bytes. Larger ones are searched all the same."""

_KEPT_BYTES = 64_000_000
_OTHER_CODE = (".pyi",)  # of Python, but neither read as code nor as a prompt
_SHEBANG = re.compile(rb"#![^\n]*\bpython")


@dataclass(frozen=True, slots=True)
class Prompts:
    """The files that are prompts on their own: those that the user named, and those that the configuration names."""

    named: tuple[str, ...] = ()
    configured: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Both, each once, sorted."""
        return tuple(sorted({*self.named, *self.configured}))


_NO_PROMPTS = Prompts()


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


class Files:
    """The files below a root by path, with forward slashes, relative to it: what the left wing reads.

    `paths` and `prompts` are those of a `Selection`. Others may be read too, prompt files for one, but nothing outside
    the root: symbolic links are resolved first. What was read is kept, up to a bound.
    """

    def __init__(self, root: Path, paths: Iterable[str] = (), prompts: Prompts = _NO_PROMPTS) -> None:
        self.root = root.resolve()
        self.paths = tuple(paths)
        self.prompts = prompts
        self._inside = dict.fromkeys(self.paths, True)
        self._kept: dict[str, bytes] = {}
        self._room = _KEPT_BYTES
        self._digests: dict[str, str] = {}
        self._codes: dict[str, bytes] = {}

    def absolute(self, path: str) -> Path:
        """Where a file lies."""
        return self.root / path

    def relative(self, path: Path) -> str | None:
        """The path of a file below the root; None where it does not lie there."""
        normal = Path(os.path.normpath(self.root / path))
        return normal.relative_to(self.root).as_posix() if normal.is_relative_to(self.root) else None

    def has(self, path: str) -> bool:
        """Whether there is such a file, and it may be read."""
        if path not in self._inside:
            self._inside[path] = self._lies_inside(path)
        return self._inside[path]

    def keep(self, path: str, data: bytes) -> None:
        """Take these bytes for the file instead of what is on the disk."""
        self._inside[path] = True
        self._kept[path] = data

    def changed(self, changes: Mapping[str, bytes]) -> Files:
        """The same files, of which some hold other bytes; what was read already is not read again."""
        found = Files(self.root, self.paths, self.prompts)
        found._kept = dict(self._kept)
        found._room = self._room
        for path, data in changes.items():
            found.keep(path, data)
        return found

    def kept(self, path: str) -> bytes | None:
        """The bytes of the file if they are in memory."""
        return self._kept.get(path)

    def code(self, path: str, *words: bytes) -> bytes:
        """The code in a file: its bytes, of a notebook those of its cells; empty if it has none of some words.

        Raises `OSError`.
        """
        data = self.bytes(path)
        if words and not any(word in data for word in words):
            return b""
        if not path.endswith(notebooks.SUFFIX):
            return data
        if path not in self._codes:
            self._codes[path] = notebooks.code(path, data)
        return self._codes[path]

    def bytes(self, path: str) -> bytes:
        """What the file holds. Raises `OSError`, whose `strerror` says why it cannot be told."""
        if path in self._kept:
            return self._kept[path]
        if not self.has(path):
            raise FileNotFoundError(errno.ENOENT, "there is no such file below the project's root", path)
        data = read(self.absolute(path))
        if len(data) <= self._room:
            self._kept[path] = data
            self._room -= len(data)
        return data

    def size(self, path: str) -> int:
        """The length of a file in bytes, 0 where it cannot be told."""
        data = self._kept.get(path)
        if data is not None:
            return len(data)
        try:
            return self.absolute(path).stat().st_size
        except OSError:
            return 0

    def digest(self, path: str) -> str:
        """The SHA-256 of the file, in hexadecimal. Raises `OSError`."""
        if path not in self._digests:
            self._digests[path] = hashlib.sha256(self.bytes(path)).hexdigest()
        return self._digests[path]

    def _lies_inside(self, path: str) -> bool:
        try:
            real = Path(os.path.realpath(self.absolute(path), strict=True))
            return real.is_relative_to(self.root) and real.is_file()
        except (OSError, ValueError):
            return False


def read(path: Path) -> bytes:
    """The bytes of a file of at most `MAX_BYTES`. Raises `OSError`, for a larger one with `EFBIG`."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - half the time of Path.open
        if os.fstat(file.fileno()).st_size > MAX_BYTES:
            raise OSError(errno.EFBIG, f"the file is larger than {MAX_BYTES // 1_000_000} MB", str(path))
        return file.read()


def candidates(files: Files, pattern: re.Pattern[bytes], words: Sequence[bytes] = ()) -> list[str]:
    """The files whose code matches, in order. A file that cannot be read cannot be dismissed either.

    Where a match always holds one of some words, `words` names them: looking for a word takes a tenth of the
    time that an alternation takes, and only files that hold one are searched for the pattern.
    """
    return [path for path in files.paths if _may_match(files, path, pattern, words)]


def _may_match(files: Files, name: str, pattern: re.Pattern[bytes], words: Sequence[bytes]) -> bool:
    try:
        data = files.code(name, *words)
    except OSError as error:
        return error.errno != errno.EFBIG or _matches_large(files.absolute(name), pattern)
    return bool(data) and pattern.search(data) is not None


def _matches_large(path: Path, pattern: re.Pattern[bytes]) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        return pattern.search(view) is not None
