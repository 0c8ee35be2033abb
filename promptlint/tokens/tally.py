"""What one model makes of a prompt or a request: tokens, cost, and whether a cache would hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.prices.cost import cost, dollars
from promptlint.prices.terms import price_lists
from promptlint.tokens.measure import measure
from promptlint.tokens.reasons import reasons
from promptlint.tokens.recorded import NOTHING, Recorded

if TYPE_CHECKING:
    from promptlint.estimate import Estimate
    from promptlint.prices.model import Model
    from promptlint.request import Request
    from promptlint.tokens.count import Counter


@dataclass(frozen=True, slots=True)
class Tally:
    """Tokens, and input cost in USD. `prefix` is what a cache could hold; `reason` tells why tokens are unknown."""

    model: Model
    tokens: Estimate
    prefix: Estimate
    input_usd: Estimate
    reason: str = ""

    @property
    def minimum(self) -> int | None:
        """The tokens from which the model caches a prefix; None where that is not known."""
        return self.model.min_cacheable_tokens

    @property
    def cacheable(self) -> bool | None:
        """Whether the prefix reaches that minimum; None where that cannot be told."""
        if self.minimum is None:
            return None
        if self.prefix.at_least(self.minimum):
            return True
        return False if self.prefix.below(self.minimum) else None


def of_text(text: str, model: Model, counter: Counter, recorded: Recorded = NOTHING) -> Tally:
    """A text alone, without any frame."""
    tokens = recorded.text(text, model) or counter.count(text, model)
    return Tally(model, tokens, tokens, dollars(tokens, price_lists(model, tokens)[0].input))


def of_request(request: Request, model: Model, counter: Counter, recorded: Recorded = NOTHING) -> Tally:
    """A whole request, as this model would read it."""
    measured = measure(request, model, counter, recorded=recorded)
    why = "; ".join(reasons(request, model)) if measured.total.value is None else ""
    return Tally(model, measured.total, measured.prefix, cost(request, model, measured).input_usd, why)
