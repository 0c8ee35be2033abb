"""Notebooks from end to end: every format shows cell and line, comments in cells work, bad input is said."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from promptlint.cli import main
from tests.source.test_notebooks import CLIENT, markdown, notebook

RETIRED = "claude-3-opus-20240229"
ASK = f"""\
%time
reply = client.messages.create(
    model="{RETIRED}",
    max_tokens=9,
    messages=[{{"role": "user", "content": "Hello"}}],
)"""
SILENCED = ASK.replace('opus-20240229",', 'opus-20240229",  # promptlint: ignore[PL301] kept for comparison')
TODAY = ("--today", "2026-11-22")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "a.ipynb").write_text(notebook(markdown("# One"), CLIENT, ASK, SILENCED), encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.run(arguments)
    return code, *capsys.readouterr()


@pytest.mark.parametrize("path", [".", "lab", "lab/a.ipynb"])
def test_the_default_format_shows_the_code_of_the_cell(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check", *TODAY, "--select", "PL301", path)
    assert (code, err) == (1, "")
    assert (
        f"""\
 --> lab/a.ipynb:cell 3:3:11
  |
2 | reply = client.messages.create(
3 |     model="{RETIRED}",
  |           ^^^^^^^^^^^^^^^^^^^^^^^^ retired since 2026-01-05
"""
        in out
    )
    assert "Found 1 error in 2 calls (1 file). 1 suppressed.\n" in out


def test_the_concise_format(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", *TODAY, "--select", "PL301", "--output-format", "concise", "--no-ignores")
    places = [line.split(": ")[0] for line in out.splitlines()[:2]]
    assert places == ["lab/a.ipynb:cell 3:3:11", "lab/a.ipynb:cell 4:3:11"]


def test_the_json_format(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", *TODAY, "--select", "PL301", "--output-format", "json")
    first, second = json.loads(out)["findings"]
    assert (first["path"], first["cell"], first["line"], first["column"]) == ("lab/a.ipynb", 3, 3, 11)
    assert first["suppression"] is None
    reason = "kept for comparison"
    assert second["suppression"] == {"path": "lab/a.ipynb", "cell": 4, "line": 3, "reason": reason}
    assert first["fingerprint"] != second["fingerprint"]


def test_a_fingerprint_stays_when_cells_move(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, before, _ = run(capsys, "check", *TODAY, "--output-format", "json")
    moved = notebook(markdown("# One"), markdown("# Two"), CLIENT, f"x = 1\n{ASK}", SILENCED)
    (here / "lab" / "a.ipynb").write_text(moved, encoding="utf-8")
    _, after, _ = run(capsys, "check", *TODAY, "--output-format", "json")
    old, new = (json.loads(text)["findings"] for text in (before, after))
    assert [finding["fingerprint"] for finding in old] == [finding["fingerprint"] for finding in new]
    assert [finding["cell"] for finding in new] == [cell["cell"] + 1 for cell in old]


def test_cost(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cost", *TODAY)
    assert code == 0
    assert "lab/a.ipynb:cell 3:2 " in out
    _, out, _ = run(capsys, "cost", *TODAY, "--output-format", "json")
    assert [(call["cell"], call["line"], call["id"]) for call in json.loads(out)["calls"]] == [
        (3, 2, "lab/a.ipynb::<module>"),
        (4, 2, "lab/a.ipynb::<module>#2"),
    ]


def test_a_notebook_on_stdin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = notebook(f"{CLIENT}{ASK}")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    _, out, _ = run(capsys, "check", *TODAY, "-", "--stdin-filename", "b.ipynb", "--output-format", "concise")
    assert "b.ipynb:cell 1:5:11: PL301 error" in out


def test_a_notebook_that_is_named_and_cannot_be_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "b.ipynb").write_text("{", encoding="utf-8")
    assert run(capsys, "check", *TODAY, "--exit-zero", "--select", "PL4") == (
        0,
        "All clear: 2 calls in 2 files.\n",
        "",
    )
    code, _, err = run(capsys, "check", *TODAY, "b.ipynb")
    assert code == 2
    assert err.splitlines() == [
        "error: b.ipynb:1:2: the notebook is not valid JSON: Expecting property name enclosed in double quotes",
        "  help: save it again from Jupyter, or exclude it",
    ]


def test_a_broken_cell(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "lab" / "a.ipynb").write_text(notebook(CLIENT, f"{ASK}\nx = )", ASK), encoding="utf-8")
    code, out, err = run(capsys, "check", *TODAY, "--output-format", "concise")
    assert code == 2
    assert err.startswith("error: lab/a.ipynb:cell 2:7:5: syntax error: unmatched ')'\n")
    assert "lab/a.ipynb:cell 3:3:11: PL301" in out


def test_a_notebook_of_another_language_that_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "b.ipynb").write_text(notebook("library(x", kernelspec={"language": "R"}), encoding="utf-8")
    assert run(capsys, "check", "b.ipynb") == (0, "No Claude call found in 1 file.\n", "")


def test_a_call_is_explained_by_its_place_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    _, table, _ = run(capsys, "cost", *TODAY)
    assert "lab/a.ipynb:cell 3:2" in table
    code, out, err = run(capsys, "cost", *TODAY, "--explain", "lab/a.ipynb:cell 3:2")
    assert (code, err) == (0, "")
    assert "lab/a.ipynb:cell 3:2:9\n" in out
    assert "cell 4" not in out
    _, out, _ = run(capsys, "cost", *TODAY, "--explain", "lab/a.ipynb:cell 3:2", "--output-format", "json")
    [call] = json.loads(out)["calls"]
    assert call["explain"]["model"]["place"] == {"path": "lab/a.ipynb", "cell": 3, "line": 3, "column": 11}
