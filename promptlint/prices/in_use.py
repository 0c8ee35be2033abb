"""A call of the project as a design: what the code sends, and what its workload tells besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.prices.design import Design
from promptlint.workloads import Workload

if TYPE_CHECKING:
    from promptlint.prices.arrivals import Arrivals
    from promptlint.prices.caching import Ttl
    from promptlint.prices.terms import Terms
    from promptlint.request import Request
    from promptlint.tokens.measure import RequestTokens


def design_of(
    request: Request,
    tokens: RequestTokens,
    workload: Workload | None,
    arrivals: Arrivals | None,
    terms: Terms,
    factor: float = 1.0,
) -> Design | None:
    """The request of one call, the first of a conversation; None where the length of its input is not known.

    What is configured was counted for the call's own model: a token of it is `factor` tokens of this one.
    """
    told = workload or Workload()
    total = tokens.total.value if told.input_tokens is None else told.input_tokens * factor
    if total is None:
        return None
    talking = told.turns > 1 and caches_conversation(request)
    held, rate = _held(tokens, told, talking)
    if held is None:
        return None
    return Design(
        max(total, held, tokens.prefix.value or 0.0),
        None if told.output_tokens is None else told.output_tokens * factor,
        held,
        told.turns,
        (told.tokens_per_turn or 0.0) * factor,
        arrivals,
        rate,
        lifetime(request),
        terms,
        cache_history=talking,
    )


def _held(tokens: RequestTokens, told: Workload, talking: bool) -> tuple[float | None, float | None]:
    """The tokens up to the marker, and the share of calls that read them where the arrivals do not tell.

    A marker behind something that changes with each request is written each time and never read. None for tokens
    that may or may not change.
    """
    marked, prefix = tokens.cached_prefix, tokens.prefix
    if marked is None:
        return 0.0, told.hit_rate
    if talking:
        return prefix.value or 0.0, told.hit_rate
    if told.hit_rate is not None or marked.value is not None:
        return max(marked.low if marked.value is None else marked.value, prefix.value or 0.0), told.hit_rate
    return (marked.low, 0.0) if prefix.high is not None and prefix.high < marked.low else (None, None)


def caches_conversation(request: Request) -> bool:
    """Whether a marker moves on with the conversation: that of the whole request, or one in its messages."""
    messages = request.messages.messages
    return request.cache is not None or any(block.cache for message in messages for block in message.blocks)


def lifetime(request: Request) -> Ttl:
    """The lifetime that the markers ask for, the longest of them."""
    return "1h" if any(marker.ttl == "1h" for marker in request.cache_breakpoints) else "5m"
