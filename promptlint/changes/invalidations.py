"""What a change costs once: cached prefixes to be written again, and texts that a new tokenizer cuts finer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.changes.change import Change
from promptlint.changes.sent import cached_prefix
from promptlint.estimate import Estimate
from promptlint.prices.cost import dollars
from promptlint.prices.terms import price_lists

if TYPE_CHECKING:
    from collections.abc import Hashable

    from promptlint.changes.sent import Facet
    from promptlint.ledger import Ledger
    from promptlint.prices.model import Model
    from promptlint.request import CallSite

_IN_A_PREFIX = ("model", "tools", "system", "messages")


@dataclass(frozen=True, slots=True)
class Invalidation:
    """A cached prefix that is another one now: the calls that share it, why, and what one write of it costs."""

    calls: tuple[str, ...]
    aspects: tuple[Facet, ...]
    tokens: Estimate
    usd: Estimate


@dataclass(frozen=True, slots=True)
class TokenizerChange:
    """What the text before the change is in tokens, for the model before and for the one after."""

    call: str
    old: Model
    new: Model
    before: Estimate
    after: Estimate


def invalidations(changes: Iterable[Change], ledger: Ledger) -> tuple[Invalidation, ...]:
    """Each prefix once, whatever number of calls share it. `ledger` is that of the side after."""
    found: dict[Hashable, Invalidation] = {}
    for change in changes:
        if change.before is None or change.after is None or not change.after.models:
            continue
        old, new = cached_prefix(change.before.call.request), cached_prefix(change.after.call.request)
        if old is None or new is None or old == new:
            continue
        one = _invalidation(change, change.after.call, change.after.models[0], ledger)
        if one is not None:
            same = found.get(new)
            found[new] = one if same is None else replace(same, calls=(*same.calls, *one.calls))
    return tuple(found.values())


def _invalidation(change: Change, call: CallSite, model: Model, ledger: Ledger) -> Invalidation | None:
    tokens = ledger.sent(call, model)
    cached, minimum = tokens.cached_prefix, model.min_cacheable_tokens
    if cached is None or (minimum is not None and cached.below(minimum)):
        return None
    prices = price_lists(model, tokens.total, ledger.terms(call, model))[0]
    long = any(marker.ttl != "5m" for marker in call.request.cache_breakpoints)
    write = prices.cache_write_1h if long else prices.cache_write_5m
    aspects = tuple(aspect for aspect in change.aspects if aspect in _IN_A_PREFIX)
    return Invalidation((change.key,), aspects, cached, dollars(cached, write))


def tokenizer_changes(changes: Iterable[Change], ledger: Ledger) -> Iterator[TokenizerChange]:
    """The calls whose model changes to one of another tokenizer. `ledger` is that of the side before."""
    for change in changes:
        if change.before is None or change.after is None:
            continue
        if not change.before.models or not change.after.models:
            continue
        old, new = change.before.models[0], change.after.models[0]
        if old.tokenizer != new.tokenizer:
            call = change.before.call
            before, after = (ledger.tokens(call, model).total for model in (old, new))
            yield TokenizerChange(change.key, old, new, before, after)
