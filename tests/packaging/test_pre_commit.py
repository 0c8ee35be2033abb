"""The hook, as pre-commit installs and runs it from a git repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.environments import clean, execute

BAD = """\
import anthropic

client = anthropic.Anthropic()


def answer(question: str) -> str:
    reply = client.messages.create(
        model="claude-3-opus-20240229",
        max_tokens=1024,
        messages=[{"role": "user", "content": question}],
    )
    return reply.content[0].text
"""
GOOD = 'print("nothing is sent")\n'


def git(*arguments: str, cwd: Path) -> None:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false")
    execute("git", *identity, *arguments, cwd=cwd)


def repository(directory: Path) -> Path:
    git("init", "--quiet", cwd=directory)
    git("add", "--all", cwd=directory)
    git("commit", "--quiet", "--message", "all", cwd=directory)
    return directory


LETTER = """\
from pathlib import Path

import anthropic

client = anthropic.Anthropic()


def letter(name: str) -> str:
    reply = client.messages.create(
        model="claude-haiku-5-5",
        max_tokens=800,
        system=Path(__file__).with_name("letter.md").read_text(),
        messages=[{"role": "user", "content": name}],
    )
    return reply.content[0].text
"""
LINE = "Write a letter to a customer whose order is late, and name the new date.\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]
"""They install promptlint with its dependencies as a user's machine does, so they need a package index."""


def hooks_on(hooks: Path, target: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """`pre-commit try-repo` with both hooks, which share one environment."""
    # pre-commit looks for this interpreter by its name: pythonX.Y.
    path = os.pathsep.join((str(Path(sys.base_prefix, "bin")), os.environ["PATH"]))
    environment = {**clean(), "PRE_COMMIT_HOME": str(hooks.parent / "cache"), "PATH": path, "NO_COLOR": "1"}
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(hooks), "--verbose", "--files", *files]
    return subprocess.run(command, cwd=target, capture_output=True, text=True, env=environment)


def test_hooks_pass_what_is_good_and_report_what_a_change_does(checkout: Path, tmp_path: Path) -> None:
    hooks = repository(checkout)
    target = tmp_path / "target"
    target.mkdir()
    for name, text in {
        "promptlint.toml": '[budget]\nmax-increase-per-call = "20%"\n',
        "good.py": GOOD,
        "letter.py": LETTER,
        "letter.md": LINE,
        "README.md": "Please please please, dear reader, be so kind as to read this.\n",
    }.items():
        (target / name).write_text(text, encoding="utf-8")
    repository(target)

    good = hooks_on(hooks, target, "good.py", "README.md")
    assert good.returncode == 0, good.stdout + good.stderr
    assert good.stdout.count("Passed") == 2
    assert "README.md" not in good.stdout

    (target / "bad.py").write_text(BAD, encoding="utf-8")
    (target / "letter.md").write_text(LINE * 20 + "TODO: say this in French too\n", encoding="utf-8")
    changed = hooks_on(hooks, target, "bad.py", "letter.md")
    assert changed.returncode == 1, changed.stdout + changed.stderr
    assert "- exit code: 1" in changed.stdout
    assert "bad.py:8:15" in changed.stdout
    assert "letter.md:21:1" in changed.stdout  # a prompt file's own line, though the call stands in letter.py
    assert "good.py" not in changed.stdout
    assert "- exit code: 3" in changed.stdout
    assert "letter.py::letter costs " in changed.stdout
