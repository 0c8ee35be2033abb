"""Token counts that the API gave, and the sizes of a request's sections that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.tokens import parts

if TYPE_CHECKING:
    from promptlint.prices.model import Model
    from promptlint.request import Request
    from promptlint.tokens.parts import Part

Key = tuple[str, str]
"""A part's digest and a model's id."""

Counts = Mapping[Key, int]
"""Input tokens."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the API counted. Every answer is an exact estimate, or None where a part that it needs was not counted."""

    counts: Counts = field(default_factory=dict)

    def frame(self, model: Model) -> Estimate | None:
        """The tokens around one user message; the smallest request has one token more."""
        return _exactly(self._smallest(model), 1)

    def tools(self, request: Request, model: Model) -> Estimate | None:
        """The tools, and the prompt that they bring."""
        return _exactly(self._count(parts.tools, request, model), self._smallest(model))

    def system(self, request: Request, model: Model) -> Estimate | None:
        """The system prompt."""
        return _exactly(self._count(parts.head, request, model), self._count(parts.tools, request, model))

    def messages(self, request: Request, model: Model) -> Estimate | None:
        """The messages without the frame. A setting that changes the prompt counts in the total only."""
        before = self._count(parts.head, request, model)
        return None if before is None else _exactly(self._count(parts.plain, request, model), before - 1)

    def content(self, request: Request, model: Model) -> Estimate | None:
        """Tools, system prompt and messages, without the frame."""
        return self._beyond_frame(self._count(parts.plain, request, model), model)

    def text(self, text: str, model: Model) -> Estimate | None:
        """A text alone."""
        return self._beyond_frame(self._count(parts.message, text, model), model)

    def total(self, request: Request, model: Model) -> Estimate | None:
        """All that one call is billed for as input."""
        return _exactly(self._count(parts.whole, request, model), 0)

    def _smallest(self, model: Model) -> int | None:
        return self.counts.get((parts.smallest().digest, model.id))

    def _beyond_frame(self, count: int | None, model: Model) -> Estimate | None:
        smallest = self._smallest(model)
        return None if smallest is None else _exactly(count, smallest - 1)

    def _count[T](self, part_of: Callable[[T], Part | None], what: T, model: Model) -> int | None:
        part = part_of(what) if self.counts else None
        return None if part is None else self.counts.get((part.digest, model.id))


def _exactly(count: int | None, without: int | None) -> Estimate | None:
    return None if count is None or without is None else Estimate.exactly(max(0, count - without), "exact")


NOTHING = Recorded()
