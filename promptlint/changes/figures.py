"""The figures of one call on one side of a change: what it sends and costs, and the part of that which is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.changes.bounds import Bounds
from promptlint.changes.known import Known, known
from promptlint.changes.sent import Sent, sent, texts
from promptlint.estimate import Estimate
from promptlint.prices.cost import MILLION
from promptlint.prices.table import find
from promptlint.prices.terms import price_lists
from promptlint.tokens.holes import HoleSizes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from promptlint.ledger import Ledger, Total
    from promptlint.prices.model import Model
    from promptlint.request import CallSite
    from promptlint.tokens.measure import RequestTokens
    from promptlint.workloads import Workload

Caching = tuple[str, ...] | None
"""The lifetimes that a call's markers ask for; empty where nothing is cached, None where that is not known."""


@dataclass(frozen=True, slots=True)
class Priced:
    """The known part of a call on one model: its tokens, USD for its input and output, and USD a further token costs.

    `output_usd` is None where nobody has told how long the answers are.
    """

    model: Model
    tokens: RequestTokens
    usd: Estimate
    output_usd: float | None
    token_usd: tuple[float, float] | None
    caching: Caching


@dataclass(frozen=True, slots=True)
class Figures:
    """One call on one side. `call` has the id that the configuration knows it by, `id` is its own.

    `known` are its figures by model, likeliest first, empty where a possible model is not known; `unknown` names what
    they leave out. `words` are those of its texts.
    """

    id: str
    call: CallSite
    total: Total
    models: tuple[Model, ...]
    known: tuple[Priced, ...]
    unknown: tuple[str, ...]
    sent: Sent
    words: Counter[str]
    workload: Workload | None = None

    @property
    def calls_per_month(self) -> float | None:
        """Calls in 365/12 days; None without a volume."""
        return None if self.workload is None else self.workload.calls_per_month

    @property
    def has_output(self) -> bool:
        """Whether the output is known on every possible model, so that the whole call can be compared."""
        return bool(self.known) and all(priced.output_usd is not None for priced in self.known)


def figures(call: CallSite, id: str, ledger: Ledger, sizes: Mapping[str, int]) -> Figures:
    """Work out the figures of a call; `sizes` are the configured sizes of what is known at run time only."""
    workload = ledger.traffic.workload(call)
    part = known(call.request, HoleSizes(sizes).of(call))
    told = workload is not None and workload.input_tokens is not None
    models = ledger.models(call)
    complete = call.request.model.complete and models and all(map(find, call.request.model.values))
    return Figures(
        id,
        call,
        ledger.total(call),
        models,
        tuple(_priced(call, part, model, ledger) for model in models) if complete else (),
        () if told else part.unknown,
        sent(call),
        Counter(word for text in texts(call.request) for word in text.split()),
        workload,
    )


def _priced(call: CallSite, part: Known, model: Model, ledger: Ledger) -> Priced:
    told = replace(call, request=part.request)
    tokens, cost = ledger.sent(told, model), ledger.cost(told, model)
    output = cost.output_usd.value
    caching = _caching(call, tokens, model)
    usd = _at_known_rate(cost.input_usd, tokens.total)
    return Priced(model, tokens, usd, output, _token_usd(call, model, ledger, caching), caching)


def _at_known_rate(usd: Estimate, tokens: Estimate) -> Estimate:
    """The cost at the hit rate, where the traffic tells it: what is open then is how many tokens there are."""
    if usd.value is None or not tokens.value or tokens.high is None:
        return usd
    low, high = usd.value * tokens.low / tokens.value, usd.value * tokens.high / tokens.value
    return Estimate(low, usd.value, high, usd.source)


def _caching(call: CallSite, tokens: RequestTokens, model: Model) -> Caching:
    markers, minimum, cached = call.request.cache_breakpoints, model.min_cacheable_tokens, tokens.cached_prefix
    if not markers or cached is None or (minimum is not None and cached.below(minimum)):
        return ()
    if minimum is None or not cached.at_least(minimum) or not all(marker.certain for marker in markers):
        return None
    return tuple(sorted({marker.ttl for marker in markers}))


def _token_usd(call: CallSite, model: Model, ledger: Ledger, caching: Caching) -> tuple[float, float] | None:
    """USD that one further token of input costs, at least and at most: what stands in a cached prefix costs otherwise.

    None where a price is not known.
    """
    tokens = ledger.sent(call, model)
    lists = price_lists(model, tokens.total, ledger.terms(call, model))
    inside = tokens.cached_prefix is not None and tokens.cached_prefix.high is None and caching != ()
    found: list[float] = []
    for prices in lists:
        own = [prices.input, prices.cache_read, prices.cache_write_1h] if inside else [prices.input]
        if None in own:
            return None
        found += [price / MILLION for price in own if price is not None]
    return min(found), max(found)


def monthly(figures: Figures) -> Bounds | None:
    """USD a month; None without a volume. What is not known leaves it open."""
    calls = figures.calls_per_month
    if calls is None:
        return None
    usd = whole(figures)
    return usd.times(calls)


def whole(figures: Figures) -> Bounds:
    """USD for one call: its input, and its output where that is known; open above where a part is not known."""
    if not figures.known:
        return Bounds(figures.total.usd.low)
    found = Bounds.hull(_of(priced, figures.has_output) for priced in figures.known)
    return Bounds(found.low) if figures.unknown else found


def _of(priced: Priced, with_output: bool) -> Bounds:
    answer = priced.output_usd if with_output and priced.output_usd is not None else 0.0
    return Bounds(priced.usd.low, priced.usd.value, priced.usd.high) + Bounds.exactly(answer)
