"""What a fix is made of: replacements of spans, and the reason where there can be none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from promptlint.request import Place

Safety = Literal["safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class Edit:
    """The text that takes the place of a span; an empty span is a place to insert at."""

    place: Place
    content: str


@dataclass(frozen=True, slots=True)
class Fix:
    """The edits that make a finding go away, all or none of them.

    `safe`: the model receives the same data, the program cannot newly fail and no cached prefix changes; or the request
    could not have succeeded before. `title` says what is done, as an order, without a full stop.
    """

    title: str
    edits: tuple[Edit, ...]
    safety: Safety = "unsafe"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a finding that could have a fix gets none here: one sentence without a full stop."""

    reason: str


class Refused(Exception):
    """Raised where a fix turns out to be impossible; the engine makes a `Refusal` of it."""

    @property
    def refusal(self) -> Refusal:
        """The same as a value."""
        return Refusal(str(self))
