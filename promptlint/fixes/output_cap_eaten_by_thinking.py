"""Fixes PL201: a cap that holds the thinking and the answer."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.audit import Audit
from promptlint.checks.output_cap_eaten_by_thinking import check_project
from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.literals import another_number
from promptlint.fixes.missing_max_tokens import room
from promptlint.request import CallSite, Place

_ANSWER = 4_000
"""Tokens beyond a thinking budget."""


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: answers may get longer."""
    place = finding.hit.place
    cap = _enough(bench.call(finding), place, bench.audit, bench)
    return _with(cap, place, bench)


def raised(audit: Audit, bench: Bench) -> Iterator[Fix]:
    """The fixes of the caps that are too small in a changed state of the project and not as it is. Raises `Refused`."""
    calls = {call.id: call for call in audit.project.calls}
    known = {hit.place for hit in check_project(bench.audit)}
    new = {hit.place: calls[hit.call or ""] for hit in check_project(audit) if hit.place not in known}
    for place, call in new.items():
        yield _with(_enough(call, place, audit, bench), place, bench)


def _with(cap: int, place: Place, bench: Bench) -> Fix:
    return Fix(f"raise the cap to {cap:,} tokens", (another_number(place, cap, bench),))


def _enough(call: CallSite, place: Place, audit: Audit, bench: Bench) -> int:
    """The cap, in tokens, that is right for all calls that take it from a place. Raises `Refused`."""
    agreed = {hit.call for hit in check_project(audit) if hit.place == place}
    others = [other.id for other in audit.project.calls if place in other.request.max_tokens.origins]
    if set(others) - agreed:
        raise Refused(f"{min(set(others) - agreed)} takes its cap from there too, and needs no more")
    budget = max(call.request.thinking_budget.values, default=0)
    return max(room(call, bench), budget + _ANSWER)
