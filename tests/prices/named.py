"""Models of the price table, for tests."""

from __future__ import annotations

from promptlint.prices.table import Model, find


def known(name: str) -> Model:
    model = find(name)
    assert model is not None, name
    return model
