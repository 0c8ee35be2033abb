"""PL504: a retry that never gives up, so that an error that does not pass is tried again for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import dollars, known_input, price_of
from promptlint.checks._place import first_line
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place, Retry

_LOOP = """\
Bound the attempts, catch what may pass, and let the last error through:
    for attempt in range(3):
        try:
            ...
            break
        except (anthropic.RateLimitError, anthropic.APIConnectionError):
            if attempt == 2:
                raise"""
_OTHER_VENDORS = frozenset({"cohere", "groq", "mistralai", "ollama", "openai", "together"})
"""Packages of other vendors."""
_RAISE_THEIR_OWN = frozenset({"anthropic", "bedrock", "claude_agent_sdk"})
"""SDKs that raise none of their exceptions."""
_HANGS = "unknown: what the API refuses is not billed, but the program hangs for as long as it does"
_CHANGES = {
    "tenacity": "Say when to stop:\n    @retry(stop=stop_after_attempt(3), reraise=True)",
    "backoff": "Say when to stop:\n    @backoff.on_exception(..., max_tries=3)",
    "retrying": "Say when to stop:\n    @retry(stop_max_attempt_number=3)",
    "retry": "Say when to stop:\n    @retry(tries=3)",
    "stamina": "Say when to stop:\n    @stamina.retry(..., attempts=3)",
}


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such retry once, whatever calls it repeats."""
    seen: dict[Place, tuple[Retry, CallSite]] = {}
    for call in audit.project.calls:
        if call.role != "call" or not call.priced:
            continue
        for retry in call.context.retries:
            if not retry.bounded and not _waits_for_others(retry, call):
                seen.setdefault(retry.place, (retry, call))
    for retry, call in seen.values():
        yield _hit(retry, call, audit)


def _waits_for_others(retry: Retry, call: CallSite) -> bool:
    """Whether nothing that this call raises leads to another attempt: the retry is there for another vendor's calls."""
    return call.sdk in _RAISE_THEIR_OWN and bool(retry.catches_from) and _OTHER_VENDORS.issuperset(retry.catches_from)


def _hit(retry: Retry, call: CallSite, audit: Audit) -> Hit:
    inside = retry.place.contains(call.place)
    caught = "an error that does not pass" if retry.catches_all else "what it catches"
    return Hit(
        place=first_line(retry.place, audit.project) if retry.kind == "loop" else retry.place,
        message=f"Nothing ends this retry: {caught} is tried again for ever",
        call=call.id,
        label="no last attempt",
        cost=_cost(call, audit) if retry.catches_all else _HANGS,
        help=_CHANGES.get(retry.name.split(".")[0], _LOOP) if retry.kind != "loop" else _LOOP,
        related=() if inside else (Related(call.place, "the call that it repeats"),),
        severity=None if retry.catches_all else "warning",
    )


def _cost(call: CallSite, audit: Audit) -> str:
    models = audit.ledger.models(call)
    known = [amount.low for model in models if (amount := known_input(call, model, audit)).low]
    billed = "no bound: an attempt that Claude answered is billed, whatever fails behind it"
    return f"{billed}, with input of at least {dollars(known)} ({price_of(*models)})" if known else billed
