"""PL304: one argument that makes the whole request dearer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._cost import LIST_PRICE
from promptlint.checks._place import own_place
from promptlint.findings import Hit
from promptlint.money import usd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import Argument, CallSite

US_ONLY = 1.1  # on every token, for inference_geo="us": Anthropic's price list of 2026-11


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report the switches for fast mode and for data residency."""
    speed, geo = call.request.others.get("speed"), call.request.others.get("inference_geo")
    if call.role != "call":
        return
    if speed is not None and speed.only == "fast" and (cost := _fast(call, audit)):
        yield _hit(call, speed, 'speed="fast" doubles the price of every token', cost)
    if geo is not None and geo.only == "us":
        cost = f"{US_ONLY:g} times the price of every token, cached ones too ({LIST_PRICE})"
        yield _hit(call, geo, 'inference_geo="us" adds a tenth to the price of every token', cost)


def _fast(call: CallSite, audit: Audit) -> str:
    """What a million tokens cost with and without; empty where a model has no fast mode."""
    models = audit.ledger.models(call)
    if not models or not all(model.fast and model.price.input and model.price.output for model in models):
        return ""
    model = models[0]
    fast, price = model.fast, model.price
    if fast is None or price.input is None or price.output is None:
        return ""
    return (
        f"{usd(fast.input)} instead of {usd(price.input)} per million tokens of input, "
        f"{usd(fast.output)} instead of {usd(price.output)} of output ({model.id}, {LIST_PRICE})"
    )


def _hit(call: CallSite, argument: Argument[object], message: str, cost: str) -> Hit:
    return Hit(
        place=own_place(call, argument.place),
        message=message,
        call=call.id,
        label="makes each request dearer",
        cost=cost,
        help="Leave it out where nobody waits and no rule asks for it; switching it also empties the cache",
    )
