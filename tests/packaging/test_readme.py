"""What the README says is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from promptlint.cli.main import COMMANDS
from promptlint.settings import load
from tests.packaging.environments import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", README)


def test_configuration_is_accepted(tmp_path: Path) -> None:
    (configuration,) = blocks("toml")
    file = tmp_path / "pyproject.toml"
    file.write_text(configuration, encoding="utf-8")
    settings = load(tmp_path, file)
    assert settings.fail_on == "error"
    assert settings.per_file_ignores["scripts/**"] == ("PL1",)


def test_there_are_two_commands_a_line_each() -> None:
    """The two that `.ci/run` runs, literally: the main job, and the tests."""
    (commands,) = blocks("sh")
    main_job, tests = commands.splitlines()
    assert main_job.endswith("promptlint check tests/examples/support_desk --exit-zero")
    assert tests.endswith("/pytest -n auto")
    assert all(line.startswith("python3 -m venv ") for line in (main_job, tests))


def test_commands_of_the_tour_exist() -> None:
    (tour,) = blocks("console")
    shown = [shlex.split(line, comments=True)[2] for line in tour.splitlines()]
    assert set(shown) == set(COMMANDS)


def test_hook_exists() -> None:
    (configuration,) = blocks("yaml")
    (hook,) = re.findall(r"- id: (\S+)", configuration)
    assert f"- id: {hook}\n" in (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_nobody_is_told_to_install_another_project(document: Path) -> None:
    assert not re.search(r"pip install (-\S+ )*promptlint\b", document.read_text(encoding="utf-8"))
