"""PL801: what a stranger sent stands in the system prompt, where the model takes it for the operator's word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._holes import named
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Hole

_NO_TEXT = re.compile(r"^(?:int|float|len|bool|round|sum|max|min|hash|str\(int)\s*\(")


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report the first such value in the system prompt of a call, with the others."""
    found = {hole.place: hole for hole in call.request.system.text.holes() if _is_from_outside(hole)}
    if found:
        yield _hit(call, sorted(found.values(), key=lambda hole: hole.origin == "input"))


def _is_from_outside(hole: Hole) -> bool:
    """Whether it is text of the request that a server answers, or typed; what a program fetched may be its own."""
    arrives = (hole.origin == "request" and "flask" in hole.detail) or (
        hole.origin == "input" and "input" in hole.detail
    )
    return arrives and not _NO_TEXT.match(hole.name)


def _hit(call: CallSite, holes: list[Hole]) -> Hit:
    hole, system = holes[0], call.request.system.place
    typed = hole.origin == "input"
    who = "whoever runs the program" if typed else "the request"
    related = [Related(other.place, "so does this") for other in holes[1:]]
    if system is not None and system != hole.place:
        related.append(Related(system, "the system prompt"))
    return Hit(
        place=hole.place,
        message=f"{named(hole)} comes from {who}, and the system prompt gives it the operator's authority",
        call=call.id,
        label=f"from {who}",
        cost="no number: it depends on what the model then does; nor do users share the cache of a prefix that has it",
        help="""\
Keep the system prompt constant, and send the value in the user message, marked as data:
    {"role": "user", "content": f"<name>{name}</name>\\n{question}"}""",
        related=tuple(related),
        severity="info" if typed else None,
    )
