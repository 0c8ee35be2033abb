"""Conversations that a round of a loop makes out of themselves: `said = ask(said)`."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from promptlint.request import CallSite, Messages
from tests.source.reading import read, written

ASK = """\
import anthropic
client = anthropic.Anthropic()


def ask(question, said=None, model="claude-haiku-5-5"):
    if said is None:
        said = []
    said = said + [{"role": "user", "content": question}]
    reply = client.messages.create(model=model, max_tokens=900, messages=said)
    answer = reply.content[0].text
    return answer, said + [{"role": "assistant", "content": answer}]


"""
TWO_VENDORS = """\
import anthropic


def ask(question, said, client, model="claude-haiku-5-5"):
    if "claude" in model:
        more = said + [{"role": "user", "content": [{"type": "text", "text": question}]}]
        answer = client.messages.create(model=model, max_tokens=900, messages=more).content[0].text
    else:
        more = said + [{"role": "user", "content": question}]
        answer = client.chat.completions.create(model=model, messages=more).choices[0].message.content
    return answer, more + [{"role": "assistant", "content": answer}]


client = anthropic.Anthropic()
"""


def calls(root: Path, source: str) -> list[CallSite]:
    return [call for call in read(root, source).calls if call.role == "call"]


def lines(messages: Messages) -> list[str]:
    return [
        f"{message.role}{'?' * message.optional}{'*' * message.repeated}: "
        + "".join(written(block.text) for block in message.blocks if block.text is not None)
        for message in messages.messages
    ]


LOOPS = """\
for n in range(9):
    answer, said = ask("Go on.", said)
---
while True:
    answer, said = ask("Go on.", said)
    if "done" in answer:
        break
---
for n in range(9):
    try:
        answer, said = ask("Go on.", said)
    except Exception:
        continue
---
for topic in topics:
    said = []
    for n in range(9):
        answer, said = ask("Go on.", said)
---
for topic in topics:
    try:
        said = []
        for n in range(9):
            answer, said = ask("Go on.", said)
    except ValueError:
        pass
"""


@pytest.mark.parametrize("loop", LOOPS.split("---\n"))
def test_what_a_function_returns_goes_into_its_next_call(tmp_path: Path, loop: str) -> None:
    [call] = calls(tmp_path, f"{ASK}def f(topics):\n    said = []\n{indent(loop, '    ')}")
    messages = call.request.messages
    assert lines(messages) == ["user?*: Go on.", "assistant?*: {reply.content[0].text}", "user: Go on."]
    assert (messages.grows, messages.complete) == (True, True)


def test_what_the_question_depends_on_may_be_the_answer(tmp_path: Path) -> None:
    body = (
        "    found, said = '', []\n"
        "    for n in range(9):\n"
        "        answer, said = ask(f'{task} {found}', said)\n"
        "        found = search(answer)\n"
    )
    [call] = calls(tmp_path, f"{ASK}def f(task):\n{body}")
    assert [line.split(":")[0] for line in lines(call.request.messages)] == ["user?*", "assistant?*", "user"]
    assert call.request.messages.grows


def test_a_conversation_that_began_before_the_loop(tmp_path: Path) -> None:
    first, later = calls(
        tmp_path,
        f"{ASK}def f():\n    answer, said = ask('Begin.')\n    for n in range(9):\n"
        "        answer, said = ask('Go on.', said)\n",
    )
    assert (lines(first.request.messages), first.request.messages.grows) == (["user: Begin."], False)
    reply = "{reply.content[0].text}"
    assert lines(later.request.messages) == [
        "user: Begin.",
        f"assistant: {reply}",
        "user?*: Go on.",
        f"assistant?*: {reply}",
        "user: Go on.",
    ]
    assert later.request.messages.grows


def test_one_of_several_lists_may_have_any_number_of_their_items(tmp_path: Path) -> None:
    source = (
        "def f(model):\n"
        "    answer, said = ask('Begin.', [], client, model)\n"
        "    for n in range(9):\n"
        "        answer, said = ask('Go on.', said, client, model)\n"
        "def main(argv):\n"
        "    f(argv[1] or 'claude-haiku-5-5')\n"
    )
    later = calls(tmp_path, TWO_VENDORS + source)[-1].request.messages
    assert (later.grows, later.complete) == (True, True)
    assert lines(later)[-1] == "user: Go on."
    assert all(message.repeated for message in later.messages[:-1])


def test_a_list_that_a_round_replaces_does_not_grow(tmp_path: Path) -> None:
    [call] = calls(tmp_path, f"{ASK}def f():\n    said = []\n    for n in range(9):\n        ask('Go on.', said)\n")
    assert (lines(call.request.messages), call.request.messages.grows) == (["user: Go on."], False)
