"""What docs/cost.md shows can be copied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from promptlint.prices.book import PriceBook
from promptlint.prices.caching import break_even_hit_rate, calls_per_hour
from promptlint.settings import load
from promptlint.workloads import _READERS
from tests.prices.named import known

TEXT = (Path(__file__).parents[1] / "docs" / "cost.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_configuration_is_valid(block: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
    settings = load(tmp_path)
    PriceBook(settings.prices)
    assert settings.workloads.by_key or settings.prices.models


def test_every_key_of_a_workload_is_explained() -> None:
    rows = "".join(line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([a-z-]+)`", rows)) == set(_READERS)


def test_the_break_even_is_that_of_the_table() -> None:
    rates = {ttl: break_even_hit_rate(known("claude-sonnet-4-6"), ttl) for ttl in ("5m", "1h")}
    assert rates == {"5m": pytest.approx(0.2174, abs=1e-4), "1h": pytest.approx(0.5263, abs=1e-4)}
    assert [round(calls_per_hour(rate or 0, ttl), 2) for ttl, rate in rates.items()] == [2.94, 0.75]
    for words in ("21.7 %, or 2.9 calls an hour", "52.6 %, or 0.75 calls an hour"):
        assert words in TEXT
