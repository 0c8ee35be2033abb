from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.cli import main


@pytest.mark.parametrize("command", ["check", "cost"])
def test_a_key_of_the_budget_that_matches_no_call_is_told(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "app.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "promptlint.toml").write_text('[budget.calls."app.py::*"]\nmax-monthly = "$5"\n', encoding="utf-8")
    main.run([command])
    assert capsys.readouterr().err == "warning: promptlint.toml:1: `budget` calls: `app.py::*` matches no call\n"
    main.run([command, "--quiet"])
    assert capsys.readouterr().err == ""
