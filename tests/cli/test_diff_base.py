"""`check --diff-base`: only what a change brings counts. With real git, in a repository that is made here."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from promptlint.cli import main

CALL = """\
import anthropic

client = anthropic.Anthropic()


def {name}(question: str) -> str:
    return client.messages.create(
        model="{model}", max_tokens=400, messages=[{{"role": "user", "content": question}}]
    ).content[0].text
"""

Check = Callable[..., tuple[int, str, str]]


def git(*arguments: str) -> None:
    command = ("git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", *arguments)
    subprocess.run(
        command, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null"}
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    (tmp_path / "promptlint.toml").write_text('select = ["PL301"]\n', encoding="utf-8")
    (tmp_path / "ask.py").write_text(CALL.format(name="ask", model="claude-3-opus-20240229"), encoding="utf-8")
    git("add", "-A")
    git("commit", "-qm", "one call")
    git("checkout", "-qb", "change")
    return tmp_path


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*options: str) -> tuple[int, str, str]:
        command = ["check", "--today", "2026-11-22", "--output-format", "concise", "--color", "never", *options]
        code = main.run(command)
        return (code, *capsys.readouterr())

    return run


def test_what_was_there_before_does_not_count(here: Path, check: Check) -> None:
    git("mv", "ask.py", "asked.py")
    (here / "tell.py").write_text(CALL.format(name="tell", model="claude-3-haiku-20240307"), encoding="utf-8")
    code, out, _ = check("--diff-base", "main")
    found, summary = out.splitlines()
    assert code == 1
    assert found.startswith("tell.py:8:15: PL301 error claude-3-haiku-20240307 is retired")
    assert summary == "Found 1 error in 2 calls (2 files). 1 there before the change."


def test_nothing_new_is_clean_and_says_what_was_there(here: Path, check: Check) -> None:
    assert check("--diff-base", "main") == (0, "All clear: 1 call in 1 file. 1 there before the change.\n", "")


def test_what_main_has_gained_since_is_not_the_changes_doing(here: Path, check: Check) -> None:
    git("commit", "-q", "--allow-empty", "-m", "work")
    git("checkout", "-q", "main")
    (here / "ask.py").write_text(CALL.format(name="ask", model="claude-haiku-5-5"), encoding="utf-8")
    git("commit", "-qam", "a newer model")
    git("checkout", "-q", "change")
    assert check("--diff-base", "main")[0] == 0


def test_json_names_the_commit_and_marks_what_was_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["check", "--diff-base", "main", "--output-format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["baseline"]["path"] is None
    assert report["baseline"]["commit"].startswith("merge base with main (")
    assert [finding["baselined"] for finding in report["findings"]] == [True]


def test_what_could_not_be_read_before_is_a_problem(here: Path, check: Check) -> None:
    git("checkout", "-q", "main")
    (here / "broken.py").write_text("import anthropic\nanthropic.Anthropic().messages.create(\n", encoding="utf-8")
    git("add", "-A")
    git("commit", "-qm", "broken")
    git("checkout", "-q", "-B", "change")
    (here / "broken.py").unlink()
    code, _, errors = check("--diff-base", "main")
    assert code == 2
    assert "broken.py:2" in errors
    assert "at merge base with main (" in errors


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--diff-base", "nowhere"), "there is no commit `nowhere`"),
        (("--diff-base", "main", "--baseline", "report.json"), "--diff-base and --baseline exclude each other"),
    ],
)
def test_wrong_use(here: Path, check: Check, options: tuple[str, ...], message: str) -> None:
    (here / "report.json").write_text('{"schema": "promptlint/check/v1", "findings": []}', encoding="utf-8")
    code, out, errors = check(*options)
    assert (code, out) == (2, "")
    assert message in errors


def test_the_commit_of_another_repository_is_not_compared_with(here: Path, check: Check, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git("init", "-q", str(other))
    (other / "ask.py").write_bytes((here / "ask.py").read_bytes())
    code, out, err = check("other", "--diff-base", "main")
    assert (code, out) == (2, "")
    assert err == f"error: {other} is in another repository than the current directory\nhelp: run it there\n"
