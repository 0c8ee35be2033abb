"""The one glob language of promptlint's configuration: that of a `.gitignore`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from promptlint.errors import UserError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@cache
def compiled(globs: tuple[str, ...]) -> GitIgnoreSpec:
    """The globs as one specification, later ones overruling earlier ones. Raises `UserError`."""
    from pathspec import GitIgnoreSpec  # slow to import, and many runs need no globs

    try:
        return GitIgnoreSpec.from_lines(glob.removeprefix("./") for glob in globs)
    except ValueError as error:
        advice = "globs are written as in a .gitignore: `generated/`, `*_pb2.py`, `app/old/**`"
        raise UserError(f"not a valid glob: {error}", advice) from None
