from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from promptlint import __version__
from promptlint.cli import main, rule
from promptlint.errors import UserError

HEAVY = {"argparse", "rich", "libcst", "anthropic", "ctok", "pathspec", "tomli", "dataclasses"}


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)


KNOWN = "the commands are check, cost, tokens, rule, config"


KNOWN = "help: the commands are check, cost, diff, tokens, estimate, models, rule, config\n"


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_imports_nothing(option: str) -> None:
    code = (
        "import os, sys; before = set(sys.modules); leave = os._exit\n"
        "def list_modules(code):\n"
        "    print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}), flush=True); leave(code)\n"
        "os._exit = list_modules\n"
        "from promptlint.__main__ import main; main()"
    )
    done = python(code, option)
    version, imported = done.stdout.splitlines()
    assert (done.returncode, version) == (0, f"promptlint {__version__}")
    assert not HEAVY & set(imported.split())


def test_check_loads_nothing_heavy_before_it_is_needed() -> None:
    code = (
        "import sys, promptlint.cli.check; print(*sorted({'rich', 'libcst', 'anthropic', 'ctok'} & set(sys.modules)))"
    )
    assert python(code).stdout == "\n"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in main.COMMANDS)
    assert max(map(len, out.splitlines())) < 120


def test_no_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("promptlint finds the Claude calls")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "error: unknown command `chek`\nhelp: did you mean `promptlint check`?\n"),
        (
            ["frobnicate"],
            f"error: unknown command `frobnicate`\n{KNOWN}",
        ),
        (
            ["--isolated"],
            "error: unknown option `--isolated` before the command\nhelp: options follow the command",
        ),
        (
            ["check", "--selec", "PL1"],
            "error: unknown option `--selec`\nhelp: did you mean `--select`?\n",
        ),
        (
            ["check", "--frobnicate=1"],
            "error: unknown option or argument `--frobnicate=1`\nhelp: `promptlint check --help`",
        ),
        (
            ["check", "--today", "tomorrow"],
            "error: argument --today: 'tomorrow' is no date; write it as 2026-11-22\nhelp: `promptlint check --help`",
        ),
        (["rule", "PL99999"], "error: unknown rule `PL99999`\n"),
        (
            ["a\x1b[31mb"],
            f"error: unknown command `a␛[31mb`\n{KNOWN}",
        ),
    ],
)
def test_mistakes_get_a_short_message_and_exit_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(message)


@pytest.mark.parametrize("command", main.COMMANDS)
def test_every_command_has_help_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main.run([command, "--help"])
    assert done.value.code == 0
    out = capsys.readouterr().out
    assert f"\nexamples:\n  promptlint {command}" in out
    for option in ("--config FILE", "--isolated", "--quiet", "--color"):
        assert option in out


def test_what_the_user_can_put_right_is_exit_2_with_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(options: object) -> int:
        raise UserError("the file x.toml is broken", "mend it")

    monkeypatch.setattr(rule, "run", fail)
    assert main.run(["rule", "--all"]) == 2
    assert capsys.readouterr().err == "error: the file x.toml is broken\nhelp: mend it\n"


def test_an_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(rule, "run", interrupted)
    assert main.run(["rule", "--all"]) == 130
    assert capsys.readouterr() == ("", "")


def examples(command: str, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    with suppress(SystemExit):
        main.run([command, "--help"] if command else ["--help"])
    lines = capsys.readouterr().out.partition("xamples:\n")[2].partition("\n\n")[0].splitlines()
    shown = (re.split(r"\s{2,}", line.strip())[0].rpartition("| ")[2] for line in lines)
    return [shlex.split(line)[1:] for line in shown]


CLASSIFY = """\
import anthropic


def classify(ticket: str) -> str:
    client = anthropic.Anthropic()
    messages = [{"role": "user", "content": ticket}]
    found = client.messages.create(model="claude-haiku-5-5", max_tokens=9, messages=messages)
    return found.content[0].text
"""


def in_git(folder: Path) -> None:
    """One commit, by all the names that examples use."""
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "."),
        ("-c", "user.name=Shop", "-c", "user.email=shop@example.com", "commit", "-q", "-m", "all of it"),
        ("update-ref", "refs/remotes/origin/main", "HEAD"),
        ("tag", "v1.2"),
        ("tag", "v1.3"),
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True)


OWN_RULE = """\
code = "ACME001"
name = "no-please"
kind = "existence"
severity = "warning"
summary = '"{match}" is politeness that nobody reads'

[docs]
fix = "Leave it out."

[pattern]
tokens = ["please"]

[[bad]]
path = "triage.md"
code = "Please sort the ticket."
at = ["1:1"]

[[good]]
path = "triage.md"
code = "Sort the ticket."
"""


@pytest.mark.parametrize("command", ["", *main.COMMANDS])
def test_every_example_of_the_help_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body = '{"model": "claude-haiku-5-5", "max_tokens": 4000, "messages": [{"role": "user", "content": "Why?"}]}'
    bodies = ("body.json", "log.jsonl", "system.md", "greet.j2", "request.json", "batch.jsonl")
    for name in ("app/triage.py", "services/mail/send.py", "prompts/triage.md", *bodies):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(body if name in bodies else "", encoding="utf-8")
    if command == "rule":
        (tmp_path / "policies").mkdir()
        (tmp_path / "policies" / "no-please.toml").write_text(OWN_RULE, encoding="utf-8")
    if command == "cost":  # the others would have something to say about it
        (tmp_path / "app/triage.py").write_text(CLASSIFY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    in_git(tmp_path)
    found = examples(command, capsys)
    assert len(found) >= 2
    for arguments in found:
        if "--exact" in arguments:
            continue  # it asks the API, with a key
        monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BytesIO()}))
        assert (main.run(arguments), capsys.readouterr().err) == (0, "")


def module(*arguments: str, folder: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(main.__file__).parents[2])}
    command = [sys.executable, "-m", "promptlint", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True, **more)


def test_the_code_to_audit_stands_in_for_no_library(tmp_path: Path) -> None:
    planted = f"open({str(tmp_path / 'marker')!r}, 'w').close()\n"
    for name in ("__future__", "argparse", "ast", "rich", "tomli"):
        (tmp_path / f"{name}.py").write_text(planted, encoding="utf-8")
    done = module("check", ".", folder=tmp_path, stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "No Claude call found in 5 files.\n", "")
    assert not (tmp_path / "marker").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("arguments", [["check"], ["rule", "--all"], ["check", "--help"], ["--help"], ["--version"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_one_clear_line(
    arguments: list[str], unbuffered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with Path("/dev/full").open("w") as full:
        done = module(*arguments, folder=tmp_path, stdout=full)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "error: cannot write to stdout: No space left on device"
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_nothing_can_be_said_at_all(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(main.__file__).parents[2])}
    command = [sys.executable, "-m", "promptlint", "check", "nowhere.py"]
    with Path("/dev/full").open("w") as full:
        assert subprocess.run(command, cwd=tmp_path, env=environment, stdout=full, stderr=full).returncode == 2
