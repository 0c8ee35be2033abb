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


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_hook_reports_the_bad_file_and_passes_the_good_one(checkout: Path, tmp_path: Path) -> None:
    """Installs promptlint with its dependencies as a user's machine does, so this one needs a package index."""
    hooks = repository(checkout)
    target = tmp_path / "target"
    target.mkdir()
    (target / "bad.py").write_text(BAD, encoding="utf-8")
    (target / "good.py").write_text(GOOD, encoding="utf-8")
    repository(target)
    # pre-commit looks for this interpreter by its name: pythonX.Y.
    path = os.pathsep.join((str(Path(sys.base_prefix, "bin")), os.environ["PATH"]))
    environment = {**clean(), "PRE_COMMIT_HOME": str(tmp_path / "cache"), "PATH": path, "NO_COLOR": "1"}

    def hook(*files: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(hooks), "promptlint", "--verbose", "--files"]
        return subprocess.run([*command, *files], cwd=target, capture_output=True, text=True, env=environment)

    both = hook("bad.py", "good.py")
    assert both.returncode == 1, both.stdout + both.stderr
    assert "- exit code: 1" in both.stdout
    assert "bad.py:8:15" in both.stdout
    assert "good.py" not in both.stdout

    good = hook("good.py")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Passed" in good.stdout
