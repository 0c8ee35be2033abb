"""Text as the model will read it: literal pieces with their places, and holes that are filled at run time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from promptlint.request.place import Place

How = Literal[
    "literal",
    "constant",
    "import",
    "attribute",
    "env-default",
    "cli-default",
    "config",
    "parameter",
    "default",
    "unknown",
]
"""How a value was resolved: the step of its trail that says most about it."""

Origin = Literal[
    "parameter",
    "loop",
    "clock",
    "random",
    "environment",
    "file",
    "database",
    "request",
    "input",
    "reply",
    "call",
    "unordered",
    "unknown",
]
"""Where a hole's value comes from. `reply` is an answer of the model itself."""

Lifetime = Literal["process", "conversation", "request", "unknown"]
"""How long a hole keeps its value."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a resolution: what was followed (`name`), how, and where that stands.

    `passed` is the argument that gives a parameter its value, where one call alone does.
    """

    how: How
    name: str
    place: Place
    passed: Place | None = None


@dataclass(frozen=True, slots=True)
class Dedent:
    """A call of `textwrap.dedent` or `inspect.cleandoc`, and the indentation that it is there to take away.

    With a value of several lines in the text it does not; `certain` if the value that names it is known to be one.
    """

    name: str
    place: Place
    indent: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """From character `offset` of a piece on, its characters stand one by one from this position of the source."""

    offset: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Literal text, with the place of the literal and the steps that brought it here.

    `dedent` is the call that it was put in before.
    """

    text: str
    place: Place
    runs: tuple[Run, ...] = ()
    trail: tuple[Step, ...] = ()
    dedent: Dedent | None = None

    def locate(self, start: int, end: int) -> Place:
        """The place of the characters `start` to `end` (exclusive) of this piece; the whole literal where unknown."""
        if not self.runs or end <= start:
            return self.place
        line, column = self._position(start)
        end_line, end_column = self._position(end - 1)
        return replace(self.place, line=line, column=column, end_line=end_line, end_column=end_column + 1)

    def _position(self, offset: int) -> tuple[int, int]:
        run = self.runs[max(0, bisect_right(self.runs, offset, key=lambda r: r.offset) - 1)]
        return run.line, run.column + offset - run.offset


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a text whose value is known at run time only.

    `name` is the expression as it stands in the source, `detail` the dotted name of the function that
    makes the value where that is known (`datetime.datetime.now`), `options` what narrows it
    (a format string, an argument), `reason` why it could not be resolved, `field` the replacement field
    of a `str.format` template that it fills, `separator` what stands between the items where it is many joined ones,
    `dedent` the call that it was put in before.
    """

    name: str
    place: Place
    origin: Origin = "unknown"
    lifetime: Lifetime = "unknown"
    detail: str = ""
    options: tuple[str, ...] = ()
    reason: str = ""
    trail: tuple[Step, ...] = ()
    field: str = ""
    separator: str = ""
    dedent: Dedent | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several texts, decided at run time. A text that an `if` may add is a variant with an empty option."""

    options: tuple[Text, ...]


Part = Piece | Hole | Variant


@dataclass(frozen=True, slots=True)
class Text:
    """A sequence of pieces, holes and variants."""

    parts: tuple[Part, ...] = ()

    @property
    def known(self) -> str | None:
        """The exact text when all of it is known, else None."""
        if all(isinstance(part, Piece) for part in self.parts):
            return "".join(part.text for part in self.parts if isinstance(part, Piece))
        return None

    @property
    def static(self) -> str:
        """The literal characters that are sent whatever happens, joined; holes and variants leave nothing."""
        return "".join(part.text for part in self.parts if isinstance(part, Piece))

    @property
    def written(self) -> str:
        """What of the text stands in the source.

        As `static`, with the replacement fields of templates; and a text counts whose only alternatives cannot be seen.
        """
        found: list[str] = []
        for part in self.parts:
            if isinstance(part, Piece):
                found.append(part.text)
            elif isinstance(part, Hole):
                found.append(part.field)
            else:
                seen = [option for option in part.options if not option.parts or any(option.pieces())]
                found += [seen[0].written] if len(seen) == 1 else []
        return "".join(found)

    @property
    def leading(self) -> str:
        """The literal characters before the first hole or variant."""
        return Text(self.leading_parts).static

    @property
    def leading_parts(self) -> tuple[Piece, ...]:
        """The pieces before the first hole or variant."""
        found: list[Piece] = []
        for part in self.parts:
            if not isinstance(part, Piece):
                break
            found.append(part)
        return tuple(found)

    def pieces(self) -> Iterator[Piece]:
        """Every literal piece, those of variants too, in order."""
        for part in self.parts:
            if isinstance(part, Piece):
                yield part
            elif isinstance(part, Variant):
                for option in part.options:
                    yield from option.pieces()

    def holes(self) -> Iterator[Hole]:
        """Every hole, those of variants too, in order."""
        for part in self.parts:
            if isinstance(part, Hole):
                yield part
            elif isinstance(part, Variant):
                for option in part.options:
                    yield from option.holes()
