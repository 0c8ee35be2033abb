"""What the tests of packaging install, and where."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import pytest

from tests.packaging.environments import ROOT, Environment, copy_of_checkout, execute


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return made(tmp_path / "environment")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with promptlint in it, for tests that change neither."""
    folder = tmp_path_factory.mktemp("installed")
    environment = made(folder / "environment")
    environment.install(copy_of_checkout(folder / "checkout"))
    return environment


def made(directory: Path) -> Environment:
    environment = Environment(directory)
    execute(sys.executable, "-m", "venv", "--without-pip", directory)
    purelib = execute(
        environment.bin / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"
    ).strip()
    # Last in the alphabet, so that what is installed here comes first on sys.path.
    Path(purelib, "zz_dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return environment


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh copy of what a clone holds and a package needs."""
    return copy_of_checkout(tmp_path / "checkout")


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an sdist built from this checkout, and of a wheel built from that sdist."""
    directory = tmp_path_factory.mktemp("dist")
    execute(sys.executable, "-m", "build", "--no-isolation", "--outdir", directory, ROOT)
    return directory
