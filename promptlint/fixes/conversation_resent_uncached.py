"""PL111: one marker for the whole request, which moves on with the conversation."""

from __future__ import annotations

from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.arguments import with_argument
from promptlint.fixes.bench import Bench
from promptlint.fixes.markers import lifetime, marker
from promptlint.fixes.reused_prefix_not_cached import DIRECT


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: whether the next turn comes in time, only the traffic tells."""
    call = bench.call(finding)
    if call.request.messages.window is not None:
        raise Refused("a window that moves with each turn is never read from a cache: let the history grow first")
    if call.sdk not in DIRECT:
        raise Refused(f"how a conversation is marked with {call.sdk} is not known to the fix")
    ttl = lifetime(call, "history", bench)
    return Fix("cache the conversation", (with_argument("cache_control", marker(ttl), call, bench),))
