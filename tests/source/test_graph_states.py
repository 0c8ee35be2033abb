"""The messages that pile up in the state of a LangGraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Messages
from tests.source.reading import only_call

START = """\
from typing import Annotated, TypedDict
import anthropic
from langgraph.graph import MessagesState
from langgraph.graph.message import add_messages
import operator


class Own(MessagesState):
    topic: str


class Declared(TypedDict):
    said: Annotated[list, add_messages]
    notes: Annotated[list, operator.add]


"""


def sent(root: Path, parameter: str, messages: str, before: str = "") -> Messages:
    step = f"def step(state: {parameter}):\n{before}    return send(messages={messages})\n"
    source = START + step.replace(
        "send(", 'anthropic.Anthropic().messages.create(model="claude-haiku-5-5", max_tokens=9, '
    )
    return only_call(root, source).request.messages


@pytest.mark.parametrize(
    ("parameter", "messages"),
    [
        ("MessagesState", 'state["messages"]'),
        ("Own", 'state["messages"]'),
        ("Own", 'state.get("messages", [])'),
        ("MessagesState", 'state.get("messages")'),
        ("Declared", 'state["said"]'),
        ("Declared", '[{"role": "user", "content": "Go on."}] + state["said"]'),
    ],
)
def test_what_the_steps_said_grows(tmp_path: Path, parameter: str, messages: str) -> None:
    found = sent(tmp_path, parameter, messages)
    assert found.grows
    last = found.messages[-1]
    assert (last.role, last.repeated) == (None, True)
    assert last.blocks[0].text is not None
    assert [hole.origin for hole in last.blocks[0].text.holes()] == ["reply"]


@pytest.mark.parametrize(
    ("parameter", "messages"),
    [("Own", 'state["topic"]'), ("Declared", 'state["notes"]'), ("dict", 'state["messages"]')],
)
def test_other_fields_do_not(tmp_path: Path, parameter: str, messages: str) -> None:
    assert not sent(tmp_path, parameter, messages).grows


def test_the_first_turn_is_another_list(tmp_path: Path) -> None:
    before = '    said = state["messages"]\n    if not said:\n        said = [{"role": "user", "content": "Begin."}]\n'
    found = sent(tmp_path, "Own", "said", before)
    assert (found.grows, found.complete) == (True, False)
    assert [(message.role, message.optional, message.repeated) for message in found.messages] == [
        ("user", True, False),
        (None, True, True),
    ]
