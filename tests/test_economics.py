from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from promptlint import workloads
from promptlint.economics import Economics, by_month, economics
from promptlint.estimate import Estimate
from promptlint.ledger import Ledger
from promptlint.prices.breakpoints import Breakpoint
from promptlint.prices.traffic import Traffic
from promptlint.request import CallSite, Client, Context, Loop
from tests.checks.handmade import LONG, QUESTION, SENTENCE, at, call, marker, system, text, tools, user

TOOL = json.dumps({"name": "look_up", "description": LONG[:2400], "input_schema": {"type": "object"}})


def worked_out(site: CallSite, external: bool = False, **workload: Any) -> Economics:
    table = {site.id: {name.replace("_", "-"): value for name, value in workload.items()}} if workload else {}
    found = economics(site, Ledger(traffic=Traffic(workloads.read(table), (site,))), external_caching=external)
    assert found is not None
    return found


def tokens(found: Economics) -> dict[str, float]:
    return {segment.name: segment.tokens for segment in found.segments}


def test_the_constant_prefix_by_what_it_is_made_of() -> None:
    found = tokens(
        worked_out(call(tools=tools(TOOL), system=system(text(LONG)), messages=user("Read this: ", QUESTION)))
    )
    assert list(found) == ["tools", "system", "documents"]
    assert found["system"] > 1_200 > found["tools"] > 900 > 10 > found["documents"] > 0


def test_without_traffic_there_is_no_plan_but_a_break_even() -> None:
    found = worked_out(call("claude-opus-4-6", system=system(text(LONG))))
    assert (found.arrivals, found.plan) == (None, None)
    assert found.break_even["5m"].calls_per_hour == pytest.approx(-12 * math.log(1 - 0.25 / 1.15))
    assert found.break_even["1h"].hit_rate == pytest.approx(1 / 1.9)
    assert found.break_even["1h"].hits == pytest.approx(1 / 0.9)


@pytest.mark.parametrize(
    ("calls_per_day", "markers"),
    [(2, ()), (30, (Breakpoint("system", "1h"),)), (5_000, (Breakpoint("system", "5m"),))],
)
def test_the_markers_follow_the_traffic(calls_per_day: float, markers: tuple[Breakpoint, ...]) -> None:
    plan = worked_out(call(system=system(text(LONG))), calls_per_day=calls_per_day).plan
    assert plan is not None
    assert plan.breakpoints == markers


def test_a_conversation_gets_a_marker_of_its_own() -> None:
    site = call(system=system(text(LONG)))
    plan = worked_out(site, calls_per_day=60, input_tokens=1_500, turns=12, tokens_per_turn=400).plan
    assert plan is not None
    assert plan.breakpoints == (Breakpoint("system", "1h"), Breakpoint("history", "5m"))


def test_a_prefix_just_under_the_minimum() -> None:
    found = worked_out(call(system=system(text(SENTENCE * 16)))).growth
    assert found is not None
    assert 0 < found.missing < 100
    assert 0.2 < found.hit_rate < 0.4
    assert worked_out(call(system=system(text(LONG)))).growth is None


def test_calls_that_start_at_once() -> None:
    fan_out = Context((Loop("gather", at(1), bound=20),))
    site = call(system=system(text(LONG)), context=fan_out)
    (prefix,) = tokens(worked_out(site)).values()
    assert worked_out(site).fan_out_usd == pytest.approx(19 * prefix * (0.125 - 0.01) / 1e6)
    one_by_one = replace(site, context=Context((Loop("for", at(1), bound=20),)))
    assert worked_out(one_by_one).fan_out_usd is None


def test_steps_need_an_input_that_is_known() -> None:
    site = call("claude-sonnet-5-5", system=system(text(LONG)))
    assert worked_out(site, calls_per_day=5_000).steps == ()
    changes = [step.change for step in worked_out(site, calls_per_day=5_000, input_tokens=2_000).steps]
    assert changes[:2] == ["claude-haiku-5-5 instead of claude-sonnet-5-5", "cache the prefix for 5 minutes"]
    behind = worked_out(site, external=True, calls_per_day=5_000, input_tokens=2_000)
    assert [step.change for step in behind.steps] == ["claude-haiku-5-5 instead of claude-sonnet-5-5"]


def test_a_newer_tokenizer_makes_more_tokens_of_the_same_text() -> None:
    site = call("claude-sonnet-4-6", system=system(text(LONG)))
    (step,) = worked_out(site, external=True, calls_per_day=1, input_tokens=2_000).steps
    assert step.saving + step.left == pytest.approx(2_000 * 3e-6)
    assert 1.1 < step.left / (2_000 * 0.1e-6) < 1.8


def test_a_cache_in_use_is_priced_as_it_is() -> None:
    site = call(system=system(text(LONG), marked=marker()))
    found = worked_out(site, calls_per_day=3, input_tokens=2_000).steps
    assert [step.change for step in found] == ["do not cache"]
    assert worked_out(site, input_tokens=2_000).steps == (), "its hit rate is not known"


def test_json_that_is_sent_indented() -> None:
    pretty = json.dumps([{"id": n, "name": "parcel"} for n in range(200)], indent=4)
    (step,) = worked_out(call(messages=user(pretty)), external=True).steps
    assert step.change == "JSON in the prompt without indentation"
    assert 0.3 < step.share < 0.7
    assert worked_out(call(messages=user(f"Look: {pretty}")), external=True).steps == ()


def test_bedrock_has_minimums_of_its_own() -> None:
    site = call(system=system(text(LONG)), client=Client("bedrock"))
    found = worked_out(site, calls_per_day=5_000, input_tokens=2_000)
    assert (found.plan, found.growth, found.steps) == (None, None, ())


def test_what_has_no_economics() -> None:
    ledger = Ledger()
    assert economics(call("gpt-5"), ledger) is None
    assert economics(call(priced=False), ledger) is None
    assert economics(call(role="wrapper"), ledger) is None


def test_a_months_amount() -> None:
    assert by_month(Estimate(1, None, 3, "configured"), 10) == Estimate(10, None, 30, "configured")
    assert by_month(Estimate(1, None, 3, "configured"), None) is None
