"""What `tokens` reports on, whatever the format: prompts and requests, each with what several models make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.request import Place, Problem

if TYPE_CHECKING:
    from promptlint.report.checked import Paths
    from promptlint.tokens.tally import Tally


@dataclass(frozen=True, slots=True)
class Counted:
    """One prompt or request. Without tallies, `reason` says why nobody can count it.

    `characters` are those of its texts, None where some are not known.
    """

    place: Place
    kind: str
    name: str = ""
    characters: int | None = None
    tallies: tuple[Tally, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tallied:
    """The prompts and requests of a run in the order in which they were read."""

    rows: tuple[Counted, ...]
    problems: tuple[Problem, ...]
    paths: Paths
    tokenizer: str
    prices_as_of: str
