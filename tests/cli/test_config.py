from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.cli import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "promptlint.toml").write_text('ignore = ["PL103"]\n', encoding="utf-8")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "promptlint.toml").write_text('fail-on = "error"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path.resolve()


def test_what_applies_here_and_where_it_comes_from(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"# root: {project.as_posix()}", f"# configuration: {project.as_posix()}/promptlint.toml"]
    assert 'ignore = ["PL103"]  # promptlint.toml' in lines
    assert 'fail-on = "warning"  # default' in lines


def test_what_applies_elsewhere(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["config", "--resolved", "mail"]) == 0
    assert 'fail-on = "error"  # promptlint.toml' in capsys.readouterr().out


def test_isolated_reads_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["config", "--isolated"]) == 0
    out = capsys.readouterr().out
    assert "# configuration: none\n" in out
    assert "promptlint.toml" not in out


def test_a_path_that_does_not_exist(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["config", "--resolved", "nowhere"]) == 2
    assert capsys.readouterr().err.startswith("error: nowhere: there is no such file or directory\n")


def test_a_broken_configuration_is_exit_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "promptlint.toml").write_text("ignroe = []\n", encoding="utf-8")
    assert main.run(["config"]) == 2
    assert capsys.readouterr().err == ("error: promptlint.toml:1: unknown key `ignroe`\nhelp: did you mean `ignore`?\n")
