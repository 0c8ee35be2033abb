from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from promptlint.cli import main

HEAD = """\
import json

import anthropic

client = anthropic.Anthropic()


def summarise(rows: list[dict[str, object]]) -> object:
"""
CALL = """\
    return client.messages.create(
        model="claude-haiku-5-5", max_tokens=16000, messages=[{"role": "user", "content": prompt}]
    )
"""
BEFORE = f'{HEAD}    prompt = f"Rows: {{json.dumps(rows, indent=2)}}"\n{CALL}'
AFTER = f"{HEAD}    prompt = f\"Rows: {{json.dumps(rows, separators=(',', ':'))}}\"\n{CALL}"
SELECT = ("--isolated", "--select", "PL606")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "app.py"
    file.write_text(BEFORE, encoding="utf-8", newline="")
    return file


def check(*arguments: str) -> int:
    return main.run(["check", *SELECT, *arguments])


def test_fix_writes_the_file_and_reports_what_is_left(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app.chmod(0o640)
    assert check("--fix") == 0
    assert app.read_text(encoding="utf-8") == AFTER
    assert app.stat().st_mode & 0o777 == 0o640
    assert capsys.readouterr() == ("All clear: 1 call in 1 file.\nFixed 1 finding.\n", "")
    assert [path.name for path in app.parent.iterdir()] == ["app.py"]


def test_diff_writes_nothing(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--diff") == 1
    assert app.read_text(encoding="utf-8") == BEFORE
    out, err = capsys.readouterr()
    changed = [line for line in out.splitlines() if line.startswith(("+", "-"))]
    assert changed == [
        "--- app.py",
        "+++ app.py",
        '-    prompt = f"Rows: {json.dumps(rows, indent=2)}"',
        "+    prompt = f\"Rows: {json.dumps(rows, separators=(',', ':'))}\"",
    ]
    assert err == "Would fix 1 finding.\n"


def test_show_fixes_lists_what_could_be_done(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--show-fixes", "--output-format", "concise") == 1
    assert capsys.readouterr().out.endswith(
        "Could fix:\n  app.py:9:23: PL606 write the JSON without blanks (safe)\n1 fixable with --fix.\n"
    )


def test_json_carries_the_edits(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--output-format", "json") == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["fix"] == {
        "safety": "safe",
        "message": "write the JSON without blanks",
        "proven": False,
        "edits": [
            {
                "path": "app.py",
                "cell": None,
                "line": 9,
                "column": 40,
                "end_line": 9,
                "end_column": 48,
                "content": "separators=(',', ':')",
            }
        ],
    }


def test_read_only_file_is_refused_with_the_reason(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app.chmod(0o444)
    assert check("--fix", "--show-fixes", "--output-format", "concise") == 1
    assert app.read_text(encoding="utf-8") == BEFORE
    assert "Not fixed:\n  app.py:9:23: PL606 app.py is read-only\n" in capsys.readouterr().out


def test_file_that_changes_while_it_is_fixed_is_left_alone(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from promptlint.fixes import writing

    saved = writing.write

    def somebody_saves(*arguments: object) -> object:
        app.write_text("x = 1\n", encoding="utf-8")
        return saved(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "write", somebody_saves)
    assert check("--fix") == 2
    assert app.read_text(encoding="utf-8") == "x = 1\n"
    assert "app.py: not fixed: the file has changed since it was read" in capsys.readouterr().err


def test_sarif_carries_the_edits(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--output-format", "sarif") == 1
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    region = {"startLine": 9, "startColumn": 40, "endLine": 9, "endColumn": 48}
    replacement = {"deletedRegion": region, "insertedContent": {"text": "separators=(',', ':')"}}
    artifact = {"uri": "app.py", "uriBaseId": "%SRCROOT%"}
    assert result["fixes"] == [
        {
            "description": {"text": "write the JSON without blanks (safe)"},
            "artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}],
        }
    ]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_interruption_leaves_the_file_whole(app: Path, monkeypatch: pytest.MonkeyPatch, error: type) -> None:
    def interrupted(handle: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", interrupted)
    assert check("--fix") == (130 if error is KeyboardInterrupt else 2)
    assert app.read_text(encoding="utf-8") == BEFORE
    assert [path.name for path in app.parent.iterdir()] == ["app.py"]


def test_link_stays_a_link(app: Path) -> None:
    target = app.parent / "lib" / "real.py"
    target.parent.mkdir()
    app.rename(target)
    app.symlink_to(target)
    assert check("--fix", "app.py") == 0
    assert app.is_symlink()
    assert target.read_text(encoding="utf-8") == AFTER


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fix", "--diff"), "--fix writes files, and --diff writes none"),
        (("--fix", "-"), "--fix cannot change what comes from stdin"),
        (("--unsafe-fixes",), "--unsafe-fixes alone changes nothing"),
        (("--diff", "--output-format", "json"), "--diff prints a patch, no json"),
    ],
)
def test_options_that_contradict_each_other(
    app: Path, arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(*arguments) == 2
    assert message in capsys.readouterr().err


def test_notebook_is_checked_but_not_edited(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app.unlink()
    cell = {"cell_type": "code", "source": BEFORE, "metadata": {}, "outputs": [], "execution_count": None}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (app.parent / "app.ipynb").write_text(json.dumps(book), encoding="utf-8")
    assert check("--fix", "--show-fixes", "--output-format", "concise") == 1
    assert "PL606 notebooks are checked, but not edited yet\n" in capsys.readouterr().out


def test_add_ignore_silences_what_is_found_now(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--add-ignore=the reader is a person", "app.py") == 0
    assert app.read_text(encoding="utf-8") == BEFORE.replace(
        'indent=2)}"\n', 'indent=2)}"  # promptlint: ignore[PL606] the reader is a person\n'
    )
    assert capsys.readouterr().out == "All clear: 1 call in 1 file. 1 suppressed.\nAdded 1 comment.\n"


def test_add_ignore_takes_no_path_for_its_reason(app: Path) -> None:
    assert check("--add-ignore", "app.py") == 0
    assert "  # promptlint: ignore[PL606]\n" in app.read_text(encoding="utf-8")


def test_add_ignore_adds_to_a_comment_of_ours_and_stays_out_of_strings(app: Path) -> None:
    text = BEFORE.replace('f"Rows: {json.dumps(rows, indent=2)}"', 'f"""Rows:\n{json.dumps(rows, indent=2)}\n"""')
    app.write_text(text, encoding="utf-8")
    assert main.run(["check", "--isolated", "--select", "PL606,PL607", "--add-ignore"]) == 0
    assert "create(  # promptlint: ignore[PL606, PL607]\n" in app.read_text(encoding="utf-8")


def test_what_a_baseline_knows_is_not_fixed(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check("--output-format", "json", "--output-file", "base.json")
    two = BEFORE.replace("def summarise", "def again") + BEFORE.removeprefix(HEAD.partition("def ")[0])
    app.write_text(two, encoding="utf-8", newline="")
    check("--baseline", "base.json", "--fix")
    assert app.read_text(encoding="utf-8").count("indent=2") == 1
    assert check("--baseline", "base.json", "--add-ignore=later") == 0
    assert "promptlint: ignore" not in app.read_text(encoding="utf-8")


def test_what_is_not_shown_is_not_fixed(app: Path) -> None:
    assert check("--min-severity", "error", "--fix") == 0
    assert app.read_text(encoding="utf-8") == BEFORE
