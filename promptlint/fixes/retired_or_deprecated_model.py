"""PL301: the current model of the same tier is written instead, where the name stands."""

from __future__ import annotations

from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.literals import another_string


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: another model answers differently."""
    names = finding.hit.subjects
    if len(names) != 1:
        raise Refused("no one name of a current model fits all calls that take it from here")
    return Fix(f"write {names[0]}", (another_string(finding.hit.place, names[0], bench),))
