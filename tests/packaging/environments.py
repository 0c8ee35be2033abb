"""A copy of the checkout, and virtual environments to install it into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = ("promptlint", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", ".gitignore")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment that sees this one's dependencies, but not its promptlint."""

    directory: Path

    @property
    def bin(self) -> Path:
        return self.directory / ("Scripts" if os.name == "nt" else "bin")

    def install(self, *what: str | Path) -> None:
        """`pip install`, from the files at hand alone: the dependencies and the build backend are here already."""
        pip = [sys.executable, "-m", "pip", "--python", self.bin / "python", "install", "--quiet"]
        execute(*pip, "--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed", *what)

    def run(self, command: str, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.bin / command, *arguments], cwd=cwd, capture_output=True, text=True, env=clean())


def execute(*command: str | Path, cwd: Path = ROOT) -> str:
    run = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=clean())
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def clean() -> dict[str, str]:
    """The environment without what would lead a child back to this checkout or this terminal."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "FORCE_COLOR")}


def copy_of_checkout(directory: Path) -> Path:
    directory.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, directory / name)
    return directory
