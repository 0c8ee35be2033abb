"""PL201: the cap is raised, so that it holds the thinking and the answer."""

from __future__ import annotations

from promptlint.checks.output_cap_eaten_by_thinking import check_project
from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.literals import another_number
from promptlint.fixes.missing_max_tokens import room

_ANSWER = 4_000
"""Tokens beyond a thinking budget."""


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: answers may get longer."""
    call, place = bench.call(finding), finding.hit.place
    agreed = {hit.call for hit in check_project(bench.audit) if hit.place == place}
    others = [other.id for other in bench.calls.values() if place in other.request.max_tokens.origins]
    if set(others) - agreed:
        raise Refused(f"{min(set(others) - agreed)} takes its cap from there too, and needs no more")
    budget = max(call.request.thinking_budget.values, default=0)
    cap = max(room(call, bench), budget + _ANSWER)
    return Fix(f"raise the cap to {cap:,} tokens", (another_number(place, cap, bench),))
