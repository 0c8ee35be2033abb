"""What is refused because the edit alone would break something else, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixes.support import Project, write

RETIRED = """\
import anthropic

client = anthropic.Anthropic()
MODEL = "claude-3-haiku-20240307"
{more}

def ask(question: str) -> object:
    return client.messages.create(model=MODEL, max_tokens=16000, messages=[{{"role": "user", "content": question}}])
"""


def refusals(folder: Path, files: dict[str, str], code: str) -> list[str]:
    write(folder, files, {"select": [code]})
    mended = Project(folder).mend(unsafe=True)
    assert mended.changes == {}
    return [refusal.reason for refusal in mended.refusals.values()]


@pytest.mark.parametrize(
    "more",
    [
        'USD = {"claude-3-haiku-20240307": 0.25}\n',
        "assert MODEL == 'claude-3-haiku-20240307'\n",
        'IS_OLD = "claude-3-haiku-20240307" != MODEL\n',
    ],
)
def test_model_whose_old_name_is_looked_up_is_not_renamed(more: str, tmp_path: Path) -> None:
    (reason,) = refusals(tmp_path, {"app.py": RETIRED.format(more=more)}, "PL301")
    assert reason == "app.py:5 compares or looks up the old name: both have to change together"


def test_model_whose_old_name_is_looked_up_where_it_is_sent_is_not_renamed(tmp_path: Path) -> None:
    app = RETIRED.format(more="").replace('MODEL = "claude-3-haiku-20240307"', "from names import MODEL")
    files = {
        "names.py": 'MODEL = "claude-3-haiku-20240307"\n',
        "app.py": f"{app}\nUSD = {{'claude-3-haiku-20240307': 1}}\n",
    }
    (reason,) = refusals(tmp_path, files, "PL301")
    assert reason == "app.py:10 compares or looks up the old name: both have to change together"


def test_name_of_a_model_in_a_list_is_no_comparison(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": RETIRED.format(more='OLD = ["claude-3-haiku-20240307"]\n')}, {"select": ["PL301"]})
    assert b'MODEL = "claude-haiku-5-5"' in Project(tmp_path).mend(unsafe=True).changes["app.py"]


@pytest.mark.parametrize(
    ("head", "call", "reason"),
    [
        (
            "question: str",
            "client.messages.with_raw_response.create",
            "the reply is read as it was sent, before it is parsed",
        ),
        (
            "question: str, logging=None",
            "client.messages.create",
            "the file uses the name `logging` for something else",
        ),
    ],
)
def test_usage_that_cannot_be_logged(head: str, call: str, reason: str, tmp_path: Path) -> None:
    app = f"""\
import anthropic

client = anthropic.Anthropic()


def ask({head}) -> object:
    reply = {call}(
        model="claude-haiku-5-5", max_tokens=16000, messages=[{{"role": "user", "content": question}}]
    )
    return reply
"""
    assert refusals(tmp_path, {"app.py": app}, "PL901") == [reason]


@pytest.mark.parametrize("code", ["PL606", "PL607"])
def test_json_that_is_told_more_by_a_mapping(code: str, tmp_path: Path) -> None:
    app = """\
import json

import anthropic

client = anthropic.Anthropic()


def ask(rows: list[str], **how: object) -> object:
    text = json.dumps(rows, indent=2, **how)
    return client.messages.create(
        model="claude-haiku-5-5", max_tokens=16000, messages=[{"role": "user", "content": text}]
    )
"""
    assert refusals(tmp_path, {"app.py": app}, code) == ["what the call is told by a mapping is not known"]
