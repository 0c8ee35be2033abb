"""What a call costs that is not code yet: lengths and traffic are given, not read from anywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.errors import UserError
from promptlint.estimate import Estimate
from promptlint.prices.caching import LIFETIME_HOURS, break_even_hit_rate, write_price
from promptlint.prices.terms import STANDARD, Terms, price_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from promptlint.prices.arrivals import Arrivals
    from promptlint.prices.caching import Ttl
    from promptlint.prices.model import Model

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Design:
    """A call in tokens: `cached_tokens` of its input lie in the cached prefix. An output of None is not counted.

    In a conversation of `turns` calls, the i-th sends `tokens_per_turn` (i - 1) times on top. `hit_rate` None is
    that of the arrivals. `cache_history` caches a conversation up to its end; with a `history_cap`, no more than so
    many earlier turns are sent, and a window that slides reads nothing of what the turn before wrote.
    """

    input_tokens: float
    output_tokens: float | None = None
    cached_tokens: float = 0
    turns: int = 1
    tokens_per_turn: float = 0
    arrivals: Arrivals | None = None
    hit_rate: float | None = None
    ttl: Ttl = "5m"
    terms: Terms = STANDARD
    cache_history: bool = False
    history_cap: int | None = None

    def rate(self) -> float | None:
        """The share of calls that read the cached prefix; None where nothing tells."""
        if self.hit_rate is not None:
            return self.hit_rate
        return None if self.arrivals is None else self.arrivals.hit_rate(self.ttl)

    @property
    def longest(self) -> float:
        """The tokens of the longest prompt, that of the last turn."""
        return self.length(self.turns - 1)

    def length(self, turn: int) -> float:
        """The tokens that a turn sends, counted from 0."""
        kept = turn if self.history_cap is None else min(turn, self.history_cap)
        return self.input_tokens + kept * self.tokens_per_turn


@dataclass(frozen=True, slots=True)
class Parts:
    """Tokens, or USD, of one call by what is charged for."""

    plain: float = 0.0
    read: float = 0.0
    written: float = 0.0
    output: float = 0.0

    @property
    def input(self) -> float:
        """All but the output."""
        return self.plain + self.read + self.written

    @property
    def total(self) -> float:
        """Everything."""
        return self.input + self.output

    def __add__(self, other: Parts) -> Parts:
        return self._with(lambda mine, theirs: mine + theirs, other)

    def times(self, factor: float) -> Parts:
        """Everything times `factor`."""
        return self._with(lambda mine, _: mine * factor, self)

    def _with(self, combine: Callable[[float, float], float], other: Parts) -> Parts:
        return Parts(
            combine(self.plain, other.plain),
            combine(self.read, other.read),
            combine(self.written, other.written),
            combine(self.output, other.output),
        )


@dataclass(frozen=True, slots=True)
class Priced:
    """A design on a model: tokens and USD of one call, over a conversation the average of its calls.

    `hit_rate` is the share of the cached prefix that is read; 0 where nothing is cached. `notes` say what to know.
    """

    model: Model
    design: Design
    tokens: Parts
    usd: Parts
    hit_rate: float
    notes: tuple[str, ...] = ()


def price(model: Model, design: Design) -> Priced:
    """What a design costs on a model, at the prices of the table. Raises `UserError` where that cannot be said."""
    tokens, usd = Parts(), Parts()
    for turn in _turns(model, design):
        tokens += turn
        usd += _dollars(model, turn, design)
    cached = tokens.read + tokens.written
    return Priced(
        model,
        design,
        tokens.times(1 / design.turns),
        usd.times(1 / design.turns),
        hit_rate=tokens.read / cached if cached else 0.0,
        notes=tuple(_notes(model, design)),
    )


def check_lengths(model: Model, design: Design) -> None:
    """Raises `UserError` for a prompt or an output that the model cannot take."""
    if model.context_window is not None and design.longest > model.context_window:
        message = f"a prompt of {design.longest:,.0f} tokens is longer than {model.id} takes, {model.context_window:,}"
        raise UserError(message, "make it shorter, or leave that model out")
    if model.max_output is not None and (design.output_tokens or 0) > model.max_output:
        message = (
            f"an output of {design.output_tokens:,.0f} tokens is more than {model.id} writes, {model.max_output:,}"
        )
        raise UserError(message, "make it shorter, or leave that model out")


def uncached(design: Design) -> Design:
    """The same without any caching."""
    return replace(design, cached_tokens=0, cache_history=False)


def is_cached(model: Model, prefix: float) -> bool:
    """Whether a prefix is long enough; a minimum that is not known is taken as reached."""
    return prefix > 0 and prefix >= (model.min_cacheable_tokens or 0)


def _turns(model: Model, design: Design) -> Iterator[Parts]:
    """The tokens of each call of a conversation, the expected ones where the cache decides."""
    kept, output = 0.0, design.output_tokens or 0.0
    for turn in range(design.turns):
        length = design.length(turn)
        slides = design.history_cap is not None and turn > design.history_cap
        if design.cache_history and turn and not slides:
            now = length if is_cached(model, length) else 0.0
            yield Parts(length - now, kept, now - kept, output)
            kept = now
        else:
            first = _first(model, design, length)
            kept = length - first.plain if design.cache_history else 0.0
            yield replace(first, output=output)


def _first(model: Model, design: Design, length: float) -> Parts:
    """A call that finds nothing in the cache but the shared prefix, at the hit rate."""
    prefix = design.cached_tokens if is_cached(model, design.cached_tokens) else 0.0
    read = prefix * _known_rate(design) if prefix else 0.0
    to_end = length if design.cache_history and is_cached(model, length) else prefix
    return Parts(length - to_end, read, to_end - read)


def _known_rate(design: Design) -> float:
    rate = design.rate()
    if rate is None:
        raise UserError(
            "how often the cached prefix is read depends on the traffic, which is not given",
            "give --calls-per-day, or the share of calls that read it as --hit-rate",
        )
    return rate


def _dollars(model: Model, tokens: Parts, design: Design) -> Parts:
    prices = price_lists(model, Estimate.exactly(tokens.input, "configured"), design.terms)[0]
    return Parts(
        _times(tokens.plain, prices.input, model, design, "input"),
        _times(tokens.read, prices.cache_read, model, design, "cache read"),
        _times(tokens.written, write_price(prices, design.ttl), model, design, "cache write"),
        _times(tokens.output, prices.output, model, design, "output"),
    )


def _times(tokens: float, price: float | None, model: Model, design: Design, what: str) -> float:
    if not tokens:
        return 0.0
    if price is None:
        batch = "batch " if design.terms.batch else ""
        raise UserError(f"no {batch}{what} price of {model.id} is known", "leave that model out, or do without")
    return tokens * price / _MILLION


def _notes(model: Model, design: Design) -> Iterator[str]:
    if design.output_tokens is None:
        yield "the output is not counted: give --output-tokens"
    yield from _notes_on_length(model, design)
    yield from _notes_on_cache(model, design)


def _notes_on_length(model: Model, design: Design) -> Iterator[str]:
    step = model.long_prompt
    if step is not None and design.longest > step.above:
        which = "the call" if design.turns == 1 else "the last calls of the conversation"
        yield f"{which}: more than {step.above:,} tokens, which {model.id} charges whole at its long-prompt prices"


def _notes_on_cache(model: Model, design: Design) -> Iterator[str]:
    prefix = design.longest if design.cache_history else design.cached_tokens
    if not prefix:
        return
    least = model.min_cacheable_tokens
    if least is None:
        yield f"the least prefix that {model.id} caches is not published: this one is taken to be long enough"
    elif prefix < least:
        yield f"a prefix of {prefix:,.0f} tokens is under the {least:,} that {model.id} caches: nothing is cached"
        return
    if design.cache_history:
        yield f"each turn is taken to follow within {_lifetime(design.ttl)}"
    rate, needed = design.rate(), break_even_hit_rate(model, design.ttl)
    if not design.cache_history and rate is not None and needed is not None and rate < needed:
        yield f"caching does not pay: {rate:.1%} of the calls read the prefix, and it takes {needed:.1%}"
    if design.terms.batch:
        yield "in a batch, cache hits are best effort: 30 to 98 %"
    yield from _note_on_nights(design)


def _note_on_nights(design: Design) -> Iterator[str]:
    """What the first calls of a day, which find a cold cache, take from the rate of steady arrivals."""
    if design.arrivals is None or design.hit_rate is not None:
        return
    steady, whole = design.arrivals.steady_hit_rate(design.ttl), design.arrivals.hit_rate(design.ttl)
    if steady - whole >= 0.001:
        yield f"each key is cold in the morning: that makes the hit rate {whole:.1%}, not {steady:.1%}"


def _lifetime(ttl: Ttl) -> str:
    hours = LIFETIME_HOURS[ttl]
    return f"{hours:.0f} hour" if hours >= 1 else f"{hours * 60:.0f} minutes"
