"""PL503: a retry around a client that retries by itself: the attempts multiply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._place import first_line
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place, Retry

_MANY = 9  # requests for one call, from which on it is worth a change: three attempts of three requests


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each retry once that catches whatever the client gave up on."""
    seen: dict[Place, tuple[Retry, CallSite]] = {}
    for call in audit.project.calls:
        if call.role != "call" or not call.priced or not call.client.max_retries.only:
            continue
        for retry in call.context.retries:
            if retry.bounded and _catches_the_clients(retry) and (retry.attempts or 0) > 1:
                seen.setdefault(retry.place, (retry, call))
    for retry, call in seen.values():
        yield _hit(retry, call, audit)


def _catches_the_clients(retry: Retry) -> bool:
    """Whether it catches everything, or errors of the `anthropic` package: the client raises these when it gives up."""
    return bool(retry.catches_all) or "anthropic" in retry.catches_from


def _hit(retry: Retry, call: CallSite, audit: Audit) -> Hit:
    own, outer = 1 + (call.client.max_retries.only or 0), retry.attempts or 1
    made = call.client.place
    return Hit(
        place=first_line(retry.place, audit.project) if retry.kind == "loop" else retry.place,
        message=f"{outer} attempts of a client that makes {own} itself: up to {outer * own} requests for one call",
        call=call.id,
        label=f"{outer} times {own} requests",
        cost="unknown: what the API refuses is not billed, what timed out on the way back is; the wait grows with each",
        help=_help(call),
        related=() if made is None else (Related(made, f"this client tries {own} times by itself"),),
        severity=None if outer * own >= _MANY else "info",
    )


def _help(call: CallSite) -> str:
    name = call.client.name or "Anthropic"
    return (
        "Let one of the two retry. The client's own waits as long as the API asks:\n"
        f"    {name}(max_retries=5)  # and no retry around it\n"
        f"    {name}(max_retries=0)  # or the one around it alone"
    )
