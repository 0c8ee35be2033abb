"""The price lists that apply to a request: by the length of its prompt, batch, speed, region and residency."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from promptlint.prices.names import parse
from promptlint.prices.table import premiums

if TYPE_CHECKING:
    from promptlint.estimate import Estimate
    from promptlint.prices.model import Model, Prices
    from promptlint.request import Argument, CallSite

Maybe = tuple[bool, ...]
"""What may be the case, the likelier first: (False,) surely not, (False, True) not known."""

_NO: Maybe = (False,)
_REGIONAL_CLOUDS = frozenset({"bedrock", "vertex"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What the price of a token depends on besides the model and the length of the prompt.

    `fast` is `speed="fast"`; `resident` is `inference_geo="us"`; `regional` a regional endpoint of Bedrock or Vertex.
    """

    batch: bool = False
    fast: Maybe = _NO
    resident: Maybe = _NO
    regional: Maybe = _NO


STANDARD = Terms()


def terms_of(call: CallSite, names: tuple[str, ...]) -> Terms:
    """The terms of a call, for a model that goes by these names in it."""
    request = call.request
    regional = [known for name in names for known in is_regional(name, call.client.platform)]
    return Terms(
        batch=request.batch,
        fast=_is(request.others.get("speed"), "fast"),
        resident=_is(request.others.get("inference_geo"), "us"),
        regional=tuple(dict.fromkeys(regional)) or _NO,
    )


def _is(argument: Argument[Any] | None, word: str) -> Maybe:
    if argument is None or argument.present is False:
        return _NO
    found = [value == word for value in argument.values]
    if not argument.complete or argument.present is None or not found:
        found += [False, True]
    return tuple(dict.fromkeys(found))


def is_regional(name: str, platform: str | None = None) -> Maybe:
    """Whether a model's name is that of a regional endpoint, on the client's platform unless it names one itself.

    Bedrock says in the id whether an endpoint is global; Vertex has it in the client's region.
    """
    parsed = parse(name)
    cloud = parsed.platform or platform
    if cloud not in _REGIONAL_CLOUDS:
        return _NO
    if cloud == "vertex":
        return (False, True)
    return ("global.anthropic." not in name,)


def price_lists(model: Model, prompt: Estimate, terms: Terms = STANDARD) -> tuple[Prices, ...]:
    """The price lists that may apply to a prompt of this length, the likeliest first; USD per million tokens.

    Several where the model has a tier for long prompts and the length may lie on both sides of its threshold, or
    where a term is not known. Empty prices where a batch's are not known.
    """
    lists = [
        _surcharged(_batched(model, base, terms.batch), model, resident, regional)
        for regional, resident, fast in product(terms.regional, terms.resident, terms.fast)
        for base in (_by_length(model, prompt) if not fast else (_fast(model),))
    ]
    return tuple(dict.fromkeys(lists))


def _by_length(model: Model, prompt: Estimate) -> tuple[Prices, ...]:
    if model.long_prompt is None:
        return (model.price,)
    standard, long, above = model.price, model.long_prompt.price, model.long_prompt.above
    if prompt.low > above:
        return (long,)
    if prompt.high is not None and prompt.high <= above:
        return (standard,)
    return (long, standard) if prompt.value is not None and prompt.value > above else (standard, long)


def _fast(model: Model) -> Prices:
    """Fast prices, the cache's in the same proportion; a model without a fast mode runs at the standard ones."""
    if model.fast is None or not model.price.input:
        return model.price
    scaled = model.price.scaled(model.fast.input / model.price.input)
    return type(scaled)(
        model.fast.input, model.fast.output, scaled.cache_write_5m, scaled.cache_write_1h, scaled.cache_read
    )


def _batched(model: Model, prices: Prices, batch: bool) -> Prices:
    if not batch:
        return prices
    return type(prices)() if model.batch_price is None else prices.scaled(premiums().batch)


def _surcharged(prices: Prices, model: Model, resident: bool, regional: bool) -> Prices:
    known = premiums()
    if resident and model.released is not None and model.released >= known.resident_since:
        prices = prices.scaled(known.resident)
    if regional and model.released is not None and model.released >= known.regional_since:
        prices = prices.scaled(known.regional)
    return prices
