"""The commands from end to end, on the example application."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from promptlint.cli import main

DESK = Path(__file__).parent.parent / "examples" / "support_desk"
TODAY = ("--today", "2026-11-22")
KNOWN = {
    ("answer.py", "PL103"),
    ("chat.py", "PL101"),
    ("settings.py", "PL301"),
    ("triage.py", "PL104"),
    ("triage.py", "PL302"),
}


@pytest.fixture(autouse=True)
def in_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DESK)
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.run(arguments)
    return code, *capsys.readouterr()


def test_check_finds_what_is_wrong_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check", *TODAY, "--output-format", "json")
    document = json.loads(out)
    assert (code, err, document["problems"]) == (1, "", [])
    assert {(found["path"], found["code"]) for found in document["findings"]} >= KNOWN


def test_every_format_has_the_same_findings(capsys: pytest.CaptureFixture[str]) -> None:
    _, full, _ = run(capsys, "check", *TODAY)
    _, concise, _ = run(capsys, "check", *TODAY, "--output-format", "concise")
    _, text, _ = run(capsys, "check", *TODAY, "--output-format", "json")
    for found in json.loads(text)["findings"]:
        place = f"{found['path']}:{found['line']}:{found['column']}"
        assert f"{place}: {found['code']} {found['severity']} {found['message']}\n" in concise
        assert f"--> {place}\n" in full
        assert f"{found['severity']}[{found['code']}] {found['name']}:" in full
    assert full.splitlines()[-1] == concise.splitlines()[-1]


@pytest.mark.parametrize("command", ["check", "cost"])
@pytest.mark.parametrize("format", ["json", ""])
def test_the_output_is_the_same_byte_for_byte(command: str, format: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (command, *TODAY, *(("--output-format", format) if format else ()))
    assert run(capsys, *arguments) == run(capsys, *arguments)


def test_a_path_filters_what_is_shown_but_not_what_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", "triage.py", *TODAY, "--output-format", "json")
    found = {(found["path"], found["code"]) for found in json.loads(out)["findings"]}
    assert found >= {("triage.py", "PL104"), ("triage.py", "PL302")}
    assert not found & {("answer.py", "PL103"), ("chat.py", "PL101")}


def test_paths_are_relative_to_where_the_command_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DESK.parent)
    _, out, _ = run(capsys, "check", "support_desk", *TODAY, "--output-format", "json")
    assert {Path(found["path"]).parts[0] for found in json.loads(out)["findings"]} == {"support_desk"}


def test_what_is_edited_but_not_saved_is_checked_from_stdin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = (DESK / "triage.py").read_bytes().replace(b"TRIAGE_MODEL,\n        max", b'"claude-2.1",\n        max')
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(edited)))
    arguments = ("check", "-", "--stdin-filename", "triage.py", *TODAY, "--output-format", "json")
    _, out, _ = run(capsys, *arguments)
    assert ("triage.py", "PL301") in {(found["path"], found["code"]) for found in json.loads(out)["findings"]}


def test_cost_knows_the_calls(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cost", *TODAY, "--output-format", "json")
    calls = {call["id"]: call for call in json.loads(out)["calls"]}
    answer = calls["answer.py::answer"]
    assert code == 0
    assert answer["model"] == {
        "values": ["claude-sonnet-5-5"],
        "ids": ["claude-sonnet-5-5"],
        "complete": True,
        "how": "literal",
    }
    assert answer["system"]["static"] == "yes"
    assert answer["system"]["tokens"]["low"] > 1100
    assert calls["chat.py::Chat.say"]["model"]["how"] == "env-default"
    assert calls["triage.py::urgent"]["max_tokens"]["values"] == [8]


def test_the_table_shows_the_calls(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "cost", *TODAY)
    assert "answer.py:20 " in out
    assert "claude-sonnet-5-5" in out
    assert "List prices as of 2026-11-22; tokens counted offline by ctok " in out
