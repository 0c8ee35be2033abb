"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkstemp

_PERMISSIONS = 0o644
"""What git gives a file; a temporary one is readable by its owner only."""


def replace_file(path: Path, text: str) -> None:
    """Write a file of ASCII text: nobody ever reads half of it. Raises OSError, and leaves nothing behind."""
    handle, name = mkstemp(dir=path.parent, prefix=".promptlint-")
    written = Path(name)
    try:
        with open(handle, "w", encoding="ascii", newline="\n") as file:  # noqa: PTH123 - a handle has no path
            file.write(text)
        written.chmod(_PERMISSIONS)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
