"""PL403: "think step by step" asks a model that thinks by itself to do it once more, in the answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._cost import output_cost
from promptlint.checks._prefix import possible_models
from promptlint.findings import Hit
from promptlint.prose import HOLE, prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prose import Prose
    from promptlint.request import CallSite

_CRUTCH = re.compile(
    r"\b(?:let['’]s\s+)?think\s+(?:\w+\s+)?step[\s-]+by[\s-]+step\b|\btake\s+a\s+deep\s+breath\b", re.IGNORECASE
)
_NEGATED = re.compile(
    rf"(?:\b(?:not|never|avoid|without|no\s+need\s+to)|n['’]t)\b[^.!?\n{HOLE}]{{0,30}}$", re.IGNORECASE
)
_THINKS = ("on-by-default", "always")


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report such wording where every model that the call can use thinks without being asked."""
    models = possible_models(call, audit)
    if not call.priced or not models or not all(model.thinking in _THINKS for model in models):
        return
    thinking = call.request.thinking
    if thinking.present is not False and (thinking.only is None or thinking.only == "disabled"):
        return
    for prose in prompts(call):
        yield from _hits(call, prose, models[0].id, audit)


def _hits(call: CallSite, prose: Prose, model: str, audit: Audit) -> Iterator[Hit]:
    wording = prose.wording()
    for match in _CRUTCH.finditer(wording):
        before = wording[max(0, match.start() - 60) : match.start()]
        if not _NEGATED.search(before) and prose.is_english():
            phrase = " ".join(match[0].split())
            yield Hit(
                place=prose.locate(*match.span()),
                message=f'"{phrase}" asks {model}, which thinks by itself, to reason in its answer too',
                call=call.id,
                label="written for models that did not think",
                cost=output_cost(call, audit),
                help='Leave it out, and say how much it shall think:\n    output_config={"effort": "medium"}',
            )
