"""Loops that only Claude ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import read

START = """\
import time
from anthropic import Anthropic
client = Anthropic()
def look_up(block):
    return {"type": "tool_result", "tool_use_id": block.id, "content": "shipped"}
def allowed(block):
    return input("y/n ") == "y"
"""
SEND = 'client.messages.create(model="claude-haiku-5-5", max_tokens=9, tools=[{"name": "look_up"}], messages=m)'
TOOLS = "m.append([look_up(b) for b in r.content])"
END = 'if r.stop_reason != "tool_use":\n            return r'


def is_uncapped(root: Path, head: str, *body: str) -> bool:
    inner = "".join(f"        {line}\n" for line in body)
    source = f"{START}def run(m, n, deadline):\n    r = None\n    {head}\n        r = {SEND}\n{inner}"
    [call] = [call for call in read(root, source).calls if call.role == "call"]
    return any(loop.uncapped for loop in call.context.loops)


@pytest.mark.parametrize(
    ("head", "body"), [("while True:", (END, TOOLS)), ('while r is None or r.stop_reason == "tool_use":', (TOOLS,))]
)
def test_only_claude_ends_it(tmp_path: Path, head: str, body: tuple[str, ...]) -> None:
    assert is_uncapped(tmp_path, head, *body)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("for _ in range(9):", (END, TOOLS)),
        ("while n < 9:", (END, TOOLS, "n += 1")),
        ("while True:", (END, TOOLS, "n += 1", "if n == 9:\n            break")),
        ("while True:", (END, TOOLS, "if time.time() > deadline:\n            break")),
        ("while True:", (END, TOOLS, "if stopped():\n            break")),
        ("while True:", (END, "if allowed(r):\n            m.append(look_up(r))")),
        ("while True:", ("m.append(r.content)",)),
    ],
)
def test_something_else_does(tmp_path: Path, head: str, body: tuple[str, ...]) -> None:
    assert not is_uncapped(tmp_path, head, *body)
