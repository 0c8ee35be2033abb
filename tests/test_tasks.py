from __future__ import annotations

import pytest

from promptlint.request import Argument, Context, Tools
from promptlint.tasks import Task, is_label_tool, signs_of, task_of
from tests.checks.handmade import call, hole, system, text, tools, user

ENUM = '{"name": "tool0", "input_schema": {"properties": {"team": {"enum": ["a"]}, "sure": {"type": "boolean"}}}}'
FREE = '{"name": "tool0", "input_schema": {"properties": {"team": {"enum": ["a"]}, "why": {"type": "string"}}}}'
FORCED = Argument(("tool0",), present=True)


@pytest.mark.parametrize(
    ("prompt", "task"),
    [
        ("Classify the ticket as billing, bug or other.", "classification"),
        ("Is this spam? Reply with only yes or no.", "classification"),
        ("Respond with exactly one of: low, medium, high.", "classification"),
        ("Return only the category.", "classification"),
        ("Score the essay from 1 to 10 and reply with a single number.", "classification"),
        ('Return JSON: {"is_safe": true|false, "reason": "..."}', "classification"),
        ("Extract the names and dates from this letter.", "extraction"),
        ("Summarize the article in three sentences.", "summarization"),
        ("Write a short title for this chat, at most 50 characters.", "summarization"),
        ("Write a friendly reply to this comment.", "creative"),
        ("Brainstorm names for a cat cafe.", "creative"),
        ("Write a Python function that sorts a list.", "code"),
        ("Find the root cause of the outage step by step.", "reasoning"),
        ("You are a helpful assistant.", "chat"),
        ("Hello", None),
    ],
)
def test_task_by_wording(prompt: str, task: Task | None) -> None:
    assert task_of(call(system=system(text(prompt)))) == task


def test_agent_by_its_loop_and_tools() -> None:
    assert task_of(call(tools=tools(FREE), context=Context(agent_loop=True))) == "agent"
    assert task_of(call(tools=tools(FREE), messages=user(hole("q"), grows=True))) == "agent"
    assert task_of(call(api="claude_agent_sdk.query")) == "agent"
    assert task_of(call(tools=Tools(True), context=Context(agent_loop=True))) is None


def test_forced_tool() -> None:
    assert task_of(call(tools=tools(ENUM), tool_choice=FORCED)) == "classification"
    assert task_of(call(tools=tools(FREE), tool_choice=FORCED)) == "extraction"


def test_history_without_wording_is_chat() -> None:
    assert task_of(call(messages=user(hole("q"), grows=True))) == "chat"


def test_label_tool() -> None:
    enum, free = (tools(definition).tools[0] for definition in (ENUM, FREE))
    assert is_label_tool(enum)
    assert not is_label_tool(free)


def test_what_the_model_said_tells_nothing() -> None:
    said = user("Classify the ticket as billing or bug.")
    answer = type(said)(tuple(type(m)("assistant", m.blocks, m.place) for m in said.messages))
    assert signs_of(call(messages=answer)) == ()


def test_sign_quotes_and_places() -> None:
    [sign] = [found for found in signs_of(call(system=system(text("Now, classify the ticket.")))) if found.label]
    assert sign.quote == "classify the ticket"
    assert (sign.place.column, sign.place.end_column) == (6, 25)
