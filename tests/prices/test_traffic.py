from __future__ import annotations

import math
from typing import Any

import pytest

from promptlint import workloads
from promptlint.prices.cost import Use
from promptlint.prices.traffic import Traffic
from promptlint.request import Argument, CallSite, Place, Request


def site(id: str, model: str = "claude-opus-4-6") -> CallSite:
    request = Request(model=Argument((model,), present=True))
    return CallSite(id, Place("app.py", 1, 1, 1, 2), "f", "anthropic.messages.create", request)


A, B, C, OTHER = site("a"), site("b"), site("c"), site("d", "claude-haiku-5-5")


def traffic(**table: dict[str, Any]) -> Traffic:
    return Traffic(workloads.read(table), (A, B, C, OTHER))


def test_a_call_without_a_workload_has_no_traffic() -> None:
    found = traffic(b={"calls-per-day": 10})
    assert (found.workload(A), found.arrivals(A), found.use(A)) == (None, None, Use())
    assert Traffic().use(A) == Use()


def test_the_hit_rates_of_a_calls_own_arrivals() -> None:
    found = traffic(a={"calls-per-day": 720, "keys-per-day": 5, "output-tokens": 7}).use(A)
    assert found.output_tokens == 7
    assert found.hit_rates == {"5m": pytest.approx(1 - math.exp(-0.5)), "1h": pytest.approx(1 - math.exp(-6))}


def test_nights_count_in_the_hit_rates() -> None:
    found = traffic(a={"calls-per-day": 100, "active-hours": 1, "keys-per-day": 100}).use(A)
    assert found.hit_rates["1h"] == pytest.approx(math.exp(-1))


def test_calls_with_one_cache_key_and_model_keep_it_warm_together() -> None:
    shared = {"cache-key": "rules"}
    found = traffic(
        a={"calls-per-day": 48, **shared},
        b={"calls-per-day": 72, **shared},
        c={"calls-per-day": 48},
        d={"calls-per-day": 24, **shared},
    )
    rates = [arrivals.per_hour_and_key for call in (A, B, C, OTHER) if (arrivals := found.arrivals(call))]
    assert rates == [5, 5, 2, 1]


def test_a_measured_hit_rate_counts_more_than_arrivals() -> None:
    assert traffic(a={"hit-rate": 0.42, "calls-per-day": 1}).use(A).hit_rates == {"5m": 0.42, "1h": 0.42}


def test_a_workload_without_calls_says_nothing_of_the_cache() -> None:
    assert traffic(a={"output-tokens": 7}).use(A) == Use(7, {})
