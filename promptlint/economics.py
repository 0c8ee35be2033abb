"""The economics of one call: when caching pays, where the markers go, and what would make the call cheaper."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.prices.arrivals import Arrivals
from promptlint.prices.breakpoints import Growth, Plan, Segment, best, cold_fan_out_usd, growth
from promptlint.prices.caching import LIFETIME_HOURS, break_even_hit_rate, break_even_hits
from promptlint.prices.in_use import design_of
from promptlint.prices.levers import Possible, Sent, Step, fully_priced, steps
from promptlint.prices.terms import price_lists
from promptlint.request import Messages, System

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from promptlint.ledger import Ledger
    from promptlint.prices.caching import Ttl
    from promptlint.prices.design import Design
    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Text

_AT_ONCE = frozenset({"gather", "pool"})
_ENOUGH_TEXT = 50
_OLD_TOKENIZERS = frozenset({"v2", "v3"})
_NEWER_TOKENS = 1.3
"""Claude 4.7 and later make about 30 % more tokens of a text than earlier ones (documentation, 2026-10)."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """From where on caching pays: the share of calls that must read, the reads for one write, calls an hour and key."""

    hit_rate: float
    hits: float
    calls_per_hour: float


@dataclass(frozen=True, slots=True)
class Economics:
    """What is known of the economics of a call on its likeliest model; None is not known.

    `segments` are the constant parts of the prefix. `plan` needs the traffic. `fan_out_usd` is what the calls that
    start at once on a cold cache pay more, all of them together.
    """

    segments: tuple[Segment, ...]
    break_even: Mapping[Ttl, BreakEven]
    arrivals: Arrivals | None = None
    plan: Plan | None = None
    growth: Growth | None = None
    fan_out_usd: float | None = None
    steps: tuple[Step, ...] = ()


def economics(call: CallSite, ledger: Ledger, *, external_caching: bool = False) -> Economics | None:
    """Work out the economics of a call; None for one that is free, or of which no known model is possible."""
    models = ledger.models(call)
    if not models or not call.priced or call.role != "call":
        return None
    if call.sdk == "bedrock" or call.client.platform == "bedrock":  # it has minimums of its own, not known here
        return _Worker(call, ledger, replace(models[0], min_cacheable_tokens=None)).economics(external_caching=True)
    return _Worker(call, ledger, models[0]).economics(external_caching)


@dataclass(frozen=True, slots=True)
class _Worker:
    """One call on one model."""

    call: CallSite
    ledger: Ledger
    model: Model

    def economics(self, external_caching: bool) -> Economics:
        segments = tuple(self.segments())
        prefix = sum(segment.tokens for segment in segments)
        tokens = self.ledger.sent(self.call, self.model)
        prices = price_lists(self.model, tokens.total, self.ledger.terms(self.call, self.model))[0]
        everything = (*segments, *self.history())
        return Economics(
            segments,
            dict(self.break_even()),
            self.ledger.traffic.arrivals(self.call),
            plan=best(everything, self.model, prices) if self.rates() else None,
            growth=growth(prefix, self.model, prices) if prefix else None,
            fan_out_usd=None if self.width is None else cold_fan_out_usd(prefix, self.width, prices),
            steps=self.steps(external_caching),
        )

    def segments(self) -> Iterator[Segment]:
        """The constant prefix by what it is made of: each part ends where the next begins."""
        request, start = self.call.request, 0.0
        for name, upto in (
            ("tools", replace(request, system=System(), messages=Messages())),
            ("system", replace(request, messages=Messages())),
            ("documents", request),
        ):
            end = self.ledger.tokens(replace(self.call, request=upto), self.model).prefix.value
            if end is None:
                return
            if end > start:
                yield Segment(name, end - start, self.rates())
                start = end

    def history(self) -> Iterator[Segment]:
        """What a conversation reads of itself: its first turn in all turns but one, each later one in those after."""
        workload, total = self.ledger.traffic.workload(self.call), self.first_turn()
        if workload is None or workload.turns < 2 or total is None:
            return
        n, growth_of_turn = workload.turns, workload.tokens_per_turn or 0.0
        first = max(0.0, total - (self.ledger.tokens(self.call, self.model).prefix.value or 0.0))
        tokens = first + growth_of_turn * (n - 1) / 2
        read = first * (n - 1) / n + growth_of_turn * (n - 1) * (n - 2) / (2 * n)
        if tokens:
            yield Segment("history", tokens, dict.fromkeys(LIFETIME_HOURS, read / tokens))

    def first_turn(self) -> float | None:
        """The tokens of a call, the first of a conversation."""
        workload = self.ledger.traffic.workload(self.call)
        if workload is not None and workload.input_tokens is not None:
            return workload.input_tokens
        return self.ledger.tokens(self.call, self.model).total.value

    def rates(self) -> Mapping[Ttl, float]:
        """Hit rates by lifetime; none where they are not known."""
        return self.ledger.traffic.use(self.call).hit_rates

    def break_even(self) -> Iterator[tuple[Ttl, BreakEven]]:
        arrivals = self.ledger.traffic.arrivals(self.call) or Arrivals(0)
        for ttl in LIFETIME_HOURS:
            rate, hits = break_even_hit_rate(self.model, ttl), break_even_hits(self.model, ttl)
            if rate is not None and hits is not None:
                yield ttl, BreakEven(rate, hits, arrivals.needed_per_hour_and_key(rate, ttl))

    @property
    def width(self) -> int | None:
        """How many calls start at once, where that is known."""
        loops = [loop for loop in self.call.context.loops if loop.kind in _AT_ONCE]
        return next((loop.bound for loop in loops if loop.bound is not None), None)

    def steps(self, external_caching: bool) -> tuple[Step, ...]:
        """What would make the call cheaper; nothing where the input, or the rate of a cache in use, is not known."""
        workload, use = self.ledger.traffic.workload(self.call), self.ledger.traffic.use(self.call)
        cached = bool(self.call.request.cache_breakpoints)
        if self.design(self.model) is None or (cached and not use.hit_rates):
            return ()
        if not fully_priced(self.model):
            return ()
        possible = Possible(
            workload is not None and workload.latency == "hours", not external_caching, self.ledger.priced
        )
        return steps(self.model, self.lengths, possible)

    def lengths(self, model: Model) -> Sent:
        """The request as it is sent to a model."""
        design = self.design(model)
        if design is None:
            raise ValueError("the input of this call is not known")
        tokens = self.ledger.tokens(self.call, model)
        workload = self.ledger.traffic.workload(self.call)
        rate = None if workload is None else workload.hit_rate
        return Sent(design, tokens.prefix.value or 0.0, replace(self, model=model).padding(), rate)

    def design(self, model: Model) -> Design | None:
        """The call as a design, on this or on another model."""
        return design_of(
            self.call.request,
            self.ledger.tokens(self.call, model),
            self.ledger.traffic.workload(self.call),
            self.ledger.traffic.arrivals(self.call),
            self.ledger.terms(self.call, self.model),
            self.factor(model),
        )

    def factor(self, model: Model) -> float:
        """How many tokens of a model one of this call's own is: by the text that is known, else by the generation."""
        if model.tokenizer == self.model.tokenizer:
            return 1.0
        mine, its = (self.ledger.tokens(self.call, each).total.low for each in (self.model, model))
        if mine >= _ENOUGH_TEXT and its:
            return its / mine
        older, newer = self.model.tokenizer in _OLD_TOKENIZERS, model.tokenizer not in _OLD_TOKENIZERS
        return 1.0 if older != newer else (_NEWER_TOKENS if older else 1 / _NEWER_TOKENS)

    def padding(self) -> float:
        """The tokens that JSON in a block of its own would not cost without its white space."""
        return sum(self._spared(text) for text in _known_texts(self.call))

    def _spared(self, text: str) -> float:
        compact = _compact(text)
        if compact is None:
            return 0.0
        long, short = (self.ledger.count(each, self.model).value or 0.0 for each in (text, compact))
        return max(0.0, long - short)


def _known_texts(call: CallSite) -> Iterator[str]:
    request = call.request
    blocks = [*request.system.blocks, *(block for message in request.messages.messages for block in message.blocks)]
    texts: list[Text] = [block.text for block in blocks if block.text is not None]
    yield from (known for text in texts if (known := text.known) is not None)


def _compact(text: str) -> str | None:
    """The text without white space between its values where all of it is one JSON object or array."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return None


def by_month(amount: Estimate, calls_per_month: float | None) -> Estimate | None:
    """USD in 365/12 days for an amount by call; None without a volume. No calls cost nothing, whatever one costs."""
    if calls_per_month == 0:
        return Estimate.exactly(0, "configured")
    return None if calls_per_month is None else amount.times(calls_per_month)
