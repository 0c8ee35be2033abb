"""[tool.promptlint.budget]: by how much a change may raise what calls cost, and what they may cost a month."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from promptlint.toml import WrongValue
from promptlint.workloads import is_glob

Unknown = Literal["allow", "warn", "fail"]
"""What comes of a call of which it cannot be told whether it keeps to the budget."""

_AMOUNT = re.compile(r"(?:\$\s*(?P<dollars>[\d_,]*\.?\d+)|(?P<usd>[\d_,]*\.?\d+)\s*USD)", re.IGNORECASE)
_PERCENT = re.compile(r"(?P<percent>\d+(?:\.\d+)?)\s*%")
_UNIT = 'write the unit too: "$0.01"'


@dataclass(frozen=True, slots=True)
class Increase:
    """By how much one call may become dearer: in USD, or as a share of what it cost before."""

    usd: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; None is not limited. Amounts a month are in USD for all the calls together."""

    increase_per_call: Increase | None = None
    monthly_increase: float | None = None
    monthly: float | None = None
    unknown: Unknown = "warn"


@dataclass(frozen=True, slots=True)
class Exemption:
    """Calls that no limit applies to, by id or glob: why, and the last day on which that holds."""

    call: str
    reason: str
    expires: date

    def holds(self, call: str, today: date) -> bool:
        """Whether a call is exempt on a day."""
        return today <= self.expires and (call == self.call or fnmatchcase(call, self.call))


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits for all calls, those for some by id or glob, and who is exempt; `written` is the table as it stands.

    `calls` limit each call that they match in its own right, and all that they match together a month.
    """

    limits: Limits = field(default_factory=Limits)
    calls: Mapping[str, Limits] = field(default_factory=dict)
    exemptions: tuple[Exemption, ...] = ()
    written: Mapping[str, Any] = field(default_factory=dict)

    def key_of(self, call: str) -> str | None:
        """The key of `calls` that is about a call: its id, else the first glob that matches it."""
        if call in self.calls:
            return call
        return next((key for key in self.calls if is_glob(key) and fnmatchcase(call, key)), None)

    def limits_of(self, call: str) -> Limits:
        """What limits one call: what its own key does not say is as for all."""
        key = self.key_of(call)
        return self.limits if key is None else self.calls[key]

    def exemption_of(self, call: str, today: date) -> Exemption | None:
        """Why a call is exempt on a day; None where it is not."""
        return next((exemption for exemption in self.exemptions if exemption.holds(call, today)), None)

    def without_effect(self, calls: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Each key that matches no call, and what it is a key of."""
        ids = list(calls)
        used = {self.key_of(call) for call in ids}
        yield from ((key, "calls") for key in self.calls if key not in used)
        for exemption in self.exemptions:
            if not any(call == exemption.call or fnmatchcase(call, exemption.call) for call in ids):
                yield exemption.call, "exemptions"


def read(value: object) -> Budget:
    """The table as the configuration has it. Raises `WrongValue`."""
    table = _table(value, "")
    limits = _limits("", {key: given for key, given in table.items() if key not in ("calls", "exemptions")}, Limits())
    own = {
        key: _limits(f"for `{key}`: ", _table(given, f"for `{key}` "), _inherited(limits))
        for key, given in _table(table.get("calls", {}), "`calls` ").items()
    }
    listed = table.get("exemptions", [])
    if not isinstance(listed, list):
        raise WrongValue(f"`exemptions` must be a list of tables, not {_shown(listed)}", _EXEMPTION_HELP)
    return Budget(limits, own, tuple(_exemption(given) for given in listed), table)


def _inherited(limits: Limits) -> Limits:
    """What a key of some calls takes over: not the amounts a month, which are those of all calls together."""
    return replace(limits, monthly_increase=None, monthly=None)


def _limits(where: str, table: Mapping[str, Any], base: Limits) -> Limits:
    found: dict[str, Any] = {}
    for key, given in table.items():
        if key not in _READERS:
            more = ", calls, exemptions" if not where else ""
            raise WrongValue(f"{where}has no key `{key}`", f"the keys are {', '.join(_READERS)}{more}")
        found[key.replace("-", "_").removeprefix("max_")] = _READERS[key](f"{where}`{key}`", given)
    return replace(base, **found)


def _increase(where: str, value: object) -> Increase:
    percent = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if percent is not None:
        return Increase(share=float(percent["percent"]) / 100)
    if isinstance(value, str) and _AMOUNT.fullmatch(value.strip()):
        return Increase(usd=_usd(where, value))
    raise WrongValue(f"{where} must be in percent or in dollars, not {_shown(value)}", 'write "20%" or "$0.01"')


def _usd(where: str, value: object) -> float:
    found = _AMOUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    number = (found["dollars"] or found["usd"]).replace(",", "").replace("_", "") if found else ""
    if not number or not math.isfinite(float(number)):
        raise WrongValue(f"{where} must be an amount with its unit, not {_shown(value)}", _UNIT)
    return float(number)


def _unknown(where: str, value: object) -> str:
    if isinstance(value, str) and value in get_args(Unknown):
        return value
    words = " or ".join(json.dumps(word) for word in get_args(Unknown))
    raise WrongValue(f"{where} must be {words}, not {_shown(value)}")


def _exemption(value: object) -> Exemption:
    if not isinstance(value, dict):
        raise WrongValue(f"`exemptions` must be a list of tables, not of {_shown(value)}", _EXEMPTION_HELP)
    unknown = next((key for key in value if key not in ("call", "reason", "expires")), None)
    if unknown is not None:
        raise WrongValue(f"`exemptions` has no key `{unknown}`", _EXEMPTION_HELP)
    for key in ("call", "reason"):
        if not isinstance(value.get(key), str) or not value[key].strip():
            what = "is missing" if key not in value else f"must be a text, not {_shown(value[key])}"
            raise WrongValue(f"`exemptions`: `{key}` {what}", _EXEMPTION_HELP)
    return Exemption(value["call"], value["reason"].strip(), _day(value))


def _day(table: Mapping[str, Any]) -> date:
    given = table.get("expires")
    if "expires" not in table:
        raise WrongValue(f"`exemptions` for `{table['call']}`: `expires` is missing", _EXEMPTION_HELP)
    try:
        return date.fromisoformat(given if isinstance(given, str) else str(given))
    except ValueError:
        message = f"`exemptions` for `{table['call']}`: `expires` must be a date, not {_shown(given)}"
        raise WrongValue(message, "write it as 2026-12-31") from None


_EXEMPTION_HELP = 'write [{ call = "app/nightly.py::*", reason = "one run a day", expires = 2026-12-31 }]'

_READERS: Mapping[str, Callable[[str, object], object]] = {
    "max-increase-per-call": _increase,
    "max-monthly-increase": _usd,
    "max-monthly": _usd,
    "unknown": _unknown,
}


def _table(value: object, where: str) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise WrongValue(f"{where}must be a table, not {_shown(value)}")


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
