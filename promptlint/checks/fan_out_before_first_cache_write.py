"""PL113: requests with one cached prefix, sent at once: none of them can read what the others are still writing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.checks._cost import dollars, price_of
from promptlint.checks._prefix import constant_text, marked
from promptlint.checks._shared import cacheable, missed
from promptlint.checks._uncached import takes_markers
from promptlint.findings import Hit, Related
from promptlint.money import tokens_range, usd
from promptlint.tokens.prefix import constant_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.estimate import Estimate
    from promptlint.request import CacheMarker, CallSite, Loop

_AT_ONCE = frozenset({"gather", "pool"})
_AWAIT = """\
Wait for the first reply, then send the rest:
    first = await ask(%(over)s[0])
    rest = await asyncio.gather(*(ask(each) for each in %(over)s[1:]))"""
_CALL = """\
Wait for the first reply, then send the rest:
    first = ask(%(over)s[0])
    rest = list(pool.map(ask, %(over)s[1:]))"""


@dataclass(frozen=True, slots=True)
class _FanOut:
    """A call that many rounds make at once; `tokens` is the cached prefix that they share."""

    call: CallSite
    loop: Loop
    marker: CacheMarker
    tokens: Estimate


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each fan-out once, unless another call may have written its prefix before."""
    sent: defaultdict[str, int] = defaultdict(int)
    found: list[_FanOut] = []
    for call in audit.project.calls:
        if takes_markers(call) and call.request.cache_breakpoints:
            sent[constant_text(call.request)] += 1
            fan_out = _fan_out(call, audit)
            found += [] if fan_out is None else [fan_out]
    seen = set()
    for fan_out in found:
        if sent[constant_text(fan_out.call.request)] == 1 and fan_out.loop.place not in seen:
            seen.add(fan_out.loop.place)
            yield _hit(fan_out, audit)


def _fan_out(call: CallSite, audit: Audit) -> _FanOut | None:
    """The requests of a call that start together, if what they share is marked and long enough to be cached.

    A service that lives long has written the prefix before; so has a function that sends the first of a list alone.
    """
    loops = call.context.loops
    wide = [loop for loop in loops if loop.kind in _AT_ONCE and (loop.bound is None or loop.bound > 1)]
    if not wide or len(wide) < len(loops) or call.request.batch or call.context.entry in ("handler", "task"):
        return None
    if call.request.messages.grows or any(loop.over.replace(" ", "").endswith("[1:]") for loop in wide):
        return None
    marker, cut = next(((marker, cut) for marker, cut in marked(call) if marker.certain), (None, call))
    tokens = cacheable(cut, audit)
    if marker is None or tokens is None or not constant_prefix(cut.request).whole:
        return None
    return _FanOut(call, wide[0], marker, tokens)


def _hit(found: _FanOut, audit: Audit) -> Hit:
    call, loop = found.call, found.loop
    models = audit.ledger.models(call)
    wasted = [missed(call, model, found.tokens, found.marker) for model in models]
    cost = f"at least {dollars(wasted)} more for each request after the first ({price_of(*models)})"
    if loop.bound is not None:
        cost += f"; {usd(max(wasted) * (loop.bound - 1))} for the {loop.bound:,} of this fan-out"
    over = loop.over if loop.over.replace(".", "").isidentifier() else "items"
    return Hit(
        place=loop.place,
        message=f"These requests start at once, and each writes the {tokens_range(found.tokens)} that they share: "
        "an entry can be read only when the first reply has begun",
        call=call.id,
        label="started together",
        cost=cost,
        help=(_AWAIT if call.asynchronous else _CALL) % {"over": over},
        related=(Related(found.marker.place, "the cache marker"),),
    )
