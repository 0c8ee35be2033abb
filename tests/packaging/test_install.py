"""What is installed works away from the checkout as it does in it, however it was installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.packaging.environments import ROOT, Environment, clean

EXAMPLE = ROOT / "tests" / "examples" / "support_desk"


def shipped(folder: str) -> set[str]:
    """The files of a folder of the checkout, by their path from the root, without what Python leaves behind."""
    files = (file for file in (ROOT / folder).rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(ROOT).as_posix() for file in files}


def in_checkout(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**clean(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "promptlint", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment)


def test_wheel_has_the_package_and_its_rules(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == shipped("promptlint") | {f"promptlint/{name}" for name in shipped("rules")}
    assert "promptlint/py.typed" in names


def test_sdist_has_what_a_checkout_has(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert shipped("promptlint") | shipped("rules") | {"README.md", "LICENSE", "pyproject.toml"} <= names
    assert {"tests/test_wings.py", ".pre-commit-hooks.yaml", ".ci/run"} <= names


@pytest.mark.slow
@pytest.mark.parametrize("how", ["wheel", "folder", "editable"])
def test_installed_promptlint_says_what_the_checkout_says(
    how: str, environment: Environment, checkout: Path, dist: Path, tmp_path: Path
) -> None:
    what = {"wheel": list(dist.glob("*.whl")), "folder": [checkout], "editable": ["-e", checkout]}
    environment.install(*what[how])
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(EXAMPLE, elsewhere / "app")
    for command in (
        ["rule", "--all"],
        ["check", "app", "--output-format", "json"],
        ["cost", "app", "--output-format", "json"],
    ):
        expected = in_checkout(*command, cwd=elsewhere)
        found = environment.run("promptlint", *command, cwd=elsewhere)
        assert (found.returncode, found.stdout) == (expected.returncode, expected.stdout), found.stderr
        assert "PL103" in found.stdout or command[0] == "cost"


@pytest.mark.slow
def test_editable_install_reads_the_rules_of_the_checkout(
    environment: Environment, checkout: Path, tmp_path: Path
) -> None:
    environment.install("-e", checkout)
    (rule,) = checkout.glob("rules/*/reused-prefix-not-cached.toml")
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace('summary = "', 'summary = "Edited: '), encoding="utf-8")
    assert "\nEdited: " in environment.run("promptlint", "rule", "PL103", cwd=tmp_path).stdout


def test_rules_of_another_project_beside_the_package_are_not_read(checkout: Path, tmp_path: Path) -> None:
    """A package copied into a project that has a folder `rules` itself."""
    (checkout / "pyproject.toml").write_text('[project]\nname = "another"\n', encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "promptlint", "rule", "--all"], cwd=checkout, capture_output=True, text=True, env=clean()
    )
    assert run.returncode == 2
    assert "PL103" not in run.stdout
