"""PL106: what stands before a marker of an hour lives for an hour as well."""

from __future__ import annotations

from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.markers import living


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: an hour's write costs twice the input price, and it is a decision that it is worth that."""
    call = bench.call(finding)
    markers = [marker for marker in call.request.cache_breakpoints if marker.certain]
    longest = max((at for at, marker in enumerate(markers) if marker.ttl == "1h"), default=-1)
    if any(marker.ttl == "unknown" for marker in markers[: longest + 1]):
        raise Refused("the lifetime of another marker is not known")
    short = {marker.place: marker for marker in markers[:longest] if marker.ttl == "5m"}
    if short:
        return Fix("let all of it live for an hour", tuple(living(marker, "1h", bench) for marker in short.values()))
    automatic = call.request.cache
    if automatic is None or automatic.place != finding.hit.place:
        raise Refused("the markers are written in a way that the fix does not know")
    other = next(related.place for related in finding.hit.related)
    longer = any(marker.place == other and marker.ttl == "1h" for marker in markers)
    return Fix("give it the lifetime of the last block", (living(automatic, "1h" if longer else "5m", bench),))
