"""The price book of a run: the table's list prices, and where the user pays others, those."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from promptlint.errors import UserError
from promptlint.own_prices import OwnPrice, OwnPrices
from promptlint.prices.model import Fast, LongPrompt, Model, Prices
from promptlint.prices.table import all_models, find, premiums


class PriceBook:
    """Models at the prices that the user pays. Raises `UserError` for a price of a model that is not known."""

    def __init__(self, own: OwnPrices | None = None) -> None:
        own = own or OwnPrices()
        self._discount = own.discount
        self._own = {_known(name, "in `prices` ").id: price for name, price in own.models.items()}

    def find(self, name: str) -> Model | None:
        """The model that goes by a name; None for a name that is not exactly a known one's."""
        model = find(name)
        return None if model is None else self.priced(model)

    def model(self, name: str) -> Model:
        """The model that goes by a name. Raises `UserError` with those that may have been meant."""
        return self.priced(_known(name))

    def priced(self, model: Model) -> Model:
        """A model of the table at the user's prices."""
        own = self._own.get(model.id)
        if own is None and not self._discount:
            return model
        return _repriced(model, own or OwnPrice(), self._discount)


def _known(name: str, where: str = "") -> Model:
    model = find(name)
    if model is not None:
        return model
    names = [known for each in all_models() for known in (each.id, *each.aliases)]
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    advice = f"did you mean {' or '.join(near)}? " if near else ""
    raise UserError(f"{where}unknown model `{name}`", f"{advice}`promptlint models` lists all that are known")


def _repriced(model: Model, own: OwnPrice, discount: float) -> Model:
    """What is not named keeps its list price. A discount, the model's before that of all, is taken off everything."""
    factor = 1 - (discount if own.discount is None else own.discount)

    def paid(name: str) -> float | None:
        mine: float | None = getattr(own, name)
        return getattr(model.price, name) if mine is None else mine

    return _with_prices(model, Prices(**{name: paid(name) for name in Prices.__dataclass_fields__}), factor)


def _with_prices(model: Model, price: Prices, factor: float) -> Model:
    final, long, fast = price.scaled(factor), model.long_prompt, model.fast
    return replace(
        model,
        price=final,
        batch_price=None if model.batch_price is None else final.scaled(premiums().batch),
        long_prompt=None if long is None else LongPrompt(long.above, long.price.scaled(factor)),
        fast=None if fast is None else Fast(fast.input * factor, fast.output * factor, fast.removed_on),
        configured=True,
    )
