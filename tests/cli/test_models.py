from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptlint.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main.run(["models", "--today", "2026-11-22", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def row(found: list[str], model: str) -> list[str]:
    return next(line.split() for line in found if line.startswith(f"{model} "))


def test_the_models_by_tier_the_newest_first(capsys: pytest.CaptureFixture[str]) -> None:
    found = lines(capsys, "--quiet")
    tiers = [line.split("-")[1] for line in found[1:]]
    assert list(dict.fromkeys(tiers)) == ["fable", "mythos", "opus", "sonnet", "haiku"]
    assert [line.split()[0] for line in found if line.startswith("claude-sonnet")][:2] == [
        "claude-sonnet-5-5",
        "claude-sonnet-5",
    ]
    assert row(found, "claude-haiku-5-5") == [
        *["claude-haiku-5-5", "0.10", "0.50", "0.125", "0.20", "0.01", "512", "1,000,000", "128,000"],
        *["not", "before", "2027-10-07"],
    ]
    assert row(found, "claude-fable-5-2")[6] == "?"
    assert row(found, "claude-sonnet-4-5-20250929")[-1] == "2026-11-30"


def test_retired_models_keep_their_prices(capsys: pytest.CaptureFixture[str]) -> None:
    assert not any(line.startswith("claude-3-haiku") for line in lines(capsys))
    found = row(lines(capsys, "--all"), "claude-3-haiku-20240307")
    assert found[1:6] == ["0.25", "1.25", "0.30", "0.50", "0.03"]
    assert found[-2:] == ["retired", "2026-04-20"]


def test_what_is_charged_by_rule_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    found = lines(capsys)
    assert "claude-haiku-5-5 above 100,000 prompt tokens: 0.50 in, 2.50 out, for the whole call." in found
    assert 'claude-opus-4-8 with speed="fast": 10.00 in, 50.00 out, until 2026-11-30.' in found
    assert "A batch costs x0.5. `caches from`: a shorter prefix is not cached." in found


def test_own_prices_are_marked(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    text = '[prices.claude-sonnet-5-5]\ninput = "$1.50 / MTok"\n'
    (folder / "promptlint.toml").write_text(text, encoding="utf-8")
    assert row(lines(capsys), "claude-sonnet-5-5")[1:4] == ["*", "1.50", "10.00"]


def test_json_has_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads("\n".join(lines(capsys, "--output-format", "json")))
    assert (document["schema"], document["prices_as_of"]) == ("promptlint/models/v1", "2026-11-22")
    assert document["premiums"]["resident"] == 1.1
    found = {model["id"]: model for model in document["models"]}
    assert len(found) == 38
    assert found["claude-haiku-5-5"]["long_prompt"]["above"] == 100_000
    assert found["claude-3-opus-20240229"]["status"] == "retired"
    assert found["claude-opus-4-8"]["fast"]["removed_on"] == "2026-11-30"
    assert found["claude-haiku-5-5"]["prices_from"] == "list price"


def test_an_override_without_a_unit_is_an_error(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "promptlint.toml").write_text("[prices.claude-sonnet-5-5]\ninput = 1.5\n", encoding="utf-8")
    assert main.run(["models"]) == 2
    assert capsys.readouterr().err == (
        "error: promptlint.toml:2: `prices` for `claude-sonnet-5-5`: `input` must be an amount with its unit, not 1.5\n"
        'help: write the unit too: "$1.80 / MTok", or "1.80 USD per million tokens"\n'
    )
