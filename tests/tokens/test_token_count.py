from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from promptlint.estimate import Estimate
from promptlint.prices.table import Model, find
from promptlint.tokens.count import Counter
from promptlint.tokens.memory import Memory
from promptlint.tokens.tokenizer import VERSION, content_tokens


def model(name: str) -> Model:
    found = find(name)
    assert found is not None
    return found


@pytest.fixture
def counter() -> Counter:
    return Counter(Memory(None))


def test_content_is_counted_without_the_frame() -> None:
    assert [content_tokens("hello, world", generation) for generation in ("v3", "v4.7", "v4.8")] == [3, 4, 4]
    assert content_tokens("", "v3") == 0


def test_the_version_is_known_without_loading_the_tokenizer() -> None:
    assert VERSION.startswith("ctok 1.3.")
    code = "import sys, promptlint.ledger, promptlint.tokens.tokenizer; print('ctok' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_measured_tokenizer_has_a_narrow_interval(counter: Counter) -> None:
    assert counter.count("hello, world", model("claude-sonnet-4-5")) == Estimate(2, 3, 4, "tokenizer")
    assert counter.count("hello" + " hello" * 999, model("claude-sonnet-4-5")) == Estimate(997, 1000, 1003, "tokenizer")


def test_an_assumed_tokenizer_has_a_wider_one(counter: Counter) -> None:
    measured = counter.count("one" + " two" * 999, model("claude-opus-4-8"))
    assumed = counter.count("one" + " two" * 999, model("claude-haiku-5-5"))
    assert measured == Estimate(997, 1000, 1003, "tokenizer")
    assert assumed == Estimate(969, 1000, 1031, "assumed")


def test_nothing_costs_nothing(counter: Counter) -> None:
    assert counter.count("", model("claude-sonnet-4-5")) == Estimate(0, 0, 0, "tokenizer")


def test_claude_2_is_counted_by_length(counter: Counter) -> None:
    estimate = counter.raw("é" * 80, model("claude-2.1"))
    assert estimate == Estimate(10, 20, 160, "assumed")


def test_a_very_long_text_is_sampled(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def fake(text: str, generation: str) -> int:
        seen.append(len(text))
        return text.count("a") + 2 * text.count("b")

    monkeypatch.setattr("promptlint.tokens.count.content_tokens", fake)
    text = "a" * 600_000 + "b" * 600_000
    assert counter.raw(text, model("claude-opus-4-8")) == Estimate(1_558_790, 1_800_000, 2_041_210, "assumed")
    assert sum(seen) <= 200_000


def test_what_is_remembered_is_not_counted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Counter(Memory(tmp_path))
    expected = first.count("some text", model("claude-sonnet-4-5"))
    first.save()
    monkeypatch.setattr("promptlint.tokens.count.content_tokens", lambda *_: pytest.fail("counted again"))
    assert Counter(Memory(tmp_path)).count("some text", model("claude-sonnet-4-5")) == expected
