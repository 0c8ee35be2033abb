"""PL103: a prefix that is long enough to be cached, sent again and again at the full price."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.checks._cache_advice import advice, place_of
from promptlint.checks._cache_cost import cost_of_caching, saving_of_caching
from promptlint.checks._prefix import VOLATILE, constant_text, minimum, without_volatile
from promptlint.checks._reuse import reuse_of
from promptlint.findings import Hit, Related
from promptlint.money import tokens_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.estimate import Estimate
    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Hole

_NOT_TO_BE_CACHED = frozenset({"claude_agent_sdk", "openai", "prompt"})
"""What caches by itself, what cannot, and a prompt whose calls are not known."""


@dataclass(frozen=True, slots=True)
class _Prefix:
    """A call's constant prefix. `volatile` is what has to move out of it first; `steady` is the call without that."""

    call: CallSite
    steady: CallSite
    model: Model
    tokens: Estimate
    volatile: Hole | None


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each prefix once, with the calls that send it, or the requests of one file to one model."""
    if audit.settings.caching == "external":
        return
    shared: defaultdict[tuple[tuple[str, ...], str], list[_Prefix]] = defaultdict(list)
    for call in audit.project.calls:
        prefix = _cacheable(call, audit)
        if prefix is not None:
            file = (call.place.path, *call.request.model.values) if call.is_body else ()
            shared[file, constant_text(prefix.steady.request)].append(prefix)
    for (file, _), prefixes in shared.items():
        if not file or len(prefixes) > 1:
            yield _hit(sorted(prefixes, key=lambda prefix: prefix.call.context.entry == "test"), audit)


def _cacheable(call: CallSite, audit: Audit) -> _Prefix | None:
    """The prefix of a call, if it reaches the minimum of every known model and nothing can be caching it."""
    if call.role != "call" or not call.priced or call.sdk in _NOT_TO_BE_CACHED or _may_cache(call):
        return None
    volatile = next((hole for hole in call.request.system.text.holes() if hole.origin in VOLATILE), None)
    for steady in (call, without_volatile(call)):
        found = [
            (model, audit.ledger.tokens(steady, model).prefix, minimum(call, model))
            for model in audit.ledger.models(call)
        ]
        if found and all(least is not None and tokens.at_least(least) for _, tokens, least in found):
            model, tokens, _ = found[0]
            return _Prefix(call, steady, model, tokens, None if steady is call else volatile)
    return None


def _may_cache(call: CallSite) -> bool:
    request = call.request
    switched = any("cache" in name or name == "extra_body" for name in request.others)
    return bool(request.cache_breakpoints or request.opaque or switched)


def _hit(prefixes: list[_Prefix], audit: Audit) -> Hit:
    first, calls = prefixes[0], [prefix.call for prefix in prefixes]
    place, reuse = place_of(first.steady), reuse_of(calls)
    others = {place_of(prefix.steady): f"{prefix.call.id} sends the same prefix" for prefix in prefixes[1:]}
    return Hit(
        place=place,
        message=f"A prefix of {tokens_range(first.tokens)} is sent without cache_control" + (reuse and f": {reuse}"),
        call=first.call.id,
        label="sent at the full input price each time",
        cost=cost_of_caching(first.call, first.model, first.tokens),
        savings=saving_of_caching(first.call, first.model, first.tokens),
        help=_help(first, audit),
        related=tuple(Related(other, message) for other, message in others.items() if other != place),
        severity=None if reuse else "info",
    )


def _help(prefix: _Prefix, audit: Audit) -> str:
    change = advice(prefix.steady, audit.project)
    if prefix.volatile is None:
        return change
    return f"First move {prefix.volatile.name} behind this text: it changes with every request.\n{change}"
