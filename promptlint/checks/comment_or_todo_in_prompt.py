"""PL416: a note among colleagues that is sent to the model with each request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, input_cost
from promptlint.findings import Hit
from promptlint.prose import HOLE, prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite

_NOTE = re.compile(
    rf"<!--[^{HOLE}]*?-->|^[ \t]*(?:#+|//|--)?[ \t]*(?:TODO|FIXME)(?:\([\w @.-]+\))?:[ \t]*\w+[ \t]+\w+[^\n{HOLE}]*",
    re.MULTILINE,
)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_MARKS_A_PLACE = re.compile(r"<!--\s*/?[\w:.-]*\s*-->")
_LONGEST = 40


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each HTML comment and each to-do in the call's prompts, outside of code."""
    for prose in prompts(call) if call.priced else ():
        text = _CODE.sub(lambda code: HOLE * len(code[0]), prose.text)
        for match in _NOTE.finditer(text):
            note = " ".join(match[0].split())
            if not _MARKS_A_PLACE.fullmatch(note):
                start = match.start() + len(match[0]) - len(match[0].lstrip())
                yield Hit(
                    place=prose.locate(start, match.end()),
                    message=f'"{note[:_LONGEST].rstrip()}{"..." * (len(note) > _LONGEST)}" is sent to the model',
                    call=call.id,
                    label="a note among colleagues",
                    cost=_cost(call, match[0], audit),
                    help="Write it beside the prompt, as a comment of the code, or do what it says",
                )


def _cost(call: CallSite, note: str, audit: Audit) -> str:
    counts = [audit.ledger.count(note, model).low for model in audit.ledger.models(call)]
    return f"{input_cost(call, min(counts), audit)}; and the model may follow it" if counts else UNKNOWN_MODEL
