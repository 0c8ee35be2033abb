"""What grows with each request, and nothing shortens."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Growth
from tests.source.reading import read

KEYED = """\
from anthropic import Anthropic
client = Anthropic()
sessions = {}
def chat(user, text):
    said = sessions.setdefault(user, [])
    said.append({"role": "user", "content": text})
    reply = client.messages.create(model="claude-haiku-5-5", max_tokens=9, messages=said)
    said.append({"role": "assistant", "content": reply.content})
"""
KEPT = """\
from anthropic import Anthropic
from fastapi import FastAPI
app = FastAPI()
class Guide:
    def __init__(self):
        self.said = []
    def ask(self, text):
        self.said.append({"role": "user", "content": text})
        reply = Anthropic().messages.create(model="claude-haiku-5-5", max_tokens=9, messages=self.said)
        self.said.append({"role": "assistant", "content": reply.content})
guide = Guide()
@app.post("/ask")
def ask(text):
    return guide.ask(text)
"""
ROUNDS = """\
from anthropic import Anthropic
client = Anthropic()
def write(goal, notes):
    text = " ".join(f"- {note}" for note in notes)
    reply = client.messages.create(
        model="claude-haiku-5-5", max_tokens=9, messages=[{"role": "user", "content": f"{goal}: {text}"}])
    return reply.content[0].text
def work(goal):
    notes = []
    while True:
        note = write(goal, notes)
        if "DONE" in note:
            return note
        notes.append(note)
"""


def growth(root: Path, source: str) -> Growth | None:
    [call] = [call for call in read(root, source).calls if call.role == "call"]
    return call.request.growth


@pytest.mark.parametrize(
    ("source", "of", "name", "line"),
    [(KEYED, "session", "sessions", 8), (KEPT, "session", "self.said", 10), (ROUNDS, "rounds", "notes", 14)],
)
def test_nothing_shortens_it(tmp_path: Path, source: str, of: str, name: str, line: int) -> None:
    found = growth(tmp_path, source)
    assert found is not None
    assert (found.of, found.name, found.place.line) == (of, name, line)


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        (KEYED, "sessions.setdefault(user, [])", "[]"),
        (KEYED, "    said.append", "    if len(said) > 40:\n        said = said[-20:]\n    said.append"),
        (KEYED, "sessions = {}", "sessions = {}\nMAX_MESSAGES = 40"),
        (KEYED, "    said.append", "    if reply.total_tokens > 100_000:\n        return\n    said.append"),
        (KEYED, '"assistant"', '"user"'),
        (KEPT, '@app.post("/ask")\n', ""),
        (KEPT, "    def ask(self, text):\n", "    def ask(self, text):\n        self.said = []\n"),
        (KEPT, "guide = Guide()", "def drop(guide):\n    del self.said[0]\nguide = Guide()"),
        (ROUNDS, "write(goal, notes)\n        if", "write(goal, notes[-5:])\n        if"),
        (ROUNDS, "    while True:", "    while True:\n        notes = []"),
        (ROUNDS, "while True", "while rounds < 9"),
        (ROUNDS, "while True", "for part in goal"),
        (ROUNDS, "        notes.append(note)", "        print(note)"),
    ],
)
def test_what_ends_or_is_not_kept(tmp_path: Path, source: str, old: str, new: str) -> None:
    changed = source.replace(old, new, 1)
    assert changed != source
    assert growth(tmp_path, changed) is None
