"""What calls could share: the constant beginning of their requests, and what reading it saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import known
from promptlint.checks._prefix import minimum, possible_models
from promptlint.prices.caching import cached_saving_per_call, write_premium_per_call

if TYPE_CHECKING:
    from promptlint.audit import Audit
    from promptlint.estimate import Estimate
    from promptlint.prices.caching import Ttl
    from promptlint.prices.model import Model
    from promptlint.request import CacheMarker, CallSite


def cacheable(call: CallSite, audit: Audit) -> Estimate | None:
    """The tokens of the constant beginning, if it is long enough to be cached on every model that the call can use."""
    found = [(audit.ledger.tokens(call, model).prefix, minimum(call, model)) for model in possible_models(call, audit)]
    if found and all(least is not None and tokens.at_least(least) for tokens, least in found):
        return found[0][0]
    return None


def missed(call: CallSite, model: Model, tokens: Estimate, marker: CacheMarker) -> float:
    """USD by which one call that writes these tokens is dearer than one that reads them."""
    ttl: Ttl = "1h" if marker.ttl == "1h" else "5m"
    sent, batch = known(tokens), call.request.batch
    return cached_saving_per_call(model, sent, batch).low + write_premium_per_call(model, sent, ttl, batch).low
