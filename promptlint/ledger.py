"""The ledger of a run: tokens and cost of each call, worked out once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.prices.book import PriceBook
from promptlint.prices.cost import FREE, CallCost, cost
from promptlint.prices.design import price
from promptlint.prices.in_use import caches_conversation, design_of
from promptlint.prices.levers import fully_priced
from promptlint.prices.table import Model, find
from promptlint.prices.terms import Terms, terms_of
from promptlint.prices.traffic import Traffic
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
    tools_usd: Estimate = FREE

    @property
    def usd(self) -> Estimate:
        """The whole call."""
        return self.input_usd + self.output_usd + self.tools_usd


class Ledger:
    """What each call costs, at the user's prices and for the traffic that the user has configured.

    Tokens are memoised by request: a check may ask about a changed copy of a call. `holes` are the sizes that the user
    gave to what is known at run time only, `recorded` is what the API counted.
    """

    def __init__(
        self,
        counter: Counter | None = None,
        book: PriceBook | None = None,
        traffic: Traffic | None = None,
        holes: HoleSizes | None = None,
        recorded: Recorded = NOTHING,
    ) -> None:
        self._counter = Counter() if counter is None else counter
        self._book = book or PriceBook()
        self.traffic = traffic or Traffic()
        self._holes = HoleSizes() if holes is None else holes
        self._recorded = recorded
        self._tokens: dict[tuple[int, str, str], tuple[Request, RequestTokens]] = {}

    def models(self, call: CallSite) -> tuple[Model, ...]:
        """The known models among those that the call may use, likeliest first."""
        found = [model for name in call.request.model.values if (model := self._book.find(name)) is not None]
        return tuple({model.id: model for model in found}.values())

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

    def priced(self, model: Model) -> Model:
        """A model of the table at the user's prices."""
        return self._book.priced(model)

    def sent(self, call: CallSite, model: Model) -> RequestTokens:
        """The input tokens of one call on average, as far as the workload tells what the code does not."""
        tokens, workload = self.tokens(call, model), self.traffic.workload(call)
        if workload is None:
            return tokens
        total, cached = tokens.total, tokens.cached_prefix
        if workload.input_tokens is not None:
            total = Estimate.exactly(workload.input_tokens, "configured")
        if workload.turns > 1:
            growth = (workload.tokens_per_turn or 0) * (workload.turns - 1) / 2
            total += Estimate.exactly(growth, "configured")
        if cached is not None and (cached.high is None or caches_conversation(call.request)):
            cached = Estimate(cached.low, None, total.high, cached.source)
        return replace(tokens, total=total, cached_prefix=cached)

    def cost(self, call: CallSite, model: Model) -> CallCost:
        """The cost of one call of a model; nothing for a call that is free."""
        if not call.priced:
            return CallCost(FREE, FREE)
        found = cost(call.request, model, self.sent(call, model), self.terms(call, model), self.traffic.use(call))
        expected = self._expected_usd(call, model) if found.input_usd.value is None else None
        return found if expected is None else replace(found, input_usd=replace(found.input_usd, value=expected))

    def _expected_usd(self, call: CallSite, model: Model) -> float | None:
        """USD of a cached input whose extent only a workload tells: a conversation's, or what a marker never reads."""
        workload, arrivals = self.traffic.workload(call), self.traffic.arrivals(call)
        if workload is None or not call.request.cache_breakpoints or not fully_priced(model):
            return None
        if workload.turns < 2 and caches_conversation(call.request):
            return None
        tokens, terms = self.tokens(call, model), self.terms(call, model)
        design = design_of(call.request, tokens, workload, arrivals, terms)
        return None if design is None or design.rate() is None else price(model, design).usd.input

    def terms(self, call: CallSite, model: Model) -> Terms:
        """What the price of a token depends on besides the length, for one of the models that a call may use."""
        return terms_of(call, tuple(name for name in call.request.model.values if find(name) is find(model.id)))

    def total(self, call: CallSite) -> Total:
        """The intervals over all possible models; a possible model that is not known leaves them open."""
        models = self.models(call)
        tokens = [self.sent(call, model) for model in models]
        costs = [self.cost(call, model) for model in models]
        if not models or not self._all_known(call):
            tokens.append(RequestTokens.unknown())
            costs.append(CallCost(Estimate.unknown(), Estimate.unknown()))
        return Total(
            tokens=RequestTokens.hull(tokens),
            input_usd=Estimate.hull(each.input_usd for each in costs),
            output_usd=Estimate.hull(each.output_usd for each in costs),
            by_model={model.id: self.cost(call, model) for model in models},
            tools_usd=Estimate.hull(each.tools_usd for each in costs),
        )

    def save(self) -> None:
        """Keep the token counts for the next run."""
        self._counter.save()

    def _all_known(self, call: CallSite) -> bool:
        names = call.request.model
        return names.complete and all(find(name) is not None for name in names.values)
