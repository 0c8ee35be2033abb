"""[tool.promptlint.workloads]: how often each call is made, and what the code does not tell about it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from promptlint.toml import WrongValue

Latency = Literal["interactive", "minutes", "hours"]
"""How long the caller can wait for an answer; `hours` is what a batch needs."""

_DAYS_A_MONTH = 365 / 12
_WILDCARDS = frozenset("*?[")
_MOST = 1e12
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Workload:
    """The use of one call, as its owner knows it. None is not known.

    `calls_per_day` are requests, not conversations. `input_tokens` is all that a call sends, the first one of a
    conversation; `output_tokens` what comes back, thinking included. Calls come in `active_hours` of the day. Those
    with the same `cache_key` share their prefix; `keys_per_day` is how many different ones there are, such as tenants
    or documents. In a conversation of `turns` calls, the input grows by `tokens_per_turn` from call to call.
    `hit_rate` is the measured share of calls that read the cache.
    """

    calls_per_day: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    latency: Latency | None = None
    active_hours: float = _HOURS
    cache_key: str = ""
    keys_per_day: float = 1
    turns: int = 1
    tokens_per_turn: float | None = None
    hit_rate: float | None = None

    @property
    def calls_per_month(self) -> float | None:
        """Calls in 365/12 days."""
        return None if self.calls_per_day is None else self.calls_per_day * _DAYS_A_MONTH


@dataclass(frozen=True, slots=True)
class Workloads:
    """The workloads by call-site id or glob; `written` is the table as it stands in the configuration."""

    by_key: Mapping[str, Workload] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)

    def of(self, call: str) -> Workload | None:
        """The workload of a call: by its id, else by the first glob that matches it."""
        key = self.key_of(call)
        return None if key is None else self.by_key[key]

    def key_of(self, call: str) -> str | None:
        """The key whose workload a call has."""
        return next(self.keys_of(call), None)

    def keys_of(self, call: str) -> Iterator[str]:
        """Every key that matches a call's id, the one that counts first. In a glob `*` matches slashes too."""
        if call in self.by_key:
            yield call
        yield from (key for key in self.by_key if key != call and is_glob(key) and fnmatchcase(call, key))

    def without_effect(self, calls: Iterable[str], wrappers: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
        """The keys that no call has its workload from, each with the reason."""
        ids, passing = list(calls), frozenset(wrappers)
        used = {self.key_of(call) for call in ids}
        matched = {key for call in ids for key in self.keys_of(call)}
        for key in self.by_key:
            if key not in used:
                yield key, _reason(key, matched, passing)
            elif not is_glob(key) and (others := _numbered(key, ids)):
                yield key, f"is the first call of its function only, not {', '.join(others)}"


def is_glob(key: str) -> bool:
    """Whether a key can match several calls."""
    return not _WILDCARDS.isdisjoint(key)


def _reason(key: str, matched: set[str], wrappers: frozenset[str]) -> str:
    if key in matched:
        return "matches only calls that an earlier key has matched"
    return "is a wrapper, whose callers are the calls" if key in wrappers else "matches no call"


def _numbered(key: str, ids: Iterable[str]) -> list[str]:
    """The further calls in the function that an id names."""
    return [] if "#" in key else [call for call in ids if call.startswith(f"{key}#")]


def read(value: object) -> Workloads:
    """The table as the configuration has it. Raises `WrongValue`."""
    table = _table(value, "a call's id or a glob to its workload")
    return Workloads({key: _workload(key, fields) for key, fields in table.items()}, table)


def _workload(key: str, value: object) -> Workload:
    fields: dict[str, Any] = {}
    table = _table(value, "the workload's keys to their values", key)
    for name, given in table.items():
        if name not in _READERS:
            raise WrongValue(f"for `{key}` has no key `{name}`", f"the keys are {', '.join(_READERS)}")
        fields[name.replace("-", "_")] = _READERS[name](f"for `{key}`: `{name}`", given)
    if "calls-per-day" in table and "calls-per-month" in table:
        raise WrongValue(f"for `{key}` has calls-per-day and calls-per-month", "give one of them")
    monthly = fields.pop("calls_per_month", None)
    if monthly is not None:
        fields["calls_per_day"] = monthly / _DAYS_A_MONTH
    if fields.get("turns", 1) > 1 and "tokens-per-turn" not in table:
        raise WrongValue(f"for `{key}` has turns without tokens-per-turn", "say by how much the input grows")
    return Workload(**fields)


def _table(value: object, what: str, key: str = "") -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise WrongValue(f"{f'for `{key}` ' if key else ''}must be a table of {what}, not {_shown(value)}")


Reader = Callable[[str, object], object]


def _number(
    least: float, most: float = _MOST, *, whole: bool = False, above: bool = False
) -> Callable[[str, object], float]:
    def read_number(where: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            raise WrongValue(f"{where} must be a number, not {_shown(value)}")
        if value < least or value > most or (above and value == least):
            raise WrongValue(f"{where} must be {_bounds(least, most, above)}, not {_shown(value)}")
        if whole and value != int(value):
            raise WrongValue(f"{where} must be a whole number, not {_shown(value)}")
        return int(value) if whole else value

    return read_number


def _bounds(least: float, most: float, above: bool) -> str:
    upper = "" if most == _MOST else f" and at most {most:g}"
    return f"more than {least:g}{upper}" if above else f"at least {least:g}{upper}"


def _latency(where: str, value: object) -> str:
    if isinstance(value, str) and value in get_args(Latency):
        return value
    words = " or ".join(json.dumps(word) for word in get_args(Latency))
    raise WrongValue(f"{where} must be {words}, not {_shown(value)}")


def _name(where: str, value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise WrongValue(f"{where} must be a name, not {_shown(value)}")


_READERS: Mapping[str, Reader] = {
    "calls-per-day": _number(0),
    "calls-per-month": _number(0),
    "input-tokens": _number(0),
    "output-tokens": _number(0),
    "latency": _latency,
    "active-hours": _number(0, _HOURS, above=True),
    "cache-key": _name,
    "keys-per-day": _number(1),
    "turns": _number(1, 10_000, whole=True),
    "tokens-per-turn": _number(0),
    "hit-rate": _number(0, 1),
}


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
