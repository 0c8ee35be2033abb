"""The ways in which a function is called, and what it is given by each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import asked, modelled, read, written


@pytest.mark.parametrize(
    ("start", "prompt"),
    [
        ("Thread(target=f, args=('x',)).start()", "> x"),
        ("Thread(target=f, args=['x']).start()", "> x"),
        ("threading.Thread(target=f, kwargs={'p': 'x'}).start()", "> x"),
        ("multiprocessing.Process(None, f, args=('x',)).start()", "> {p}"),
        ("multiprocessing.Process(target=f, args=given).start()", "> {p}"),
        ("Thread(target=f, kwargs={key: 'x'}).start()", "> {p}"),
        ("Button(target=f, args=('x',))", "> {p}"),
        ("f(*['x'])", "> x"),
        ("f(*given)", "> {p}"),
    ],
)
def test_started(tmp_path: Path, start: str, prompt: str) -> None:
    source = f"import threading, multiprocessing\nfrom threading import Thread\ndef f(p):\n    ask('> ' + p)\n{start}"
    assert asked(tmp_path, source) == prompt


def test_a_default_that_the_command_line_may_change_stays_one_beside_its_equal(tmp_path: Path) -> None:
    source = (
        "import argparse\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--model', default='gpt-4o')\n"
        "def f(model):\n"
        "    if 'claude' in model:\n"
        "        use(model)\n"
        "f('gpt-4o')\n"
        "f(parser.parse_args().model)\n"
    )
    assert modelled(tmp_path, source).complete is False


DISPATCH = """\
import openai
def send(model, text):
    client = anthropic.Anthropic()
    if "claude" in model:
        return client.messages.create(model=model, max_tokens=9, messages=[], system="Say " + text)
    return openai.OpenAI().chat.completions.create(model=model, messages=[])
def first(text, model="claude-haiku-5-5"):
    return send(model, "one " + text)
def second(text, model="o3-mini"):
    return send(model, "two " + text)
def either(text, model="claude-haiku-5-5"):
    if "claude" in model:
        return first(text, model=model)
    elif model.startswith("o3-"):
        return second(text, model=model)
either("hi")
"""


def test_a_caller_behind_a_test_that_fails_brings_nothing(tmp_path: Path) -> None:
    project = read(tmp_path, "import anthropic\n" + DISPATCH)
    claude = [call for call in project.calls if call.role == "call" and call.request.model.values]
    assert [written(call.request.system.text) for call in claude] == ["Say one hi"]
