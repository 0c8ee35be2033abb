"""Data that a prompt holds as JSON: the calls that write it, and what their blanks cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._holes import holes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.request import CallSite, Hole

_PYDANTIC = re.compile(r"\.model_dump_json\([^()]*\)$")
_INDENT = re.compile(r"\bindent\s*=\s*[1-9]\d*")


def written_as_json(call: CallSite) -> Iterator[Hole]:
    """The holes whose whole value is what `json.dumps` or pydantic's `model_dump_json` returns."""
    for hole in holes_of(call):
        if (hole.detail == "json.dumps" and "dumps(" in hole.name and hole.name.endswith((")", "..."))) or (
            _PYDANTIC.search(hole.name)
        ):
            yield hole


def indent_of(hole: Hole) -> str:
    """The argument that spreads the data over lines, as written; empty where none does or it is not known."""
    if hole.detail == "json.dumps":
        return next((option for option in hole.options if _INDENT.fullmatch(option)), "")
    found = _INDENT.search(hole.name)
    return found.group() if found else ""
