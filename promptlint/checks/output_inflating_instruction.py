"""PL401: "be thorough and comprehensive" buys length at the output price."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from promptlint.checks._cost import output_cost
from promptlint.checks._data import table
from promptlint.findings import Hit
from promptlint.prose import HOLE, prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prose import Prose
    from promptlint.request import CallSite, Place

_HELP = """\
Say what the answer must contain and what shape it has, or who reads it; then compare both wordings on a test set.
For instance: "List at most the three gravest problems, each with its line and one sentence of reason." """.rstrip()
_SENTENCE = 300
_BREAK = re.compile(rf"[.!?;:]\s|\n\s*\n|\n\s*[-*\d]|{HOLE}")


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each such instruction in the call's prompts."""
    if not call.priced:
        return
    for prose in prompts(call):
        for start, end in _instructions(prose):
            yield _hit(call, prose.locate(start, end), " ".join(prose.text[start:end].split()), audit)


def _hit(call: CallSite, place: Place, phrase: str, audit: Audit) -> Hit:
    return Hit(
        place=place,
        message=f'"{phrase}" asks for length as such, and output is the dearest part of a call',
        call=call.id,
        label="asks for length as such",
        cost=output_cost(call, audit),
        help=_HELP,
    )


def _instructions(prose: Prose) -> Iterator[tuple[int, int]]:
    """The spans of the instructions, none that is negated or limited in its own sentence."""
    instructions, negated, limited = _patterns()
    wording = prose.wording()
    if not instructions.search(wording) or not prose.is_english():
        return
    for match in instructions.finditer(wording):
        before = wording[max(0, match.start() - _SENTENCE) : match.start()]
        before = before[max((found.end() for found in _BREAK.finditer(before)), default=0) :]
        after = _BREAK.split(wording[match.end() : match.end() + _SENTENCE], maxsplit=1)[0]
        if not negated.search(before) and not limited.search(before + after):
            yield match.span()


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = table("inflating")
    sources = ("|".join(data["patterns"]), data["negated"], data["limited"])
    first, second, third = (re.compile(source, re.IGNORECASE) for source in sources)
    return first, second, third
