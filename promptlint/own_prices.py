"""[tool.promptlint.prices]: what the user pays instead of the list price. Every amount has its unit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from promptlint.toml import WrongValue

_NUMBER = r"(?P<number>\d[\d_,]*(?:\.\d+)?|\.\d+)"
_PER = r"\s*(?:/|per)\s*(?P<per>MTok|(?:1 ?)?M(?:illion)? tokens|KTok|(?:1 ?)?k tokens|(?:1,?000|thousand) tokens)"
_AMOUNT = re.compile(rf"(?:\$\s*{_NUMBER}|{_NUMBER.replace('number', 'other')}\s*USD){_PER}", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_THOUSANDS = 1000
_UNIT_HELP = 'write the unit too: "$1.80 / MTok", or "1.80 USD per million tokens"'
_PRICES = ("input", "output", "cache-write-5m", "cache-write-1h", "cache-read")


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """The prices of one model in USD per million tokens, None for the list price; `discount` is the part taken off."""

    input: float | None = None
    output: float | None = None
    cache_write_5m: float | None = None
    cache_write_1h: float | None = None
    cache_read: float | None = None
    discount: float | None = None


@dataclass(frozen=True, slots=True)
class OwnPrices:
    """The user's prices by model, and the discount on all others; `written` is the table as it stands."""

    discount: float = 0.0
    models: Mapping[str, OwnPrice] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)


def read(value: object) -> OwnPrices:
    """The table as the configuration has it. Raises `WrongValue`."""
    if not isinstance(value, dict):
        raise WrongValue(f"must be a table, not {_shown(value)}", "write [tool.promptlint.prices.claude-sonnet-5-5]")
    discount = _percent("`discount`", value["discount"]) if "discount" in value else 0.0
    models = {name: _model(name, fields) for name, fields in value.items() if name != "discount"}
    return OwnPrices(discount, models, value)


def _model(name: str, value: object) -> OwnPrice:
    if not isinstance(value, dict):
        raise WrongValue(f"for `{name}` must be a table, not {_shown(value)}", 'write { input = "$1.80 / MTok" }')
    found = {}
    for key, given in value.items():
        where = f"for `{name}`: `{key}`"
        if key == "discount":
            found[key] = _percent(where, given)
        elif key in _PRICES:
            found[key.replace("-", "_")] = _amount(where, given)
        else:
            raise WrongValue(f"for `{name}` has no key `{key}`", f"the keys are {', '.join(_PRICES)}, discount")
    return OwnPrice(**found)


def _amount(where: str, value: object) -> float:
    """USD per million tokens."""
    found = _AMOUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise WrongValue(f"{where} must be an amount with its unit, not {_shown(value)}", _UNIT_HELP)
    number = float((found["number"] or found["other"]).replace(",", "").replace("_", ""))
    return number if found["per"].lower().lstrip("1 ").startswith("m") else number * _THOUSANDS


def _percent(where: str, value: object) -> float:
    found = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise WrongValue(f"{where} must be in percent, not {_shown(value)}", 'write the unit too: "15%"')
    share = float(found[1]) / 100
    if share > 1:
        raise WrongValue(f"{where} must be at most 100%, not {_shown(value)}")
    return share


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
