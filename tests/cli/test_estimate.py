from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import main

SONNET, HAIKU = ("--model", "claude-sonnet-5-5"), ("--model", "claude-haiku-5-5")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


class Estimate:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = main.run(["estimate", "--today", "2026-11-22", *arguments])
        return code, *self.capsys.readouterr()

    def json(self, *arguments: str) -> dict[str, Any]:
        code, out, err = self(*arguments, "--output-format", "json")
        assert (code, err) == (0, "")
        found: dict[str, Any] = json.loads(out)
        return found

    def first(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = self.json(*arguments)["scenarios"][0]
        return found


@pytest.fixture
def estimate(capsys: pytest.CaptureFixture[str]) -> Estimate:
    return Estimate(capsys)


def test_a_million_short_answers_a_day(estimate: Estimate) -> None:
    found = estimate.json(*SONNET, *HAIKU, *"--output-tokens 500 --input-tokens 0 --calls-per-day 1000000".split())
    assert found["schema"] == "promptlint/estimate/v1"
    assert [scenario["per_day_usd"] for scenario in found["scenarios"]] == [5000, 250]
    assert [scenario["model"] for scenario in found["scenarios"]] == ["claude-sonnet-5-5", "claude-haiku-5-5"]
    assert found["savings"] == [
        {
            "label": "claude-haiku-5-5 instead of claude-sonnet-5-5",
            "from": "claude-sonnet-5-5",
            "to": "claude-haiku-5-5",
            "per_call_usd": 0.00475,
            "per_day_usd": 4750,
            "per_month_usd": pytest.approx(4750 * 365 / 12),
            "per_year_usd": 1_733_750,
            "percent": 95,
        }
    ]


def test_without_a_volume_there_are_no_totals(estimate: Estimate) -> None:
    found = estimate.first(*SONNET, "--input-tokens", "1000", "--output-tokens", "100")
    assert found["per_call_usd"] == 0.003
    assert (found["per_day_usd"], found["per_month_usd"], found["per_year_usd"]) == (None, None, None)


def test_the_hit_rate_of_steady_arrivals_on_one_key(estimate: Estimate) -> None:
    arguments = [*SONNET, *"--input-tokens 10000 --cached-tokens 8000 --output-tokens 0 --calls-per-day 480".split()]
    found = estimate.first(*arguments)
    rate = 1 - math.exp(-20 / 12)
    assert found["hit_rate"] == pytest.approx(rate)
    assert found["per_call_usd"] == pytest.approx((2000 * 2 + 8000 * (rate * 0.1 + (1 - rate) * 2.5)) / 1e6)
    cache = found["breakdown"]["cache"]
    assert cache["break_even_hit_rate"] == pytest.approx(0.5 / 2.4)
    assert cache["break_even_calls_per_hour_and_key"] == pytest.approx(-12 * math.log(1 - 0.5 / 2.4))
    assert cache["break_even_hits"] == pytest.approx(0.5 / 1.9)
    assert estimate.first(*arguments, "--keys", "4", "--active-hours", "24")["hit_rate"] == pytest.approx(
        1 - math.exp(-5 / 12)
    )
    assert estimate.first(*arguments, "--ttl", "1h")["hit_rate"] == pytest.approx(1 - math.exp(-20))
    assert estimate.first(*arguments, "--hit-rate", "90%")["hit_rate"] == 0.9


def test_caching_is_not_advised_where_each_key_is_cold_again_the_next_day(estimate: Estimate) -> None:
    arguments = "--input-tokens 3300 --cached-tokens 3093 --output-tokens 30 --calls-per-day 100 --keys 100 --ttl 1h"
    found = estimate.json(*SONNET, *arguments.split(), "--active-hours", "1")
    (scenario,), (caching,) = found["scenarios"], found["savings"]
    rate = math.exp(-1)
    assert scenario["hit_rate"] == pytest.approx(rate)
    assert scenario["per_call_usd"] == pytest.approx((207 * 2 + 3093 * (rate * 0.1 + (1 - rate) * 4) + 300) / 1e6)
    assert scenario["notes"] == [
        "caching does not pay: 36.8% of the calls read the prefix, and it takes 51.3%",
        "each key is cold in the morning: that makes the hit rate 36.8%, not 63.2%",
    ]
    assert caching["per_call_usd"] < 0
    cache = scenario["breakdown"]["cache"]
    assert cache["calls_per_hour_and_key"] < cache["break_even_calls_per_hour_and_key"]


def test_a_regional_endpoint_costs_a_tenth_more(estimate: Estimate) -> None:
    names = ("us.anthropic.claude-opus-5-5", "global.anthropic.claude-opus-5-5", "claude-opus-5-5")
    models = [argument for name in names for argument in ("--model", name)]
    found = estimate.json(*models, "--input-tokens", "1000", "--output-tokens", "100")
    assert [scenario["per_call_usd"] for scenario in found["scenarios"]] == pytest.approx([0.0066, 0.006, 0.006])
    shares = f"{names[0]}:0.5,claude-haiku-5-5:0.5"
    (router,) = estimate.json("--route", shares, "--input-tokens", "1000", "--output-tokens", "100")["scenarios"]
    assert router["per_call_usd"] == pytest.approx(0.5 * 0.0066 + 0.5 * 0.00015)


def test_documents_are_sent_on_top(estimate: Estimate) -> None:
    found = estimate.first(
        *SONNET, *"--input-tokens 1000 --documents 3 --document-tokens 4000 --output-tokens 0".split()
    )
    assert found["breakdown"]["input_tokens"] == 13_000


def test_a_conversation_with_and_without_caching(estimate: Estimate) -> None:
    found = estimate.json(*SONNET, *"--input-tokens 2000 --turns 10 --tokens-per-turn 200 --output-tokens 0".split())
    plain, cached = found["scenarios"]
    assert plain["breakdown"]["conversation_usd"] == pytest.approx(29_000 * 2 / 1e6)
    assert cached["label"] == "claude-sonnet-5-5, conversation cached"
    assert cached["breakdown"]["conversation_usd"] == pytest.approx((3_800 * 2.5 + 25_200 * 0.1) / 1e6)
    (saving,) = found["savings"]
    assert saving["percent"] == pytest.approx(100 * (1 - 0.01202 / 0.058))


def test_the_lifetime_counts_for_a_conversation_without_a_cached_prefix(estimate: Estimate) -> None:
    arguments = "--input-tokens 2000 --turns 10 --tokens-per-turn 200 --output-tokens 0 --ttl 1h"
    _, cached = estimate.json(*SONNET, *arguments.split())["scenarios"]
    assert cached["breakdown"]["conversation_usd"] == pytest.approx((3_800 * 4 + 25_200 * 0.1) / 1e6)


def test_a_router(estimate: Estimate) -> None:
    found = estimate.json(
        *"--route claude-haiku-5-5:70%,claude-opus-5-5:0.3 --classifier claude-haiku-5-5".split(),
        *"--input-tokens 1000 --output-tokens 100 --calls-per-day 1000".split(),
    )
    (router,) = found["scenarios"]
    assert router["model"] == "claude-haiku-5-5:0.7,claude-opus-5-5:0.3"
    assert router["per_call_usd"] == pytest.approx(0.7 * 0.00015 + 0.3 * 0.006 + 0.0001005)
    assert router["breakdown"]["classifier_usd"] == 0.0001005
    assert router["breakdown"]["break_even_share"] == pytest.approx(0.0001005 / 0.00585)
    assert [tier["share"] for tier in router["breakdown"]["tiers"]] == [0.7, 0.3]
    assert found["savings"][0]["from"] == "claude-opus-5-5"


def test_a_prompt_is_counted_by_each_models_tokenizer(estimate: Estimate, folder: Path) -> None:
    (folder / "triage.md").write_text("Answer with one word: urgent or not.\n" * 40, encoding="utf-8")
    found = estimate.json(*SONNET, "--model", "claude-haiku-4-5", "--prompt", "triage.md", "--output-tokens", "5")
    new, old = (scenario["breakdown"]["input_tokens"] for scenario in found["scenarios"])
    assert 300 < old < new < 600
    assert estimate(*SONNET, "--prompt", "gone.md")[2] == "error: gone.md: no such file or directory\n"


def test_own_prices_count(estimate: Estimate, folder: Path) -> None:
    (folder / "promptlint.toml").write_text('[prices]\ndiscount = "25%"\n', encoding="utf-8")
    arguments = (*SONNET, "--input-tokens", "1000", "--output-tokens", "0")
    assert estimate.first(*arguments)["per_call_usd"] == 0.0015
    assert estimate.first(*arguments, "--isolated")["per_call_usd"] == 0.002


GOLDEN = """\
                            per call     a day   a month     a year   read from cache
claude-sonnet-5-5           $0.00281   $280.77    $8,540   $102,480             98.4%
claude-3-5-haiku-20241022   $0.00144   $143.79    $4,374    $52,485             98.4%

saves                                                    per call   a month   percent
claude-3-5-haiku-20241022 instead of claude-sonnet-5-5   $0.00137    $4,166     48.8%
caching on claude-sonnet-5-5                              $0.0149   $45,297     84.1%
caching on claude-3-5-haiku-20241022                     $0.00564   $17,161     79.7%

claude-3-5-haiku-20241022: retired on 2026-02-19, answers no more; claude-haiku-5-5 has its place
List prices as of 2026-11-22, unless the configuration has others; USD.
"""


def test_the_table(estimate: Estimate) -> None:
    arguments = "--input-tokens 8200 --cached-tokens 8000 --output-tokens 130 --calls-per-day 100000 --keys 84".split()
    code, out, err = estimate(*SONNET, "--model", "claude-3-5-haiku-20241022", *arguments)
    assert (code, err) == (0, "")
    assert out == GOLDEN


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--input-tokens 5", "no model is given"),
        ("--model claude-sonnet-5-5", "one of the arguments --input-tokens --prompt is required"),
        ("--model claude-sonet-5-5 --input-tokens 5", "unknown model `claude-sonet-5-5`"),
        ("--model gpt-5 --input-tokens 5", "unknown model `gpt-5`"),
        ("--model claude-sonnet-5-5 --input-tokens -5", "argument --input-tokens: -5 is out of range"),
        ("--model claude-sonnet-5-5 --input-tokens 1.5", "argument --input-tokens: '1.5' is not a whole number"),
        ("--model claude-sonnet-5-5 --input-tokens many", "argument --input-tokens: 'many' is not a number"),
        ("--model claude-sonnet-5-5 --input-tokens nan", "argument --input-tokens: 'nan' is not a number"),
        ("--model claude-sonnet-5-5 --input-tokens 1e9", "a prompt of 1,000,000,000 tokens is longer than"),
        ("--model claude-sonnet-5-5 --input-tokens 1e99", "argument --input-tokens: 1e99 is out of range"),
        ("--model claude-sonnet-5-5 --input-tokens 5 --calls-per-day 0", "argument --calls-per-day: 0 is out of range"),
        ("--model claude-sonnet-5-5 --input-tokens 5 --hit-rate 1.2", "argument --hit-rate: 1.2 is out of range"),
        ("--model claude-sonnet-5-5 --input-tokens 5 --active-hours 25", "argument --active-hours: 25 is out of range"),
        ("--model claude-sonnet-5-5 --input-tokens 5 --cached-tokens 6", "--cached-tokens 6 is more than the input, 5"),
        ("--model claude-sonnet-5-5 --input-tokens 5 --turns 3", "--turns goes with --tokens-per-turn"),
        ("--model claude-sonnet-5-5 --input-tokens 5 --turns 0", "argument --turns: 0 is out of range"),
        ("--model claude-sonnet-5-5 --input-tokens 5 --documents 3", "--documents goes with --document-tokens"),
        ("--model claude-sonnet-5-5 --input-tokens 5 --keys 3", "--keys goes with --calls-per-day"),
        ("--model claude-sonnet-5-5 --input-tokens 5 --classifier x", "--classifier goes with --route"),
        ("--route claude-opus-5-5:0.5,claude-haiku-5-5:0.4 --input-tokens 5", "the shares of --route sum to 0.9"),
        ("--route claude-opus-5-5 --input-tokens 5", "argument --route: 'claude-opus-5-5' has no share"),
        ("--route claude-opus-5-5:0.5,claude-opus-5-5:0.5 --input-tokens 5", "--route names claude-opus-5-5 twice"),
        ("--route claude-opus-5-5:1.5,claude-haiku-5-5:-0.5 --input-tokens 5", "argument --route: 1.5 is out of range"),
        (
            "--model claude-sonnet-5-5 --input-tokens 9000 --cached-tokens 8000",
            "how often the cached prefix is read depends on the traffic",
        ),
        (
            "--model claude-sonnet-5-5 --input-tokens 9 --calls-per-day 9 --hit-rate 0.5 --keys 2",
            "--keys has no effect: --hit-rate says what it would tell",
        ),
        *(
            (
                f"--model claude-sonnet-5-5 --input-tokens 9 --calls-per-day 9 {option} {value}",
                f"{option} has no effect without --cached-tokens",
            )
            for option, value in (("--hit-rate", "0.5"), ("--keys", "2"), ("--active-hours", "8"), ("--ttl", "5m"))
        ),
        (
            "--model claude-sonnet-5-5 --input-tokens 9 --turns 9 --tokens-per-turn 9 --batch --ttl 1h",
            "--ttl has no effect without --cached-tokens",
        ),
    ],
)
def test_mistakes_are_named_and_exit_2(arguments: str, message: str, estimate: Estimate) -> None:
    code, out, err = estimate(*arguments.split())
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert "\nhelp: " in err
