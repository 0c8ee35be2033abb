"""One Claude model: its prices, limits, dates and identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

Status = Literal["active", "deprecated", "retired"]
Tokenizer = Literal["v2", "v3", "v4.7", "v4.8"]
Thinking = Literal["extended", "adaptive", "on-by-default", "always"]


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in USD per million tokens. None is unknown."""

    input: float | None = None
    output: float | None = None
    cache_write_5m: float | None = None
    cache_write_1h: float | None = None
    cache_read: float | None = None

    def scaled(self, factor: float) -> Prices:
        """Every price times `factor`."""
        return Prices(
            _times(self.input, factor),
            _times(self.output, factor),
            _times(self.cache_write_5m, factor),
            _times(self.cache_write_1h, factor),
            _times(self.cache_read, factor),
        )


@dataclass(frozen=True, slots=True)
class Premiums:
    """What is charged by rule: factors on every token price, and USD for one web search.

    `resident` (`inference_geo="us"`) and `regional` (Bedrock, Vertex) hold for models released since a day;
    earlier ones reject the first and cost the same in every region.
    """

    batch: float
    resident: float
    resident_since: date
    regional: float
    regional_since: date
    web_search_usd: float


@dataclass(frozen=True, slots=True)
class LongPrompt:
    """Prices of a whole request, output too, once its prompt has more than `above` tokens, cached ones included."""

    above: int
    price: Prices


@dataclass(frozen=True, slots=True)
class Fast:
    """Prices of `speed="fast"` in USD per million tokens, and the day it is removed, where announced."""

    input: float
    output: float
    removed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the price table. Lengths are in tokens; None is unknown, never a neighbour's value.

    `family` is the tier; `status` is that of the table's date. `tokenizer` is the tokenizer's generation,
    `tokenizer_measured` whether it was measured: for this model, or v3 as a whole. `forced_tool_choice` is false where
    the API rejects a `tool_choice` of any or tool. `configured` if the prices are the user's, not the list's.
    """

    id: str
    family: str
    status: Status
    price: Prices
    tokenizer: Tokenizer
    aliases: tuple[str, ...] = ()
    released: date | None = None
    deprecated_on: date | None = None
    retirement_date: date | None = None
    retire_not_sooner_than: date | None = None
    replacement: str | None = None
    context_window: int | None = None
    max_output: int | None = None
    batch_price: Prices | None = None
    long_prompt: LongPrompt | None = None
    fast: Fast | None = None
    min_cacheable_tokens: int | None = None
    tokenizer_measured: bool = False
    thinking: Thinking | None = None
    default_effort: str | None = None
    forced_tool_choice: bool = True
    bedrock: str | None = None
    bedrock_profiles: tuple[str, ...] = ()
    vertex: str | None = None
    sources: tuple[str, ...] = ()
    note: str = ""
    configured: bool = False

    @property
    def takes_prefill(self) -> bool:
        """Whether it goes on with a last message of the assistant: models up to 4.5 do (facts of 2026-11)."""
        return self.thinking in (None, "extended")

    @property
    def takes_sampling(self) -> bool:
        """Whether it takes temperature, top_p, top_k and a thinking budget: models up to 4.6 do."""
        return self.tokenizer in ("v2", "v3")

    def status_on(self, today: date) -> Status:
        """The status on a day: retired from its retirement date on, deprecated from the announcement on."""
        if self.retirement_date is not None and today >= self.retirement_date:
            return "retired"
        if self.deprecated_on is not None and today >= self.deprecated_on:
            return "deprecated"
        return "active"


def _times(price: float | None, factor: float) -> float | None:
    return None if price is None else price * factor
