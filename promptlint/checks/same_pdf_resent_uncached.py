"""PL604: a loop of questions, or a server, that sends the same document with each request at the full price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import MILLION, UNKNOWN_MODEL, dollars, price_of, prices
from promptlint.checks._prefix import possible_models
from promptlint.checks._uncached import may_cache, takes_markers
from promptlint.findings import Hit, Related
from promptlint.tokens import structure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import Block, CallSite, Loop, Place

_IN_TURN = ("for", "while", "comprehension")
_SERVES = {"handler": "the request handler that sends it", "task": "the task that sends it"}
_HELP = """\
Put the document first, what is asked of it behind it, and mark it:
    {"type": "document", "source": ..., "cache_control": {"type": "ephemeral"}}
Where only its text matters, send that instead: a page costs its image as well (pypdf reads the text).
The Files API saves the upload, not the tokens"""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report each document that is read before the loop, or once for the process, and sent in each request."""
    grows = call.request.messages.grows  # then the conversation is what is sent again, and PL111 says so
    if (
        not takes_markers(call)
        or may_cache(call)
        or call.request.batch
        or grows
        or audit.settings.caching == "external"
    ):
        return
    models = possible_models(call, audit)
    for message in call.request.messages.messages if models else ():
        for block in message.blocks:
            again = _again(call, block)
            if again is not None:
                yield _hit(call, block, again, models)


def _again(call: CallSite, block: Block) -> tuple[Place, str] | None:
    """What sends a document again, and what to call that."""
    if block.kind != "document" or block.media is None or len(block.media.data) != 1:
        return None
    [data] = block.media.data
    if data.origin != "file":
        return None
    fixed = [loop for loop in call.context.loops if _repeats(loop) and loop.place in block.media.fixed_in]
    if fixed:
        return fixed[0].place, f"the loop over {fixed[0].over}" if fixed[0].over else "the loop"
    if data.lifetime == "process" and call.context.entry in _SERVES:
        return call.place, _SERVES[call.context.entry]
    return None


def _repeats(loop: Loop) -> bool:
    return loop.kind in _IN_TURN and (loop.bound is None or loop.bound > 1) and not loop.pause


def _hit(call: CallSite, block: Block, again: tuple[Place, str], models: tuple[Model, ...]) -> Hit:
    assert block.media is not None
    place, what = again
    return Hit(
        place=block.place,
        message="The same document is sent with each request, uncached",
        call=call.id,
        label="read once, paid for each time",
        cost=_cost(call, models[0]),
        help=_HELP,
        related=(Related(place, what), Related(block.media.data[0].place, "where the document is read")),
    )


def _cost(call: CallSite, model: Model) -> str:
    page, price = structure.page(model), prices(call, model)
    if page is None or page.high is None or price is None or price.input is None or price.cache_read is None:
        return UNKNOWN_MODEL
    full, read = (
        [tokens * amount / MILLION for tokens in (page.low, page.high)] for amount in (price.input, price.cache_read)
    )
    return (
        f"a page is {page.low:,.0f} to {page.high:,.0f} tokens, {dollars(full)}; read from the cache, {dollars(read)} "
        f"({model.id}, {price_of(model)}); how many pages there are, the code does not tell"
    )
