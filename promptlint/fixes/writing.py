"""Writing files so that each is whole at every moment: the old one or the new one, never a part."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from promptlint.files import read


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A file that was left alone, and why."""

    path: str
    reason: str


def write(root: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[Unwritten]:
    """Write the files whose bytes on the disk are still those of `before`, all or none of them; return those that fail.

    Each goes to a new file in the same folder, which takes the place of the old one when it is on the disk; links are
    followed, so that they stay links. Whatever interrupts it leaves only whole files behind.
    """
    with ExitStack() as stack:
        ready: list[tuple[str, Path, Path]] = []
        failed: list[Unwritten] = []
        for path, data in after.items():
            try:
                target = Path(os.path.realpath(root / path, strict=True))
                reason = _changed_or_locked(target, before[path])
                if reason:
                    failed.append(Unwritten(path, reason))
                    continue
                ready.append((path, _staged(target, data, stack), target))
            except OSError as error:
                failed.append(Unwritten(path, f"cannot be written: {(error.strerror or str(error)).lower()}"))
        if failed:
            return failed
        for path, staged, target in ready:
            reason = _changed_or_locked(target, before[path])  # once more: somebody may have saved it in the meantime
            if reason:
                return [Unwritten(path, reason)]
            staged.replace(target)
            _sync(target.parent)
    return []


def obstacle(path: Path) -> str:
    """Why a file is not to be replaced, in words that follow its name; empty if it can be."""
    try:
        status = path.stat()
    except OSError as error:
        return f"cannot be written: {(error.strerror or str(error)).lower()}"
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        return "is read-only"
    return "has several hard links, which a new file would cut" if status.st_nlink > 1 else ""


def _changed_or_locked(target: Path, expected: bytes) -> str:
    return obstacle(target) or ("" if read(target) == expected else "has changed since it was read")


def _staged(target: Path, data: bytes, stack: ExitStack) -> Path:
    """A finished file beside the target, with its mode; it is removed if it has not taken the target's place."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    staged = Path(name)
    stack.callback(_remove, staged)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(file.fileno(), target.stat().st_mode & 0o7777)
        os.fsync(file.fileno())
    return staged


def _remove(staged: Path) -> None:
    with suppress(FileNotFoundError):
        staged.unlink()


def _sync(folder: Path) -> None:
    """Put the new name on the disk too, where folders can be opened for that."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
