"""The files of one commit that can matter, as a folder of their own: the checkout is not touched."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from promptlint.errors import UserError

if TYPE_CHECKING:
    from promptlint.git import Entry, Repository

MAX_BYTES = 20_000_000
"""No larger file is taken out unless it is Python: nothing else of that size is read."""

_PYTHON = (".py", ".ipynb")
_NEVER_ENTERED = frozenset({".git", "node_modules"})
_DECIDING = frozenset({".gitignore", "promptlint.lock", "promptlint.toml", "pyproject.toml", "pyvenv.cfg"})
_LFS = b"version https://git-lfs.github.com/spec/"
_NEVER_READ = frozenset(
    ".7z .a .avi .bin .bmp .br .bz2 .c .cc .class .cpp .cs .css .dart .db .dll .dylib .eot .exe .flac .gguf .go .gz .h "
    ".h5 .hpp .ico .jar .java .js .jsx .kt .less .lz4 .m4a .map .mjs .mkv .mov .mp3 .mp4 .npy .npz .o .ogg .onnx .otf "
    ".parquet .php .pkl .psd .pt .pth .pyc .pyi .rar .rb .rs .safetensors .scala .scss .so .sqlite .swift .tar .tgz "
    ".tif .tiff .ts .tsx .ttf .vue .wasm .wav .webm .whl .woff .woff2 .xz .zip .zst".split()
)
"""The endings of files that promptlint does not look into: other languages, archives, sound, weights."""


@dataclass(frozen=True, slots=True)
class Export:
    """A folder that stands for the top of a repository, into which files of a commit are written."""

    git: Repository
    top: Path

    def write(self, entries: Sequence[Entry]) -> tuple[str, ...]:
        """Write files, and then links that stay in the folder. The paths of those that there are not, if so.

        Raises `UserError` where it is code, or anything else that decides what is looked at.
        """
        links: list[Entry] = []
        missing: list[str] = []
        for entry, data in self.git.contents(sorted(entries, key=lambda entry: entry.kind)):  # files before links
            if data is None and _is_needed(entry.path):
                advice = "fetch it: `git fetch --refetch`"
                raise UserError(f"this clone does not have the content of {entry.path}", advice)
            if data is None or (entry.kind == "file" and data.startswith(_LFS)):
                missing.append(entry.path)
                continue
            links += [entry] if entry.kind == "link" else []
            self._write(entry, data)
        for entry in links:  # only now is it known where they lead
            if not Path(os.path.realpath(self.top / entry.path)).is_relative_to(self.top):
                (self.top / entry.path).unlink()
                missing.append(entry.path)
        return tuple(missing)

    def _write(self, entry: Entry, data: bytes) -> None:
        path = self.top / entry.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if entry.kind == "link":
                path.symlink_to(os.fsdecode(data))
            else:
                path.write_bytes(data)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise UserError(f"{entry.path}: cannot be written to {self.top}: {why}", "see if there is room") from None


@contextmanager
def export(git: Repository) -> Iterator[Export]:
    """A folder for the files of a commit, which is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="promptlint-") as name:
        top = Path(os.path.realpath(name))
        info = top / ".git" / "info"  # marks the top, as in a checkout
        info.mkdir(parents=True)
        (info / "exclude").write_bytes(git.local_excludes())
        yield Export(git, top)


def can_matter(entry: Entry) -> bool:
    """Whether a file may be read: everything but what promptlint never looks into, or what is too large."""
    if entry.kind == "submodule" or not _is_plain(entry.path):
        return False
    suffix = PurePosixPath(entry.path).suffix.lower()
    return suffix in _PYTHON or (suffix not in _NEVER_READ and entry.size <= MAX_BYTES)


def _is_needed(path: str) -> bool:
    name = PurePosixPath(path)
    return name.suffix.lower() in _PYTHON or name.name in _DECIDING


def _is_plain(path: str) -> bool:
    """Whether git itself would check out the path, for a tree can be made by hand, and it is no other language's."""
    return all(part and part not in (".", "..") and part.lower() not in _NEVER_ENTERED for part in path.split("/"))
