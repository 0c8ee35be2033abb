"""PL406: what a prompt can do without, where dropping it saves tokens worth a word."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.checks._cost import input_cost
from promptlint.checks._slack import Slack, slack_of, tightened
from promptlint.findings import Hit, Related
from promptlint.prose import HOLE, prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prose import Prose
    from promptlint.request import CallSite, Place

_ALWAYS_WORTH = 20
_WORTH = 5
_WORTH_SHARE = 0.03


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each prompt in the same words for all calls that send it."""
    found: dict[Place, Hit] = {}
    for call in audit.project.calls:
        if call.role != "call" or not call.priced:
            continue
        for prose in prompts(call):
            slack = slack_of(prose)
            if not slack:
                continue
            place = prose.locate(slack[0].start, slack[0].end)
            hit = found.get(place) or _hit(call, prose, slack, audit)
            if hit is not None:
                found[place] = hit
                yield replace(hit, call=call.id)


def _hit(call: CallSite, prose: Prose, slack: list[Slack], audit: Audit) -> Hit | None:
    saved, before = _saving(call, prose.text, tightened(prose.text, slack), audit)
    if saved < _ALWAYS_WORTH and (saved < _WORTH or saved < _WORTH_SHARE * before):
        return None
    places = [prose.locate(found.start, found.end) for found in slack]
    return Hit(
        place=places[0],
        message=f"{saved:,.0f} of the {before:,.0f} known tokens of this prompt say nothing",
        label=slack[0].what,
        cost=f"{input_cost(call, saved, audit)}; less where the prompt is cached",
        help="\n".join(["Shorter, where it means the same:", *dict.fromkeys(f"- {found.what}" for found in slack)]),
        related=tuple(Related(place, found.what) for place, found in zip(places[1:], slack[1:], strict=True)),
    )


def _saving(call: CallSite, before: str, after: str, audit: Audit) -> tuple[float, float]:
    """The tokens saved and those there were, for the model that saves least; nothing where no model is known."""
    found = []
    for model in audit.ledger.models(call):
        old, new = (audit.ledger.count(text.replace(HOLE, ""), model) for text in (before, after))
        found.append((old.low - new.low, old.low))
    return min(found, default=(0.0, 0.0))
