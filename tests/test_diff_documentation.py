"""What docs/diff.md shows can be copied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from promptlint.budgets import _READERS
from promptlint.cli import diff
from promptlint.cli.options import Parser
from promptlint.cli.targets import targets
from promptlint.settings import load

TEXT = (Path(__file__).parents[1] / "docs" / "diff.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^promptlint diff ?([^#\n]*)", TEXT, re.MULTILINE)


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
    budget = load(tmp_path).budget
    assert (budget.limits.monthly, len(budget.exemptions), list(budget.calls)) == (5000, 1, ["app/chat.py::*"])


def test_every_key_is_explained() -> None:
    rows = "".join(line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([a-z-]+)`", rows)) == {*_READERS, "exemptions", "calls"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_are_understood(command: str) -> None:
    parser = Parser("diff", "Compare", diff.USAGE)
    diff.configure(parser)
    assert all(target.format in diff.FORMATS for target in targets(parser.parse(command.split()), diff.FORMATS[0]))
