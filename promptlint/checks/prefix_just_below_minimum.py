"""PL123: a prefix so close to the cacheable minimum that a longer one, cached, would cost less than it does."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from promptlint.checks._cache_advice import place_of
from promptlint.checks._cost import price_of, prices
from promptlint.checks._prefix import constant_text, minimum, possible_models
from promptlint.checks._reuse import reuse_of
from promptlint.checks._uncached import may_hide_marker, takes_markers
from promptlint.estimate import Estimate
from promptlint.findings import Hit, Related
from promptlint.money import tokens_range, usd
from promptlint.prices.caching import calls_per_hour

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import CallSite

CLOSE = 0.8
"""From this share of the minimum on: below it, too many of the calls have to hit for the longer prefix to pay."""

_HELP = """\
Add what makes the answers better (examples, edge cases, the reference text that is looked up most) until the prefix has
%s tokens, and mark its end with cache_control. Where the calls are rare, leave it as it is"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each such prefix once, with the calls that send it."""
    if audit.settings.caching == "external":
        return
    shared: defaultdict[str, list[tuple[CallSite, Model]]] = defaultdict(list)
    for call in audit.project.calls:
        model = _just_below(call, audit)
        if model is not None:
            shared[constant_text(call.request)].append((call, model))
    for found in shared.values():
        yield from _hit(found, audit)


def _just_below(call: CallSite, audit: Audit) -> Model | None:
    """The model of a call whose prefix is surely below the minimum, and surely close to it."""
    models = possible_models(call, audit)
    if not takes_markers(call) or call.is_body or may_hide_marker(call) or call.request.messages.grows:
        return None
    if len(models) != 1 or call.request.batch:
        return None
    least, prefix = minimum(call, models[0]), audit.ledger.tokens(call, models[0]).prefix
    close = least is not None and prefix.below(least) and prefix.at_least(CLOSE * least)
    return models[0] if close else None


def _hit(found: list[tuple[CallSite, Model]], audit: Audit) -> Iterator[Hit]:
    call, model = found[0]
    least, price, prefix = minimum(call, model), prices(call, model), audit.ledger.tokens(call, model).prefix
    reuse = reuse_of([call for call, _ in found])
    if not reuse or least is None or price is None or price.input is None:
        return
    if price.cache_read is None or price.cache_write_5m is None:
        return
    now, read, write = (
        tokens * each / 1_000_000
        for tokens, each in ((prefix.low, price.input), (least, price.cache_read), (least, price.cache_write_5m))
    )
    rate = (write - now) / (write - read)
    yield Hit(
        place=place_of(call),
        message=f"A prefix of {tokens_range(prefix)} is just too short to be cached: {reuse}",
        call=call.id,
        label=f"{model.id} caches from {least:,} tokens on",
        cost=f"{usd(now)} per call as it is; with {least:,} tokens a call that reads the cache pays {usd(read)}, one "
        f"that writes it {usd(write)}; it pays from a hit rate of {rate:.0%} on, about "
        f"{calls_per_hour(rate):.1f} calls an hour ({model.id}, {price_of(model)})",
        savings=Estimate(now - write, None, now - read, "list price"),
        help=_HELP % f"{least:,}",
        related=tuple(Related(place_of(other), f"{other.id} sends the same prefix") for other, _ in found[1:]),
    )
