"""The real SDK, before and after a safe fix: the same data in the same text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fixes.support import Project
from tests.tokens.count_server import Reply, serving

PROGRAM = """\
import json
import sys

import anthropic

client = anthropic.Anthropic(api_key="none", base_url=sys.argv[1], max_retries=0)
ROWS = json.loads(sys.argv[2])


def ask(rows: list[object], question: str) -> object:
    data = json.dumps(rows, indent=2, sort_keys=True)
    return client.messages.create(
        model="claude-opus-5-5",
        max_tokens=16000,
        system="You count  rows.\\n",
        messages=[{"role": "user", "content": f"{question}\\n<rows>{json.dumps(rows, indent=2)}</rows> Count!"}],
    )


ask(ROWS, "How many?")
"""
ROWS = [{"name": "Größe", "n": 1.50}, {"note": 'a, b: "c"', "list": [1, [], {}], "none": None}]
ANSWER = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-opus-5-5",
    "content": [{"type": "text", "text": "2"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}


@pytest.mark.slow
def test_safe_fixes_send_the_same_data_in_the_same_text(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "promptlint.toml").write_text('select = ["PL606", "PL607"]\n', encoding="utf-8")
    mended = Project(tmp_path).mend()
    assert {one.finding.rule.code for one in mended.applied} == {"PL606"}
    (tmp_path / "fixed.py").write_bytes(mended.changes["app.py"])
    before, after = (sent(tmp_path / name) for name in ("app.py", "fixed.py"))
    old, new = (body["messages"][0].pop("content") for body in (before, after))
    assert before == after
    assert split(old)[0] == split(new)[0]
    assert json.loads(split(old)[1]) == json.loads(split(new)[1]) == ROWS
    assert len(new) < len(old)


def sent(program: Path) -> dict[str, Any]:
    """The body of the one request that a program sends."""
    with serving() as server:
        server.answer = lambda body: Reply(ANSWER)
        command = [sys.executable, str(program), server.url, json.dumps(ROWS)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "NO_PROXY": "127.0.0.1"})
        (body,) = server.bodies
        return body


def split(text: str) -> tuple[tuple[str, str], str]:
    """The text around the data, and the data."""
    head, _, rest = text.partition("<rows>")
    data, _, tail = rest.partition("</rows>")
    return (head, tail), data
