"""What would make a call cheaper: each change priced on the request as it is after the changes before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.prices.design import price, uncached
from promptlint.prices.table import cheaper, price_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.prices.caching import Ttl
    from promptlint.prices.design import Design
    from promptlint.prices.model import Model

_WORTH = 0.001
"""The part of the cost that a change has to save to be named."""
_WORTH_NOW = 0.01
"""The part of what is left that a change has to save to be named."""
_SHORTER = 0.25
_WORDS: dict[Ttl, str] = {"5m": "5 minutes", "1h": "1 hour"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it is sent to one model: a text has another length in tokens on each.

    `prefix` is the constant part of the input, `padding` what white space costs in JSON that stands in it. `hit_rate`
    is that of a prefix which is cached anew; None is that of the arrivals.
    """

    design: Design
    prefix: float
    padding: float = 0.0
    hit_rate: float | None = None


Lengths = Callable[["Model"], Sent]


@dataclass(frozen=True, slots=True)
class State:
    """The call with some changes made. `caching` None leaves it as it is."""

    model: Model
    batch: bool = False
    shorter: bool = False
    compact: bool = False
    caching: tuple[Ttl | None, bool] | None = None
    history_cap: int | None = None

    def usd(self, lengths: Lengths) -> float:
        """USD of one call."""
        sent = lengths(self.model)
        design = sent.design
        if self.caching is not None:
            ttl, history = self.caching
            prefix = sent.prefix if ttl else 0.0
            design = replace(uncached(design), ttl=ttl or "5m", hit_rate=sent.hit_rate)
            design = replace(design, cached_tokens=prefix, cache_history=history)
        if self.compact:
            saved = min(sent.padding, design.input_tokens)
            held = max(0.0, design.cached_tokens - saved)
            design = replace(design, input_tokens=design.input_tokens - saved, cached_tokens=held)
        if self.shorter and design.output_tokens is not None:
            design = replace(design, output_tokens=design.output_tokens * (1 - _SHORTER))
        if self.batch:
            design = replace(design, terms=replace(design.terms, batch=True))
        return price(self.model, replace(design, history_cap=self.history_cap)).usd.total


@dataclass(frozen=True, slots=True)
class Step:
    """One change: what it is, what has to be true for it, USD saved by call, and what is left of the cost then."""

    change: str
    condition: str
    saving: float
    left: float

    @property
    def share(self) -> float:
        """The part saved of what the steps before have left."""
        return self.saving / (self.saving + self.left)


Change = Callable[[State], Iterator[tuple[str, str, State]]]
"""The ways of making one change, each with its name, its condition and the call after it."""


@dataclass(frozen=True, slots=True)
class Possible:
    """Which changes a call allows: a gateway may do the caching, and nobody can wait for a batch."""

    can_wait: bool = False
    can_cache: bool = True
    priced: Callable[[Model], Model] = lambda model: model


def fully_priced(model: Model) -> bool:
    """Whether every price of a model is known that a change could need."""
    price = model.price
    known = (price.input, price.output, price.cache_read, price.cache_write_5m, price.cache_write_1h)
    return None not in known and model.batch_price is not None


def steps(model: Model, lengths: Lengths, possible: Possible) -> tuple[Step, ...]:
    """The changes that save, best first, each on what the ones before have left."""
    state, changes = State(model), _changes(lengths(model), possible)
    smaller = changes[0]
    usd, found = state.usd(lengths), []
    worth = usd * _WORTH
    while changes and worth:
        ways = [(way[2].usd(lengths), at, way) for at, change in enumerate(changes) for way in change(state)]
        # Of ways that cost about the same, the one that is named first: five minutes before an hour.
        best = min(ways, key=lambda way: round(way[0] / worth), default=None)
        if best is None or usd - best[0] <= max(worth, usd * _WORTH_NOW):
            break
        left, at, (name, condition, state) = best
        found.append(Step(name, condition, usd - left, left))
        usd = left
        if changes[at] is not smaller:  # there may be a tier below that one
            del changes[at]
    return tuple(found)


def _changes(sent: Sent, possible: Possible) -> list[Change]:
    design = sent.design
    # The first one can be made again.
    changes: list[Change] = [lambda state: _smaller(state, possible)]
    if possible.can_cache and (design.rate() is not None):
        changes.append(lambda state: _caching(state, design))
    if possible.can_wait and not design.terms.batch and not any(design.terms.fast):
        changes.append(_batch)
    if design.output_tokens:
        changes.append(_shorter)
    if sent.padding:
        changes.append(_compact)
    if design.turns > 1 and design.tokens_per_turn:
        changes.append(lambda state: _bounded(state, design.turns // 2))
    return changes


def _smaller(state: State, possible: Possible) -> Iterator[tuple[str, str, State]]:
    other = cheaper(state.model)
    if other is not None and fully_priced(other):
        smaller = possible.priced(other)
        condition = (
            f"{price_ratio(state.model, smaller) or 1:.2g} times cheaper by the token; if its answers are as good"
        )
        yield f"{other.id} instead of {state.model.id}", condition, replace(state, model=smaller)


def _caching(state: State, design: Design) -> Iterator[tuple[str, str, State]]:
    """Every way of caching, and none at all where it is cached now."""
    for ttl, name in _WORDS.items():
        yield f"cache the prefix for {name}", "", replace(state, caching=(ttl, False))
        if design.turns > 1:
            both = f"cache the prefix and the conversation for {name}"
            yield both, "each turn in time, and nothing before it changing", replace(state, caching=(ttl, True))
    if design.cached_tokens:
        yield "do not cache", "the prefix is read too seldom", replace(state, caching=(None, False))


def _batch(state: State) -> Iterator[tuple[str, str, State]]:
    yield "send it as a batch", "answers within hours", replace(state, batch=True)


def _shorter(state: State) -> Iterator[tuple[str, str, State]]:
    condition = "if they can be: ask for it, max_tokens only cuts them off"
    yield f"answers {_SHORTER:.0%} shorter", condition, replace(state, shorter=True)


def _compact(state: State) -> Iterator[tuple[str, str, State]]:
    yield "JSON in the prompt without indentation", "", replace(state, compact=True)


def _bounded(state: State, turns: int) -> Iterator[tuple[str, str, State]]:
    condition = "if the model can do without the older ones"
    yield f"send the last {turns} turns only", condition, replace(state, history_cap=turns)


def together(found: Sequence[Step]) -> float:
    """The part of the cost that all steps together save."""
    if not found:
        return 0.0
    before = found[0].saving + found[0].left
    return 1 - found[-1].left / before
