"""Which settings of a conversation vary from turn to turn, as the right wing sees them."""

from __future__ import annotations

from typing import Any

import pytest

from promptlint.request import Argument, Arm, Block, CallSite, Context, Message, Messages, Text
from tests.checks.handmade import at, call, hits, hole, marker, text

RULE = "thinking-or-effort-varies-within-conversation"
QUESTION = Message("user", (Block("text", text("Well?", line=30), at(30)),), at(30), repeated=True)


def answer(line: int) -> Message:
    """What the call on a line said, among the messages."""
    said = Text((hole("reply.content", "reply", line=line),))
    return Message("assistant", (Block("text", said, at(line)),), at(70 + line), repeated=True)


def passed(value: Any, line: int = 40) -> Argument[Any]:
    return Argument((value,), present=True, how="literal", place=at(line))


def talk(line: int, **more: Any) -> CallSite:
    """One of the calls on the lines 1 and 2, of which each sends what both said."""
    said = Messages((QUESTION, answer(1), answer(2)), grows=True, place=at(30))
    more = {"cache": marker(), "messages": said, **more}
    return call("claude-opus-4-6", id=f"app.py::ask#{line}", place=at(line), **more)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"effort": passed("low")}, {"effort": passed("high")}, True),
        ({}, {"effort": passed("low")}, True),
        ({}, {"effort": passed("high")}, False),
        ({}, {"thinking": passed("adaptive")}, True),
        ({}, {"thinking": passed("disabled")}, False),
        ({"thinking_budget": passed(2000)}, {"thinking_budget": passed(4000)}, True),
        ({"tool_choice": passed("tool"), "forced_tool": passed("a")}, {"tool_choice": passed("auto")}, True),
        ({}, {"tool_choice": passed("auto")}, False),
        ({}, {"others": {"speed": passed("fast")}}, True),
        ({"effort": passed("low")}, {"effort": Argument(("high", "low"), present=True)}, False),
        ({"effort": passed("low")}, {"effort": Argument(complete=False, present=None)}, False),
        ({"effort": passed("low")}, {"effort": passed("high"), "cache": None}, False),
        ({"effort": passed("low")}, {"effort": passed("high"), "opaque": ("options",)}, False),
    ],
)
def test_settings(one: dict[str, Any], other: dict[str, Any], found: bool) -> None:
    assert bool(hits(RULE, talk(1, **one), talk(2, **other))) is found


@pytest.mark.parametrize(("differs", "found"), [(True, True), (False, False)])
def test_branches(differs: bool, found: bool) -> None:
    one, other = (Context(arms=(Arm(at(80), number, differs),)) for number in (0, 1))
    calls = talk(1, effort=passed("low"), context=one), talk(2, effort=passed("high"), context=other)
    assert bool(hits(RULE, *calls)) is found


def test_each_object_has_a_conversation_of_its_own() -> None:
    one, other = (
        talk(line, effort=passed(effort), function=name)
        for line, effort, name in ((1, "low", "Planner.ask"), (2, "high", "Coder.ask"))
    )
    assert hits(RULE, one, other) == []


def test_methods_that_nothing_brings_together_are_advice() -> None:
    one, other = (
        talk(line, effort=passed(effort), function=name)
        for line, effort, name in ((1, "low", "Chat.ask"), (2, "high", "Chat.think"))
    )
    [hit] = hits(RULE, one, other)
    assert (hit.severity, hit.place) == ("info", at(40))
    assert hit.message.startswith('effort is "low" and "high" in turns of one conversation')
    assert "$0.00625 to write once more, and $0.0005 to read (claude-opus-4-6" in hit.cost
