"""PL404: a prompt that wants its answer short, and in another sentence as long as can be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._cost import output_cost
from promptlint.findings import Hit, Related
from promptlint.prose import HOLE, prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prose import Prose
    from promptlint.request import CallSite

_END = rf"(?=\s*(?:[.!;\n{HOLE}]|\Z|,\s*(?:and|but)\b|\s(?:and|but)\b))"
_ABOUT = r"(?:keep\s+(?:your\s+)?(?:answers?|responses?|replies|reply|it)|be)\s+(?:(?:very|as|always|both)\s+)?"
_SHORT = re.compile(rf"\b{_ABOUT}(?:concise|brief|succinct|terse|short)(?:\s+as\s+possible)?\b{_END}", re.IGNORECASE)
_LONG = re.compile(
    rf"\b{_ABOUT}(?:thorough|comprehensive|exhaustive|detailed|verbose)(?:\s+as\s+possible)?\b{_END}"
    rf"|\b(?:answer|respond|reply|explain\s+everything)\s+in\s+(?:great|full|as\s+much)\s+detail\b{_END}",
    re.IGNORECASE,
)
_SCOPED = re.compile(
    rf"(?:\b(?:not|never|avoid|if|when|where|for|in|unless|without|rather)\b|n['’]t\b|:)[^.!?\n{HOLE}]*$", re.IGNORECASE
)


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report the wish for length of a prompt that also has an unconditional wish for brevity."""
    for prose in prompts(call) if call.priced else ():
        wording = prose.wording()
        short, long = _first(_SHORT, wording), _first(_LONG, wording)
        if short is not None and long is not None and prose.is_english():
            yield _hit(call, prose, short, long, audit)


def _first(pattern: re.Pattern[str], wording: str) -> re.Match[str] | None:
    """The first match that is about the whole answer: nothing before it in its sentence says of what, or when."""
    matches = pattern.finditer(wording)
    return next((match for match in matches if not _SCOPED.search(wording[: match.start()][-200:])), None)


def _hit(call: CallSite, prose: Prose, short: re.Match[str], long: re.Match[str], audit: Audit) -> Hit:
    brief, wide = (" ".join(match[0].split()) for match in (short, long))
    return Hit(
        place=prose.locate(*long.span()),
        message=f'"{wide}" contradicts "{brief}": nobody can tell how long the answer will be',
        call=call.id,
        label="contradicts the other",
        cost=output_cost(call, audit),
        help='Keep one, or say which part each is about: "A complete list of the mistakes, one short sentence each."',
        related=(Related(prose.locate(*short.span()), "the other"),),
    )
