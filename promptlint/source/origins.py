"""What the things from outside a project depend on: the clock, chance, a file, a request."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from promptlint.request import Lifetime, Origin

LIFETIMES: dict[Origin, Lifetime] = {"environment": "process", "input": "process"}
"""How long a value of an origin lives, where that is not one request."""


@cache
def _table() -> dict[str, Origin]:
    import tomli

    table = tomli.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {name: cast("Origin", origin) for origin, listed in table.items() for name in listed}


def origin_of(name: str) -> Origin | None:
    """What an external function or object depends on, by its full name; None where the table does not say."""
    table = _table()
    while name:
        if name in table:
            return table[name]
        name = name.rstrip(".").rpartition(".")[0]
        if f"{name}." in table:
            return table[f"{name}."]
    return None
