from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptlint.cli import main

CODE = """\
import anthropic

def classify(ticket):
    client = anthropic.Anthropic()
    return client.messages.create(
        model="claude-opus-4-8", max_tokens=9, messages=[{"role": "user", "content": f"Sort this: {ticket}"}]
    )
"""


def test_sizes_of_holes_make_a_call_countable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "triage.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "promptlint.toml").write_text('[holes]\n"triage.py::*:ticket" = 400\ntitle = 9\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "cache"))
    assert main.run(["cost", "--output-format", "json"]) == 0
    output, errors = capsys.readouterr()
    (call,) = json.loads(output)["calls"]
    assert call["messages"]["tokens"] == {"low": 403, "value": 406, "high": 409, "source": "configured"}
    assert errors == "warning: promptlint.toml:1: `holes` key `title` names nothing that a call sends\n"
