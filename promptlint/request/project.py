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
    """Something that could not be analysed: where, why, and what to do about it. `cell` as in a `Place`.

    `requests` is how many requests of a file of requests are missing for it.
    """

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    help: str = ""
    cell: int = 0
    requests: int = 0


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
class UnsentPrompt:
    """A prompt that is built and never sent: the place of its name, and the function that it stands in, if any."""

    name: str
    place: Place
    function: str = ""


@dataclass(frozen=True, slots=True)
class TokenizerUse:
    """A place that counts tokens without asking the API: `tiktoken.get_encoding`, `characters / 4`."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class CostMath:
    """A product of input tokens and their price, in a `function` that leaves out what the cache wrote and read."""

    place: Place
    function: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """The calls of a project, and what belongs to none of them.

    `sources` has the text of every file that was read, by path, and of a notebook the text of each cell: see
    `Place.source`; `files` counts the files that were looked at; `digests` are the SHA-256 of the files read, by path.
    `usage_reads` are the places that read the usage of a reply, `unsent`, `tokenizers` and `cost_math` stand in the
    Python files among `sources`.
    """

    calls: tuple[CallSite, ...] = ()
    problems: tuple[Problem, ...] = ()
    directives: tuple[Directive, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    files: int = 0
    usage_reads: tuple[Place, ...] = ()
    unsent: tuple[UnsentPrompt, ...] = ()
    tokenizers: tuple[TokenizerUse, ...] = ()
    cost_math: tuple[CostMath, ...] = ()
