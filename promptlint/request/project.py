"""What a run knows of a whole project."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from promptlint.request.call import CallSite
from promptlint.request.place import Place

TEMPLATES = (".j2", ".jinja", ".jinja2")
"""The endings of Jinja templates, in lower case."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be analysed: where, why, and what to do about it. `cell` as in a `Place`."""

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    help: str = ""
    cell: int = 0


@dataclass(frozen=True, slots=True)
class Directive:
    """A `# promptlint:` comment. `codes` are the rules it names, empty for all of them; `reason` is the rest.

    The reason of one that is of no known kind is all that it says.
    """

    kind: Literal["ignore", "id", "unknown"]
    place: Place
    codes: tuple[str, ...] = ()
    reason: str = ""
    own_line: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """The calls of a project, and what belongs to none of them.

    `sources` has the text of every file that was read, by path, and of a notebook the text of each cell: see
    `Place.source`; `files` counts the files that were looked at; `digests` are the SHA-256 of the files read, by path.
    """

    calls: tuple[CallSite, ...] = ()
    problems: tuple[Problem, ...] = ()
    directives: tuple[Directive, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    files: int = 0
