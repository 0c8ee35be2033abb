"""PL112: only the last messages are sent, so that each turn begins with another one, and the cache is never read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, price_of, prices
from promptlint.checks._uncached import takes_markers
from promptlint.findings import Hit, Related
from promptlint.money import usd
from promptlint.prices.in_use import caches_conversation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place

_HELP = """\
Let the history grow, and drop many messages at a time: the cache is then lost once in 20 messages instead of each turn
    if len(history) > 40:
        history = history[-20:]"""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report the slice of a conversation that is cached."""
    window = call.request.messages.window
    if window is not None and takes_markers(call) and not call.request.batch and caches_conversation(call.request):
        yield _hit(call, window, audit)


def _hit(call: CallSite, window: Place, audit: Audit) -> Hit:
    return Hit(
        place=window,
        message="A window that moves with each turn: no request begins with the messages of the one before, "
        "and what is cached of them is never read",
        call=call.id,
        label="begins with another message each turn",
        cost=_cost(call, audit),
        help=_HELP,
        related=tuple(Related(marker.place, "the cache marker") for marker in call.request.cache_breakpoints[-1:]),
    )


def _cost(call: CallSite, audit: Audit) -> str:
    for model in audit.ledger.models(call):
        price = prices(call, model)
        if price is not None and price.cache_read is not None and price.cache_write_5m is not None:
            return (
                f"each 1,000 tokens of the window cost {usd(price.cache_write_5m / 1000)} in every turn, and "
                f"{usd(price.cache_read / 1000)} where they are read ({model.id}, {price_of(model)}); "
                "how long the messages are, the code does not tell"
            )
    return UNKNOWN_MODEL
