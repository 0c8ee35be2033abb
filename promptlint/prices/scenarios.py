"""Designs side by side: what each costs by call, day, month and year, and what one saves over another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from promptlint.prices.arrivals import DAYS_A_MONTH, DAYS_A_YEAR, Arrivals
from promptlint.prices.caching import break_even_hit_rate, break_even_hits
from promptlint.prices.design import check_lengths, price, uncached
from promptlint.prices.table import successor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from promptlint.prices.design import Design, Priced
    from promptlint.prices.model import Model
    from promptlint.prices.router import Candidate, Routed


@dataclass(frozen=True, slots=True)
class Scenario:
    """One column of the comparison. `per_call` is in USD; `breakdown` is what it is made of, for the report."""

    label: str
    model: str
    per_call: float
    calls_per_day: float | None
    hit_rate: float = 0.0
    breakdown: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def per_day(self) -> float | None:
        """USD a day; None without a volume, as for the month and the year."""
        return None if self.calls_per_day is None else self.per_call * self.calls_per_day

    @property
    def per_month(self) -> float | None:
        """USD in 365/12 days."""
        return None if self.per_day is None else self.per_day * DAYS_A_MONTH

    @property
    def per_year(self) -> float | None:
        """USD in 365 days."""
        return None if self.per_day is None else self.per_day * DAYS_A_YEAR


@dataclass(frozen=True, slots=True)
class Gain:
    """What the change from one scenario to another saves; below zero it costs more."""

    label: str
    before: Scenario
    after: Scenario

    @property
    def per_call(self) -> float:
        """USD by call."""
        return self.before.per_call - self.after.per_call

    @property
    def share(self) -> float:
        """The part of the cost that is saved."""
        return self.per_call / self.before.per_call if self.before.per_call else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The scenarios in the order asked for, and what the changes between them save."""

    scenarios: tuple[Scenario, ...]
    gains: tuple[Gain, ...]


def compare(candidates: Sequence[Candidate], routed: Routed | None, today: date) -> Comparison:
    """Price each candidate, which goes by the name that was asked for. Raises `UserError`."""
    for each in candidates:
        check_lengths(each.model, each.design)
    asked = [_asked(each, today) for each in candidates]
    variants = list(chain.from_iterable(_variants(each.name, each.model, each.design) for each in candidates))
    router = [] if routed is None else [_router(routed)]
    gains = [*_by_model(asked), *variants, *map(_by_routing, [routed] if routed else [])]
    conversations = [gain.after for gain in variants if gain.after.label not in {each.label for each in asked}]
    return Comparison((*asked, *router, *conversations), tuple(gain for gain in gains if gain.per_call))


def _asked(candidate: Candidate, today: date) -> Scenario:
    model = candidate.model
    found = _scenario(candidate.name, price(model, candidate.design))
    if model.status_on(today) != "retired":
        return found
    newer = successor(model, today)
    instead = f"; {newer.id} has its place" if newer else ""
    return replace(found, notes=(f"retired on {model.retirement_date}, answers no more{instead}", *found.notes))


def _by_model(asked: list[Scenario]) -> Iterator[Gain]:
    """From the dearest to each of the others, the cheapest first."""
    dearest = max(asked, key=lambda scenario: scenario.per_call, default=None)
    for scenario in sorted(asked, key=lambda scenario: scenario.per_call):
        if dearest is not None and scenario.per_call < dearest.per_call:
            yield Gain(f"{scenario.label} instead of {dearest.label}", dearest, scenario)


