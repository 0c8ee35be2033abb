"""Loops whose rounds are being evaluated, and what was found on the way, which holds for as long as they are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.source.frames import Frame
    from promptlint.source.values import Seq

_NONE = 1_000_000

type _Round = tuple[ast.stmt, Frame, str]
"""A loop, the frame that it runs in, and the name of the list."""


class Rounds:
    """A list that a round of a loop makes out of itself: `said = ask(said)`.

    While such a round is evaluated the list is what it was before the loop, and any number of items more. What is
    worked out of that is a draft: it is kept until the round has been evaluated, and then worked out anew.
    """

    def __init__(self) -> None:
        self._running: dict[_Round, tuple[Seq, int]] = {}
        self._drafts: dict[tuple[ast.expr, Frame], int] = {}
        self._needed = _NONE  # the outermost round that the evaluation at hand came back to

    @property
    def tentative(self) -> bool:
        """Whether what is being evaluated depends on a round that is."""
        return self._needed != _NONE

    @property
    def last_depth(self) -> int:
        """How many evaluations were nested when the innermost round began; 0 where none is being evaluated.

        What began before is evaluated anew when the round comes back to it: it is the next round's.
        """
        return next(reversed(self._running.values()))[1] if self._running else 0

    def begun(self, loop: _Round) -> Seq | None:
        """The list where the rounds of a loop began, if one is being evaluated: what asks for it depends on that."""
        if loop not in self._running:
            return None
        self._needed = min(self._needed, list(self._running).index(loop))
        return self._running[loop][0]

    @contextmanager
    def evaluating(self, loop: _Round, before: Seq | None, depth: int) -> Iterator[None]:
        """One round of a loop is evaluated, which begins with this list; with none nothing can come back to it."""
        if before is None:
            yield
            return
        drafts, index = len(self._drafts), len(self._running)
        self._running[loop] = (before, depth + 1)
        try:
            yield
        finally:
            del self._running[loop]
            while len(self._drafts) > drafts:
                (node, frame), _ = self._drafts.popitem()
                frame.memo.pop(node, None)
            if self._needed >= index:
                self._needed = _NONE

    def recall(self, node: ast.expr, frame: Frame) -> None:
        """Something asks for a value that was worked out before."""
        if self._drafts:
            self._needed = min(self._needed, self._drafts.get((node, frame), _NONE))

    @contextmanager
    def drafting(self, node: ast.expr, frame: Frame) -> Iterator[None]:
        """One expression is evaluated: a draft if it came back to a round that is running."""
        outer, self._needed = self._needed, _NONE
        try:
            yield
        finally:
            if self.tentative:
                self._drafts[node, frame] = self._needed
            self._needed = min(outer, self._needed)
