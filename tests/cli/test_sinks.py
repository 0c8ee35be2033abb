"""Sinks from end to end: their calls are judged as others, and one without a call is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptlint.cli import main

TODAY = ("--today", "2026-11-22")
SINKS = """\
[[sinks]]
function = "acme_llm.ask"
prompt = 0
model = "model"

[[sinks]]
function = "acme_llm.tell"
prompt = 0
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "promptlint.toml").write_text(SINKS, encoding="utf-8")
    source = 'import acme_llm\n\nacme_llm.ask("Hello", model="claude-3-opus-20240229")\n'
    (tmp_path / "app.py").write_text(source, encoding="utf-8")


@pytest.mark.parametrize("command", ["check", "cost"])
def test_a_sink_without_a_call_is_a_warning(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    main.run([command, *TODAY])
    assert capsys.readouterr().err.splitlines() == [
        "warning: promptlint.toml:7: `sinks` function `acme_llm.tell` is called nowhere in the project to ask Claude"
    ]
    main.run([command, *TODAY, "--quiet"])
    assert capsys.readouterr().err == ""


def test_the_calls_of_a_sink_are_judged(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["check", *TODAY, "--select", "PL301", "--output-format", "concise"]) == 1
    assert capsys.readouterr().out.startswith("app.py:3:29: PL301 error claude-3-opus-20240229 is retired")
    assert main.run(["cost", *TODAY, "--output-format", "json"]) == 0
    [call] = json.loads(capsys.readouterr().out)["calls"]
    assert (call["api"], call["max_tokens"]["complete"]) == ("anthropic.sink.acme_llm.ask", False)
    assert call["cost"]["input_usd"]["value"] > 0