def _variants(name: str, model: Model, design: Design) -> Iterator[Gain]:
    """What the caching and the batch that were asked for save, and what caching a conversation would."""
    here = _scenario(name, price(model, design))
    if design.cached_tokens:
        without = _scenario(f"{name}, uncached", price(model, uncached(design)))
        yield Gain(f"caching on {name}", without, here)
    if design.terms.batch:
        at_once = replace(design, terms=replace(design.terms, batch=False))
        standard = _scenario(f"{name}, at once", price(model, at_once))
        yield Gain(f"batch on {name}", standard, here)
    if design.turns > 1 and not design.terms.batch:
        kept = _scenario(f"{name}, conversation cached", price(model, replace(design, cache_history=True)))
        yield Gain(f"caching the conversation on {name}", here, kept)


def _by_routing(routed: Routed) -> Gain:
    everything = _scenario(routed.everything.model.id, routed.everything)
    return Gain(f"the router instead of {everything.label}", everything, _router(routed))


def _scenario(label: str, priced: Priced) -> Scenario:
    arrivals = priced.design.arrivals
    return Scenario(
        label,
        priced.model.id,
        priced.usd.total,
        None if arrivals is None else arrivals.calls_per_day,
        priced.hit_rate,
        _breakdown(priced),
        priced.notes,
    )


def _breakdown(priced: Priced) -> dict[str, Any]:
    tokens, usd, design = priced.tokens, priced.usd, priced.design
    found: dict[str, Any] = {
        "input_tokens": tokens.input,
        "cached_tokens": tokens.read + tokens.written,
        "output_tokens": None if design.output_tokens is None else tokens.output,
        "input_usd": usd.plain,
        "cache_read_usd": usd.read,
        "cache_write_usd": usd.written,
        "output_usd": None if design.output_tokens is None else usd.output,
    }
    if design.turns > 1:
        found["conversation_usd"] = usd.total * design.turns
    if design.cached_tokens or design.cache_history:
        found["cache"] = _cache(priced)
    return found


def _cache(priced: Priced) -> dict[str, Any]:
    model, design = priced.model, priced.design
    rate, arrivals = break_even_hit_rate(model, design.ttl), design.arrivals or Arrivals(0)
    needed = None if rate is None else arrivals.needed_per_hour_and_key(rate, design.ttl)
    return {
        "ttl": design.ttl,
        "minimum_tokens": model.min_cacheable_tokens,
        "calls_per_hour_and_key": design.arrivals.per_hour_and_key if design.arrivals else None,
        "break_even_hit_rate": rate,
        "break_even_calls_per_hour_and_key": needed,
        "break_even_hits": break_even_hits(model, design.ttl),
    }


def _router(routed: Routed) -> Scenario:
    arrivals, usd = routed.everything.design.arrivals, routed.usd
    shares = ",".join(f"{tier.model.id}:{share:g}" for tier, share in routed.tiers)
    breakdown = {
        "input_usd": usd.plain,
        "cache_read_usd": usd.read,
        "cache_write_usd": usd.written,
        "output_usd": usd.output,
        "classifier_usd": routed.classifier_usd,
        "tiers": [
            {"model": tier.model.id, "share": share, "per_call_usd": tier.usd.total, "usd": tier.usd.total * share}
            for tier, share in routed.tiers
        ],
        "break_even_share": routed.break_even_share,
    }
    per_call = usd.total + routed.classifier_usd
    calls = None if arrivals is None else arrivals.calls_per_day
    return Scenario("router", shares, per_call, calls, routed.hit_rate, breakdown, _router_notes(routed))


def _router_notes(routed: Routed) -> tuple[str, ...]:
    inner = chain.from_iterable(tier.notes for tier, _ in routed.tiers)
    judging = routed.classifier
    if judging is None:
        return ("nothing is counted for what decides the route: give --classifier", *dict.fromkeys(inner))
    own = f"the classifier reads the whole input on {judging.model.id} and answers with a label of 1 token"
    share, dearest = routed.break_even_share, routed.everything.model.id
    if share is None:
        pays = f"it costs no less than {dearest} alone, whatever the shares"
    else:
        pays = f"it pays once {share:.1%} of the calls go elsewhere than to {dearest}"
    return (own, pays, *dict.fromkeys(inner))
