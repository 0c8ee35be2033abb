"""What the files of a project hold: read once, never from outside of its root, and searched before they are parsed."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from promptlint.source import notebooks

MAX_BYTES = 20_000_000
"""No larger file is read into memory, in bytes. Larger ones are searched all the same."""

_KEPT_BYTES = 64_000_000


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
