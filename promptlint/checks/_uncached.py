"""Calls that nothing caches, and the prefix that a marker would pay for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.checks._out_of_sight import marks_out_of_sight
from promptlint.checks._prefix import VOLATILE, minimum, without_volatile

if TYPE_CHECKING:
    from promptlint.audit import Audit
    from promptlint.estimate import Estimate
    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Hole

_NOT_TO_BE_CACHED = frozenset({"claude_agent_sdk", "openai", "prompt"})
"""What caches by itself, what cannot, and a prompt whose calls are not known."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A call's constant prefix. `volatile` is what has to move out of it first; `steady` is the call without that."""

    call: CallSite
    steady: CallSite
    model: Model
    tokens: Estimate
    volatile: Hole | None


def takes_markers(call: CallSite) -> bool:
    """Whether a call costs money and goes through an SDK that caches what is marked, and nothing else."""
    return call.role == "call" and call.priced and call.sdk not in _NOT_TO_BE_CACHED


def may_cache(call: CallSite) -> bool:
    """Whether a call has a marker, or something that may hold one."""
    return bool(call.request.cache_breakpoints) or may_hide_marker(call)


def may_hide_marker(call: CallSite) -> bool:
    """Whether a call has an argument of which nobody can say whether it caches."""
    switched = any("cache" in name or name == "extra_body" for name in call.request.others)
    return bool(call.request.opaque) or switched


def uncached_prefix(call: CallSite, audit: Audit) -> Prefix | None:
    """The prefix of a call, if it reaches the minimum of every known model and nothing can be caching it."""
    if not takes_markers(call) or may_cache(call) or marks_out_of_sight(call, audit):
        return None
    volatile = next((hole for hole in call.request.system.text.holes() if hole.origin in VOLATILE), None)
    for steady in (call, without_volatile(call)):
        found = [
            (model, audit.ledger.tokens(steady, model).prefix, minimum(call, model))
            for model in audit.ledger.models(call)
        ]
        if found and all(least is not None and tokens.at_least(least) for _, tokens, least in found):
            model, tokens, _ = found[0]
            return Prefix(call, steady, model, tokens, None if steady is call else volatile)
    return None
