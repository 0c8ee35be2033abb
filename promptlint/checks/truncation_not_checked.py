"""PL202: JSON is read from a reply that may have been cut off at the cap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._truncation import cost_of_cut_off, parse_of, retry_of
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.catalogue import Severity
    from promptlint.request import CallSite, Parse

_TIGHT = 4096  # tokens of a cap that a reply of some length reaches
_HELP = """\
Ask why the reply ended before you parse it:
    if reply.stop_reason == "max_tokens":
        raise ValueError("the reply was cut off at max_tokens")"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each place once that parses; what a retry does then is PL203's."""
    seen: dict[Parse, tuple[CallSite, Severity | None]] = {}
    for call in audit.project.calls:
        parsed, cap = parse_of(call), call.request.max_tokens.only
        if parsed is None or cap is None or retry_of(call, parsed) is not None:
            continue
        doubts = (parsed.caught is not None) + (cap > _TIGHT)
        if doubts < 2:
            seen.setdefault(parsed, (call, "info" if doubts else None))
    for parsed, (call, severity) in seen.items():
        yield _hit(call, parsed, severity, audit)


def _hit(call: CallSite, parsed: Parse, severity: Severity | None, audit: Audit) -> Hit:
    cap = call.request.max_tokens.only or 0
    return Hit(
        place=parsed.place,
        message=f"This parses a reply that may be cut off at {cap:,} tokens: stop_reason is not looked at",
        call=call.id,
        label="half a reply is no JSON",
        cost=f"a reply that is cut off is paid and lost: {cost_of_cut_off(call, cap, audit)}",
        help=_HELP,
        related=(Related(call.place, "the call whose reply this is"),),
        severity=severity,
    )
