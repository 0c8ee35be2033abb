"""PL502: a loop that only Claude ends, while each of its rounds costs more than the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import dollars, known_input, price_of
from promptlint.checks._place import first_line, own_place
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Loop, Place

_HELP = """\
Count the rounds, and end with an answer or an error when they are used up:
    for _ in range(MAX_TURNS):
        ...
    else:
        raise RuntimeError(f"no answer after {MAX_TURNS} turns")"""
_AGENT_HELP = "Pass ClaudeAgentOptions(max_turns=20, max_budget_usd=1.00), in numbers of your own"
_CAPS = ("max_turns", "max_budget_usd")


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such loop once, whatever calls it runs, and each run of Claude Code without a cap."""
    seen: dict[Place, tuple[Loop, CallSite]] = {}
    for call in audit.project.calls:
        if call.role != "call" or not call.priced:
            continue
        for loop in call.context.loops:
            if loop.uncapped and call.request.tools.present is not False:
                seen.setdefault(loop.place, (loop, call))
        if call.api == "claude_agent_sdk.query" and _is_open(call):
            yield _agent(call)
    for loop, call in seen.values():
        yield _hit(loop, call, audit)


def _is_open(call: CallSite) -> bool:
    """Whether the options of a run are all seen, and none of them ends it; a conversation has somebody who does."""
    request = call.request
    return not request.opaque and not request.messages.grows and not any(name in request.others for name in _CAPS)


def _hit(loop: Loop, call: CallSite, audit: Audit) -> Hit:
    place = first_line(loop.place, audit.project)
    inside = loop.place.contains(call.place)
    return Hit(
        place=place,
        message="This loop goes on for as long as Claude calls tools: nothing caps its rounds",
        call=call.id,
        label="only Claude ends it",
        cost=_cost(call, audit),
        help=_HELP,
        related=() if inside else (Related(call.place, "the call that it runs"),),
    )


def _cost(call: CallSite, audit: Audit) -> str:
    models = audit.ledger.models(call)
    known = [amount.low for model in models if (amount := known_input(call, model, audit)).low]
    bound = "no bound, and each round sends all before it again"
    return f"{bound}; the first has input of at least {dollars(known)} ({price_of(*models)})" if known else bound


def _agent(call: CallSite) -> Hit:
    return Hit(
        place=own_place(call, call.place),
        message="Nothing caps the turns or the dollars of this run of Claude Code",
        call=call.id,
        label="neither max_turns nor max_budget_usd",
        cost="unknown, because Claude Code decides on model and turns; each turn sends all before it again",
        help=_AGENT_HELP,
        severity="info",
    )
