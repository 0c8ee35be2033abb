"""The one glob language of promptlint's configuration: that of a `.gitignore`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from promptlint.errors import UserError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

BACKEND: Literal["simple"] = "simple"
"""Python's own expressions: others, which are used where they are installed, cannot match names that are no UTF-8."""


@cache
def compiled(globs: tuple[str, ...]) -> GitIgnoreSpec:
    """The globs as one specification, later ones overruling earlier ones. Raises `UserError`."""
    from pathspec import GitIgnoreSpec  # slow to import, and many runs need no globs

    try:
        return GitIgnoreSpec.from_lines((glob.removeprefix("./") for glob in globs), backend=BACKEND)
    except ValueError as error:
        advice = "globs are written as in a .gitignore: `generated/`, `*_pb2.py`, `app/old/**`"
        raise UserError(f"not a valid glob: {error}", advice) from None
