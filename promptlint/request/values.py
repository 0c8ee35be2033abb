"""What is known of one argument of a call."""

from __future__ import annotations

from dataclasses import dataclass

from promptlint.request.place import Place
from promptlint.request.text import How, Step


@dataclass(frozen=True, slots=True)
class Argument[T]:
    """The values that an argument can have, likeliest first.

    `complete` says that no other value is possible as far as the code tells: a default that the
    environment or the command line may override counts as complete, and `how` says so. `keyword` is
    the place of the keyword's name, `place` that of the value at the call, `origins` where the values
    themselves stand, one for each. An argument that is not passed is `present=False`.
    """

    values: tuple[T, ...] = ()
    complete: bool = True
    present: bool | None = False
    how: How = "unknown"
    keyword: Place | None = None
    place: Place | None = None
    origins: tuple[Place, ...] = ()
    trail: tuple[Step, ...] = ()
    reason: str = ""

    @property
    def only(self) -> T | None:
        """The value, where exactly one is possible."""
        return self.values[0] if self.complete and len(self.values) == 1 else None
