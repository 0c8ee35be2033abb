"""PL105: the cache markers beyond the fourth are removed."""

from __future__ import annotations

from promptlint.checks.too_many_cache_breakpoints import MOST, certain_markers
from promptlint.edits import Fix
from promptlint.findings import Finding
from promptlint.fixes.arguments import without_value
from promptlint.fixes.bench import Bench


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: which of them are worth least only the traffic tells."""
    call = bench.call(finding)
    places = dict.fromkeys(marker.place for marker in certain_markers(call.request)[MOST:])
    return Fix("remove the markers beyond the fourth", tuple(without_value(place, bench) for place in places))
