"""PL111: a conversation that is sent again with each turn, at the full price of all that was said before."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, price_of, prices
from promptlint.checks._out_of_sight import marks_out_of_sight
from promptlint.checks._prefix import on_bedrock, possible_models
from promptlint.checks._resent import resends_uncached
from promptlint.checks._uncached import uncached_prefix
from promptlint.findings import Hit, Related
from promptlint.money import usd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place

_TOP_LEVEL = frozenset({"anthropic", "http"})
_WHOLE_REQUEST = """\
Let the marker move on with the conversation; tools and system prompt are cached with it:
    client.messages.create(..., cache_control={"type": "ephemeral"})"""
_FIRST = (
    "First let the history grow and drop old messages many at a time: a window that moves each turn is never read.\n"
)
_LAST_BLOCK = """\
Mark the last block of the last message anew before each request, and take the mark from the one before:
    {"type": "text", "text": ..., "cache_control": {"type": "ephemeral"}}"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each conversation once, with the calls that send it."""
    if audit.settings.caching == "external":
        return
    shared: defaultdict[Place, list[CallSite]] = defaultdict(list)
    for call in audit.project.calls:
        if not resends_uncached(call) or not _is_of_claude(call, audit) or marks_out_of_sight(call, audit):
            continue
        if uncached_prefix(call, audit) is None:
            shared[call.request.messages.place or call.place].append(call)
    for place, calls in shared.items():
        yield _hit(place, calls, audit)


def _is_of_claude(call: CallSite, audit: Audit) -> bool:
    """Whether a call surely reaches Claude: what others send may cache by itself."""
    return call.sdk in _TOP_LEVEL or bool(possible_models(call, audit))


def _hit(place: Place, calls: list[CallSite], audit: Audit) -> Hit:
    first = calls[0]
    others = {call.place: f"{call.id} sends it as well" for call in calls[1:] if call.place != place}
    marked = first.request.cache_breakpoints
    beginning = tuple(Related(marker.place, "what is cached ends here") for marker in marked[-1:])
    return Hit(
        place=place,
        message="Each turn sends the whole conversation again, and none of it is cached",
        call=first.id,
        label="sent at the full input price each time",
        cost=_cost(first, audit),
        help=(_FIRST if first.request.messages.window else "")
        + (_WHOLE_REQUEST if first.sdk in _TOP_LEVEL and not on_bedrock(first) else _LAST_BLOCK),
        related=(*beginning, *(Related(other, message) for other, message in others.items())),
    )


def _cost(call: CallSite, audit: Audit) -> str:
    """USD of 1,000 tokens of history in a turn; how many there are, and how many turns, the code does not tell."""
    for model in audit.ledger.models(call):
        price = prices(call, model)
        if price is not None and price.input is not None and price.cache_read is not None and price.cache_write_5m:
            return (
                f"each 1,000 tokens of what was said cost {usd(price.input / 1000)} in every later turn, and "
                f"{usd(price.cache_read / 1000)} read from the cache, once it is written for "
                f"{usd(price.cache_write_5m / 1000)} ({model.id}, {price_of(model)}); "
                "how long the conversation gets, the code does not tell"
            )
    return UNKNOWN_MODEL
