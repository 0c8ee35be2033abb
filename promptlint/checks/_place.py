"""Where a finding about an argument stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from promptlint.request import CallSite, Piece, Place, Project

_CONSTANTS = frozenset({"constant", "import", "attribute"})


def own_place(call: CallSite, place: Place | None) -> Place:
    """The place of an argument, or the call's where there is none or it is the wrapper's, which others share."""
    if place is None or (call.via is not None and call.via.place.contains(place)):
        return call.place
    return place


def first_line(place: Place, project: Project) -> Place:
    """What of a statement stands on its first line: the head of a loop, without its body."""
    if place.end_line == place.line or place.source not in project.sources:
        return place
    line = project.sources[place.source].splitlines()[place.line - 1]
    return replace(place, end_line=place.line, end_column=len(line.rstrip()) + 1)


def is_asked_for(call: CallSite) -> bool:
    """Whether a prompt names no model: the one that it is judged by is the user's question, and stands nowhere."""
    return call.request.model.place is None and (call.is_prompt or call.is_body)


def source_of(place: Place, project: Project) -> str:
    """The source text of a value that stands on one line; empty of a longer one."""
    if place.line != place.end_line or place.source not in project.sources:
        return ""
    return project.sources[place.source].splitlines()[place.line - 1][place.column - 1 : place.end_column - 1]


def constant_of(pieces: Iterable[Piece], share: float = 1.0) -> str:
    """The name of the one constant that a text consists of, or this share of it, blanks aside; empty without one."""
    sizes: Counter[str] = Counter()
    for piece in pieces:
        sizes[_constant(piece)] += len(piece.text.strip())
    name, size = sizes.most_common(1)[0] if sizes else ("", 0)
    return name if size >= share * sizes.total() else ""


def _constant(piece: Piece) -> str:
    """The name of the constant that a piece is, as the code that sends it knows it."""
    names = (step.name for step in reversed(piece.trail) if step.how in _CONSTANTS)
    return next((name for name in names if name.replace(".", "").isidentifier()), "")
