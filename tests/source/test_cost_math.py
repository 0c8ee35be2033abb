"""Where code works out what input tokens cost, without those of the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import read

CALL = """\
from anthropic import Anthropic
Anthropic().messages.create(model="claude-haiku-5-5", max_tokens=9, messages=[])
"""


def lines(root: Path, body: str) -> list[int]:
    found = read(root, f"{CALL}def spent(usage, input_tokens, price, n):\n    {body}\n").cost_math
    return [math.place.line for math in found]


@pytest.mark.parametrize(
    "body",
    [
        "return usage.input_tokens * price",
        "return 3e-6 * usage['input_tokens']",
        "return input_tokens / 1_000_000 * price",
        "return (input_tokens * 3) / 1_000_000",
        "return usage.get('input_tokens', 0) * 0.000003",
        "return float(input_tokens) * n.cost_per_token",
        "return (usage.input_tokens or 0) * price + usage.output_tokens * price",
    ],
)
def test_input_tokens_times_a_price(tmp_path: Path, body: str) -> None:
    assert lines(tmp_path, body) == [4]


@pytest.mark.parametrize(
    "body",
    [
        "return usage.input_tokens / 1000",
        "return usage.input_tokens * n",
        "return usage.output_tokens * price",
        "return usage.input_tokens * price + usage.cache_read_input_tokens * price",
        "return usage.input_tokens * price + usage['cached'] * price",
        "return usage.input_tokens + usage.output_tokens",
    ],
)
def test_what_is_no_such_cost(tmp_path: Path, body: str) -> None:
    assert lines(tmp_path, body) == []
