"""PL203: a reply that the cap cut off fails to parse, and is asked for again with the same cap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._place import first_line, source_of
from promptlint.checks._truncation import cost_of_cut_off, parse_of, retry_of
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Parse, Retry

_HELP = """\
Ask why the reply ended, and give the next attempt more room:
    if reply.stop_reason == "max_tokens":
        {name} *= 2
        continue"""
_BEFORE = "\nWrite `max_tokens = {cap}` before the loop, and pass max_tokens=max_tokens"


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such loop once."""
    seen: dict[Retry, tuple[CallSite, Parse]] = {}
    for call in audit.project.calls:
        parsed = parse_of(call)
        retry = retry_of(call, parsed) if parsed is not None else None
        if parsed is not None and retry is not None and call.request.max_tokens.only is not None:
            seen.setdefault(retry, (call, parsed))
    for retry, (call, parsed) in seen.items():
        yield _hit(retry, call, parsed, audit)


def _hit(retry: Retry, call: CallSite, parsed: Parse, audit: Audit) -> Hit:
    cap = call.request.max_tokens.only or 0
    return Hit(
        place=first_line(retry.place, audit.project),
        message=f"A reply that is cut off at {cap:,} tokens is asked for again with the same cap",
        call=call.id,
        label="each attempt can end at the same cap",
        cost=f"each attempt that is cut off is paid and lost: {cost_of_cut_off(call, cap, audit)}",
        help=_help(call, cap, audit),
        related=(Related(parsed.place, "half a reply fails here"), Related(call.place, "the call")),
    )


def _help(call: CallSite, cap: int, audit: Audit) -> str:
    """The change, with the variable that holds the cap where there is one."""
    place = call.request.max_tokens.place
    name = source_of(place, audit.project) if place is not None else ""
    if name.isidentifier() and not name.isupper():
        return _HELP.format(name=name)
    return _HELP.format(name="max_tokens") + _BEFORE.format(cap=cap)
