"""JSON that is written to a file as well is not the model's alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixes.support import Project, write

APP = """\
import json

import anthropic

client = anthropic.Anthropic()


def ask(rows: list[str], path: str) -> object:
    {made}
    return client.messages.create(
        model="claude-haiku-5-5", max_tokens=16000, messages=[{{"role": "user", "content": {sent}}}]
    )
"""


@pytest.mark.parametrize(
    ("made", "sent", "safety"),
    [
        ("text = json.dumps(rows, indent=2)", "text", "safe"),
        ("text = json.dumps(rows, indent=2)", '"Rows: " + text', "safe"),
        ('text = json.dumps(rows, indent=2) if rows else ""', "text", "safe"),
        ('prompt = f"Rows: {json.dumps(rows, indent=2)}"; print(prompt)', "prompt", "safe"),
        ("text = json.dumps(rows, indent=2); open(path, 'w').write(text)", "text", "unsafe"),
        ("text = json.dumps(rows, indent=2) if rows else ''; print(text)", "text", "unsafe"),
        ("if len(text := json.dumps(rows, indent=2)) > 9: return None", "text", "unsafe"),
    ],
)
def test_what_goes_elsewhere_too_is_unsafe(made: str, sent: str, safety: str, tmp_path: Path) -> None:
    write(tmp_path, {"app.py": APP.format(made=made, sent=sent)}, {"select": ["PL606"]})
    (offer,) = Project(tmp_path).mend(apply=False).offers.values()
    assert offer.safety == safety


@pytest.mark.parametrize(("other", "safety"), [("", "safe"), ("from app import ROWS\n\nprint(ROWS)\n", "unsafe")])
def test_what_another_file_reads_is_unsafe(other: str, safety: str, tmp_path: Path) -> None:
    app = APP.format(made="pass", sent="ROWS").replace("client =", "ROWS = json.dumps(load(), indent=2)\nclient =")
    write(tmp_path, {"app.py": app, "other.py": other}, {"select": ["PL606"]})
    (offer,) = Project(tmp_path).mend(apply=False).offers.values()
    assert offer.safety == safety
