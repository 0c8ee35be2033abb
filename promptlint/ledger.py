"""The ledger of a run: tokens and cost of each call, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.prices.cost import CallCost, cost
from promptlint.prices.table import Model, find, known
from promptlint.tokens.count import Counter
from promptlint.tokens.holes import HoleSizes
from promptlint.tokens.measure import RequestTokens, measure
from promptlint.tokens.recorded import NOTHING, Recorded

if TYPE_CHECKING:
    from promptlint.request import CallSite, Request


@dataclass(frozen=True, slots=True)
class Total:
    """Tokens and USD of one call over all models that it may use, likeliest first, and the cost for each known one."""

    tokens: RequestTokens
    input_usd: Estimate
    output_usd: Estimate
    by_model: dict[str, CallCost]


class Ledger:
    """What each call costs. Tokens are memoised by request: a check may ask about a changed copy of a call.

    `holes` are the sizes that the user gave to what is known at run time only, `recorded` is what the API counted.
    """

    def __init__(
        self, counter: Counter | None = None, holes: HoleSizes | None = None, recorded: Recorded = NOTHING
    ) -> None:
        self._counter = Counter() if counter is None else counter
        self._holes = HoleSizes() if holes is None else holes
        self._recorded = recorded
        self._tokens: dict[tuple[int, str, str], tuple[Request, RequestTokens]] = {}

    def models(self, call: CallSite) -> tuple[Model, ...]:
        """The known models among those that the call may use, likeliest first."""
        return known(call.request.model.values)

    def count(self, text: str, model: Model) -> Estimate:
        """The tokens of a text alone."""
        return self._counter.count(text, model)

    def tokens(self, call: CallSite, model: Model) -> RequestTokens:
        """The input tokens of one call of a model."""
        key = (id(call.request), call.id, model.id)
        if key not in self._tokens:
            # The request is kept with its tokens: an id is unique only as long as its object lives.
            measured = measure(call.request, model, self._counter, self._holes.of(call), self._recorded)
            self._tokens[key] = (call.request, measured)
        return self._tokens[key][1]

    def cost(self, call: CallSite, model: Model) -> CallCost:
        """The cost of one call of a model; nothing for a call that is free."""
        if not call.priced:
            free = Estimate.exactly(0, "list price")
            return CallCost(free, free)
        return cost(call.request, model, self.tokens(call, model))

    def total(self, call: CallSite) -> Total:
        """The intervals over all possible models; a possible model that is not known leaves them open."""
        models = self.models(call)
        tokens = [self.tokens(call, model) for model in models]
        costs = [self.cost(call, model) for model in models]
        if not models or not self._all_known(call):
            tokens.append(RequestTokens.unknown())
            costs.append(CallCost(Estimate.unknown(), Estimate.unknown()))
        return Total(
            tokens=RequestTokens.hull(tokens),
            input_usd=Estimate.hull(each.input_usd for each in costs),
            output_usd=Estimate.hull(each.output_usd for each in costs),
            by_model={model.id: self.cost(call, model) for model in models},
        )

    def save(self) -> None:
        """Keep the token counts for the next run."""
        self._counter.save()

    def _all_known(self, call: CallSite) -> bool:
        names = call.request.model
        return names.complete and all(find(name) is not None for name in names.values)
