"""PL501: requests that nobody waits for, sent one by one at twice the price of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import dollars, known_input, price_of
from promptlint.estimate import Estimate
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Loop

_FEW = 50  # rounds below which a batch is not worth the code
_KINDS = frozenset({"for", "comprehension", "gather", "pool"})
_DEPENDS = frozenset({"reply", "input", "request"})
_HELP = """\
If the answers can wait, up to 24 hours, send all as one batch:
    client.messages.batches.create(
        requests=[{"custom_id": str(n), "params": params_of(item)} for n, item in enumerate(items)]
    )"""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report a call whose rounds do not depend on each other, unless a handler waits for it."""
    loop = _loop(call)
    if loop is None or not _could_wait(call):
        return
    offline = len(call.context.loops) == 1 and call.context.entry in ("script", "task")
    models = audit.ledger.models(call)
    halves = [
        known_input(call, model, audit).low * (1 - model.batch_price.input / model.price.input)
        for model in models
        if model.batch_price is not None and model.batch_price.input and model.price.input
    ]
    if not halves or len(halves) < len(models):
        return
    rounds = f"{loop.bound:,} rounds" if loop.bound is not None else "each round"
    over = f" over {loop.over}" if loop.over else ""
    yield Hit(
        place=call.place,
        message=f"Requests of a loop{over} are sent one by one, at twice the price of a batch",
        call=call.id,
        label=f"{rounds} at the full price",
        cost=f"at least {dollars(halves)} of input, and half of the output ({price_of(*models)})",
        savings=Estimate(min(halves), None, None, "list price"),
        help=_HELP,
        related=tuple(
            Related(around.place.start, "the loop" if around is loop else "another loop around it")
            for around in call.context.loops
            if not around.place.contains(call.place)
        ),
        confidence=None if offline else "low",
    )


def _loop(call: CallSite) -> Loop | None:
    """The nearest loop around a call, where all around it run over data and are long or of unknown length.

    Loops of callers alone may be those of a listener, which has each message answered as it comes in, unless they
    collect the answers.
    """
    loops = call.context.loops
    offline = call.context.entry in ("script", "task")
    if not offline and all(loop.in_caller for loop in loops) and not all(loop.collects for loop in loops):
        return None
    if not all(loop.kind in _KINDS and not loop.over.startswith("range(") for loop in loops):
        return None
    return loops[0] if loops and all(loop.bound is None or loop.bound >= _FEW for loop in loops) else None


def _could_wait(call: CallSite) -> bool:
    request, context = call.request, call.context
    if call.role != "call" or not call.priced or call.sdk != "anthropic" or request.batch or request.streaming:
        return False
    if context.entry in ("handler", "test") or context.agent_loop or request.tools.present is not False:
        return False
    texts = [block.text for message in request.messages.messages for block in message.blocks if block.text is not None]
    depends = any(hole.origin in _DEPENDS for text in texts for hole in text.holes())
    return not depends and not request.messages.grows and request.messages.complete and not request.opaque
