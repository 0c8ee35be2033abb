"""PL605: a loop over the pieces of a document that sends the whole document with each piece."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._cost import input_cost
from promptlint.checks._holes import blocks_of, holes_of, named
from promptlint.checks._place import own_place
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Hole, Loop, Place

_PIECES = re.compile(r"(?i)chunk|split|segment|window|section|paragraph|passage|page")
_ROUNDS = ("for", "comprehension", "gather", "pool")


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report the document in a prompt that also has a piece of it, where nothing is cached."""
    if not call.priced or call.request.cache_breakpoints or audit.settings.caching == "external":
        return
    for loop in call.context.loops:
        if loop.kind in _ROUNDS and not loop.in_caller and _PIECES.search(loop.over) and loop.bound is None:
            yield from _hits(call, loop, audit)


def _hits(call: CallSite, loop: Loop, audit: Audit) -> Iterator[Hit]:
    holes = list(holes_of(call))
    piece = next((hole for hole in holes if hole.origin == "loop" and loop.over in hole.detail), None)
    for hole in holes if piece is not None else ():
        if hole.name.isidentifier() and hole.name != loop.over and _cut(hole.name, loop.over):
            yield _hit(call, loop, hole, audit)
            return


def _cut(name: str, over: str) -> bool:
    """Whether the pieces are made of what has this name."""
    return re.search(rf"(?<![.\w]){re.escape(name)}\b(?!\s*\()", over) is not None


def _hit(call: CallSite, loop: Loop, document: Hole, audit: Audit) -> Hit:
    name = named(document)
    return Hit(
        place=_place(call, document),
        message=f"Each of the requests for {loop.over} sends the whole of {name} again, at the full price",
        call=call.id,
        label="the whole document",
        cost=f"its size is known at run time only; each 1,000 tokens of it cost {input_cost(call, 1000, audit)}",
        help=f"""\
Send the document as a block of its own, first, and mark it; the piece comes behind it:
    {{"type": "text", "text": {name}, "cache_control": {{"type": "ephemeral"}}}}
or send a summary of it instead""",
        related=(Related(loop.place, "the loop over its pieces"),),
    )


def _place(call: CallSite, document: Hole) -> Place:
    """The block that holds the document."""
    blocks = [block for block in blocks_of(call) if block.text is not None and document in block.text.holes()]
    return own_place(call, blocks[0].place if blocks else None)
