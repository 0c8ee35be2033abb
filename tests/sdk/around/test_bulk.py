"""What a tool's result holds whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import read

START = """\
import json, sqlite3, subprocess
import requests
from subprocess import run as go
from anthropic import Anthropic
client = Anthropic()
def view(path):
    with open(path) as file:
        return file.read()
def head(text):
    return text[:2000]
def agent(m):
    while True:
        r = client.messages.create(model="claude-haiku-5-5", max_tokens=9, tools=[{"name": "look_up"}], messages=m)
        if r.stop_reason != "tool_use":
            return r
        m.append({"role": "assistant", "content": r.content})
        for b in r.content:
"""


def bulk(root: Path, body: str, content: str) -> list[tuple[str, str]]:
    lines = [*body.splitlines(), 'x = [{"type": "tool_result", "tool_use_id": b.id, "content": ' + content + "}]"]
    lines += ['m.append({"role": "user", "content": x})']
    source = START + "".join(f"            {line}\n" for line in lines)
    [call] = [call for call in read(root, source).calls if call.role == "call"]
    blocks = {block.place: block for message in call.request.messages.messages for block in message.blocks}
    return [(one.what, one.name) for block in blocks.values() for one in block.bulk]


RUN = "p = subprocess.run(b.input['c'], shell=True, capture_output=True, text=True)"
OPEN_PIPE = "p = subprocess.Popen(b.input['c'], shell=True, stdout=-1)\nout, err = p.communicate()"


@pytest.mark.parametrize(
    ("body", "content", "what"),
    [
        (RUN, "p.stdout", "output"),
        (RUN, "p.stdout.strip() or '(nothing)'", "output"),
        (RUN, "json.dumps({'out': p.stdout, 'code': p.returncode})", "output"),
        (OPEN_PIPE, "out.decode()", "output"),
        ("p = go(['grep', b.input['c']], capture_output=True)", "p.stdout", "output"),
        ("", "subprocess.check_output(b.input['c'], text=True)", "output"),
        ("", "view(b.input['path'])", "file"),
        ("", "requests.get(b.input['url']).text", "page"),
        ("rows = sqlite3.connect('a').execute(b.input['sql']).fetchall()", "json.dumps(rows)", "rows"),
    ],
)
def test_what_is_of_any_size(tmp_path: Path, body: str, content: str, what: str) -> None:
    assert {found for found, _ in bulk(tmp_path, body, content)} == {what}


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (RUN, "p.stdout[:2000]"),
        (RUN, "head(p.stdout)"),
        (RUN, "truncate(p.stdout)"),
        (f"{RUN}\nif len(p.stdout) > 5000:\n    continue", "p.stdout"),
        ("p = go(['git', 'branch'], capture_output=True)", "p.stdout"),
        ("p = go(['chmod', '+x', b.input['c']], capture_output=True)", "p.stdout"),
        ("", "open(b.input['path']).read(2000)"),
        ("", "open('notes.txt').read()"),
        ("", "requests.get('https://api.example.com/' + b.input['city']).text"),
        ("", "requests.get(b.input['url']).status_code"),
        ("rows = sqlite3.connect('a').execute('SELECT 1').fetchall()", "json.dumps(rows)"),
        ("", "result_of(b)"),
    ],
)
def test_what_is_cut_or_known_or_not_seen(tmp_path: Path, body: str, content: str) -> None:
    assert bulk(tmp_path, body, content) == []
