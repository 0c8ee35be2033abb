"""Text of an earlier reply in a later prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Origin
from tests.source.reading import only_call, read

START = "import anthropic\nclient = anthropic.Anthropic()\n"
FIRST = "first = client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[])\n"


def origins(root: Path, system: str, before: str = FIRST) -> list[Origin]:
    send = f"client.messages.create(model='claude-haiku-5-5', max_tokens=8, messages=[], system={system})\n"
    [call] = [call for call in read(root, START + before + send).calls if call.request.max_tokens.only == 8]
    return [hole.origin for hole in call.request.system.text.holes()]


@pytest.mark.parametrize(
    "system",
    [
        "f'Before: {first.content[0].text}'",
        "'Before: ' + first.content[0].text",
        "'Before: {}'.format(first.content[0].text)",
        "first.content[0].text",
        "first.content[0].text.strip()",
        "'\\n'.join([first.content[0].text])",
    ],
)
def test_an_earlier_reply(tmp_path: Path, system: str) -> None:
    assert origins(tmp_path, system) == ["reply"]


@pytest.mark.parametrize(
    "made",
    [
        "c = anthropic.AsyncAnthropic()\nfirst = await c.messages.create(messages=[])\n",
        "first = client.beta.messages.create(messages=[])\n",
        "import litellm\nfirst = litellm.completion(model='gpt-5', messages=[])\n",
        "from openai import OpenAI\nfirst = OpenAI().chat.completions.create(model='gpt-5', messages=[])\n",
        "def ask():\n    return client.messages.create(max_tokens=9, messages=[])\nfirst = ask()\n",
    ],
)
def test_replies_of_other_clients_and_functions(tmp_path: Path, made: str) -> None:
    assert origins(tmp_path, "f'{first.content}'", made) == ["reply"]


def test_what_is_no_reply(tmp_path: Path) -> None:
    assert origins(tmp_path, "f'{models}'", "models = client.models.list()\n") == ["call"]


def test_a_conversation_holds_the_replies(tmp_path: Path) -> None:
    source = f"{START}history = []\nwhile True:\n    history.append({{'role': 'user', 'content': input()}})\n"
    source += "    r = client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=history)\n"
    source += "    history.append({'role': 'assistant', 'content': r.content[0].text})\n"
    messages = only_call(tmp_path, source).request.messages
    assert messages.grows
    assert {hole.origin for hole in messages.text.holes()} == {"input", "reply"}
