"""The edits in json and SARIF, applied by whoever reads these formats and nothing else of promptlint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from promptlint.cli import main

APP = """\
import json

import anthropic

client = anthropic.Anthropic()
MODEL = "claude-3-haiku-20240307"  # 🦀


def ask(rows: list[str]) -> object:
    return client.messages.create(
        model=MODEL,
        max_tokens=300,
        messages=[{"role": "user", "content": "🎈ü" + json.dumps(rows, indent=2)}],
    )  # ü
"""
FIXED = """\
import json
import logging

import anthropic

client = anthropic.Anthropic()
MODEL = "claude-haiku-5-5"  # 🦀


def ask(rows: list[str]) -> object:
    reply = client.messages.create(
        model=MODEL,
        max_tokens=16000,
        messages=[{"role": "user", "content": "🎈ü" + json.dumps(rows, separators=(",", ":"))}],
    )  # ü
    logging.getLogger(__name__).info("usage of Claude: %s", reply.usage)
    return reply
"""
ENCODINGS = [("\n", ""), ("\r\n", ""), ("\n", "\ufeff"), ("\r\n", "\ufeff")]
Replacement = tuple[tuple[int, int], tuple[int, int], str]


@pytest.fixture(params=ENCODINGS, ids=["lf", "crlf", "mark", "mark and crlf"])
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    newline, mark = request.param
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "my app.py"
    file.write_text(mark + APP.replace("\n", newline), encoding="utf-8", newline="")
    return file


def document(format: str, capsys: pytest.CaptureFixture[str]) -> Any:
    main.run(["check", "--isolated", "--select", "PL301,PL606,PL901", "--output-format", format])
    return json.loads(capsys.readouterr().out)


def applied(text: str, replacements: list[Replacement]) -> str:
    """The text after some replacements, from the last to the first; columns count code points from 1."""
    mark, text = text[: text.startswith("\ufeff")], text.removeprefix("\ufeff")
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:at])) for at in range(len(lines) + 1)]
    for (line, column), (end_line, end_column), content in sorted(replacements, reverse=True):
        start, end = starts[line - 1] + column - 1, starts[end_line - 1] + end_column - 1
        text = text[:start] + content + text[end:]
    return mark + text


def expected(file: Path) -> str:
    written = file.read_bytes().decode("utf-8")
    fixed = FIXED.replace("\n", "\r\n" if "\r\n" in written else "\n")
    return f"\ufeff{fixed}" if written.startswith("\ufeff") else fixed


def test_edits_in_json(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edits = [edit for finding in document("json", capsys)["findings"] for edit in finding["fix"]["edits"]]
    assert {(edit["path"], edit["cell"]) for edit in edits} == {("my app.py", None)}
    found = [
        ((edit["line"], edit["column"]), (edit["end_line"], edit["end_column"]), edit["content"]) for edit in edits
    ]
    assert applied(app.read_bytes().decode("utf-8"), found) == expected(app)


def test_fixes_in_sarif(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run,) = document("sarif", capsys)["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    changes = [change for result in run["results"] for fix in result["fixes"] for change in fix["artifactChanges"]]
    assert {unquote(change["artifactLocation"]["uri"]) for change in changes} == {"my app.py"}
    found = []
    for replacement in (replacement for change in changes for replacement in change["replacements"]):
        region = replacement["deletedRegion"]
        start = (region["startLine"], region.get("startColumn", 1))
        end = (region.get("endLine", start[0]), region["endColumn"])
        found.append((start, end, replacement["insertedContent"]["text"]))
    assert applied(app.read_bytes().decode("utf-8"), found) == expected(app)


def test_fix_writes_the_same(app: Path) -> None:
    text = expected(app)
    main.run(["check", "--isolated", "--select", "PL301,PL606,PL901", "--fix", "--unsafe-fixes"])
    assert app.read_bytes().decode("utf-8") == text
