"""What `estimate` worked out, as `promptlint/estimate/v1` and as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from promptlint.money import usd
from promptlint.prices.arrivals import DAYS_A_MONTH, DAYS_A_YEAR
from promptlint.prices.scenarios import Comparison, Gain, Scenario
from promptlint.prices.table import PRICES_AS_OF
from promptlint.report.columns import aligned
from promptlint.report.style import Palette, visible

_DIGITS = 12


def to_json(found: Comparison) -> str:
    """The document; numbers have 12 significant digits."""
    document = {
        "schema": "promptlint/estimate/v1",
        "prices_as_of": PRICES_AS_OF,
        "scenarios": [_scenario(scenario) for scenario in found.scenarios],
        "savings": [_gain(gain) for gain in found.gains],
    }
    return json.dumps(_rounded(document), indent=2) + "\n"


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "label": scenario.label,
        "model": scenario.model,
        "per_call_usd": scenario.per_call,
        "per_day_usd": scenario.per_day,
        "per_month_usd": scenario.per_month,
        "per_year_usd": scenario.per_year,
        "hit_rate": scenario.hit_rate,
        "breakdown": scenario.breakdown,
        "notes": list(scenario.notes),
    }


def _gain(gain: Gain) -> dict[str, Any]:
    daily = None if gain.before.calls_per_day is None else gain.per_call * gain.before.calls_per_day
    return {
        "label": gain.label,
        "from": gain.before.label,
        "to": gain.after.label,
        "per_call_usd": gain.per_call,
        "per_day_usd": daily,
        "per_month_usd": None if daily is None else daily * DAYS_A_MONTH,
        "per_year_usd": None if daily is None else daily * DAYS_A_YEAR,
        "percent": 100 * gain.share,
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def to_table(found: Comparison, palette: Palette, *, quiet: bool = False) -> Iterator[str]:
    """A line for each scenario, then what the changes save, then what to know."""
    yield from aligned(_rows(found.scenarios), palette)
    if found.gains:
        yield ""
        yield from aligned(_saved(found.gains), palette)
    if quiet:
        return
    yield ""
    yield from (palette.paint("quiet", visible(line)) for line in _notes(found.scenarios))
    yield palette.paint("quiet", f"List prices as of {PRICES_AS_OF}, unless the configuration has others; USD.")


def _notes(scenarios: tuple[Scenario, ...]) -> Iterator[str]:
    """Each note once, with the first scenarios that it is about."""
    about: dict[str, list[str]] = {}
    for scenario in scenarios:
        for note in scenario.notes:
            about.setdefault(note, []).append(scenario.label)
    for note, labels in about.items():
        yield note if len(labels) == len(scenarios) else f"{', '.join(labels)}: {note}"


def _rows(scenarios: tuple[Scenario, ...]) -> list[list[str]]:
    """The columns that anything stands in."""
    traffic = any(scenario.per_day is not None for scenario in scenarios)
    cached = any("cache" in scenario.breakdown or scenario.hit_rate for scenario in scenarios)
    header = ["", "per call", *(["a day", "a month", "a year"] if traffic else ["per 1,000"])]
    rows = [[*header, *(["read from cache"] if cached else [])]]
    for scenario in scenarios:
        amounts: list[float | None] = [scenario.per_call]
        amounts += [scenario.per_day, scenario.per_month, scenario.per_year] if traffic else [1000 * scenario.per_call]
        rate = [f"{scenario.hit_rate:.1%}"] if cached else []
        rows.append([visible(scenario.label), *map(_usd, amounts), *rate])
    return rows


def _saved(gains: tuple[Gain, ...]) -> list[list[str]]:
    traffic = gains[0].before.calls_per_day
    rows = [["saves", "per call", "a month" if traffic is not None else "per 1,000", "percent"]]
    for gain in gains:
        many = 1000 * gain.per_call if traffic is None else gain.per_call * traffic * DAYS_A_MONTH
        rows.append([visible(gain.label), usd(gain.per_call), usd(many), f"{gain.share:.1%}"])
    return rows


def _usd(amount: float | None) -> str:
    return "" if amount is None else usd(amount)
