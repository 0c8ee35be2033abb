from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.estimate import Estimate
from promptlint.ledger import Ledger
from promptlint.prices.table import find
from promptlint.request import Argument, Block, CallSite, Hole, Message, Messages, Piece, Place, Request, Text
from promptlint.tokens.count import Counter
from promptlint.tokens.holes import HoleSizes
from promptlint.tokens.memory import Memory

HERE = Place("app/triage.py", 1, 1, 1, 2)
WORDS = "one " * 99 + "one"


def asking(*parts: str) -> CallSite:
    """A call that sends literal texts, and holes for what stands in braces."""
    content = Text(tuple(Hole(part[1:-1], HERE) if part.startswith("{") else Piece(part, HERE) for part in parts))
    message = Message("user", (Block("text", content, HERE),), HERE)
    request = Request(model=Argument(("claude-sonnet-4-5",), present=True), messages=Messages((message,)))
    return CallSite("app/triage.py::classify", HERE, "classify", "anthropic.messages.create", request)


def total(call: CallSite, sizes: dict[str, int]) -> Estimate:
    model = find("claude-sonnet-4-5")
    assert model is not None
    return Ledger(Counter(Memory(None)), holes=HoleSizes(sizes)).tokens(call, model).total


def test_a_configured_hole_has_its_size_and_its_edges_are_in_the_interval() -> None:
    found = total(asking(WORDS, "{ticket}", WORDS), {"ticket": 400})
    assert found == Estimate(604, 607, 610, "configured")


def test_a_hole_without_a_size_leaves_the_count_open() -> None:
    found = total(asking(WORDS, "{ticket}", "{user.name}"), {"ticket": 400})
    assert found == Estimate(505, None, None, "unknown")


@pytest.mark.parametrize(
    "key",
    [
        "ticket",
        "app/triage.py::classify:ticket",
        "app/*:ticket",
        "*::classify:ticket",
    ],
)
def test_a_key_is_a_name_or_a_call_and_a_name(key: str) -> None:
    assert HoleSizes({key: 5}).of(asking("{ticket}")) == {"ticket": 5}
    assert HoleSizes({key: 5}).unmatched([asking("{ticket}")]) == []
    assert HoleSizes({key: 5}).unmatched([asking("{tickets}")]) == [key]


def test_what_names_the_call_wins() -> None:
    sizes = HoleSizes({"app/triage.py::classify:ticket": 2, "*:ticket": 3, "ticket": 1})
    assert sizes.of(asking("{ticket}")) == {"ticket": 2}
    assert sizes.of(replace(asking("{ticket}"), id="app/other.py::f")) == {"ticket": 3}


def test_an_expression_with_a_colon_is_a_name_too() -> None:
    call = asking("{items[1:3]}")
    assert HoleSizes({"items[1:3]": 7}).of(call) == HoleSizes({"app/*:items[1:3]": 7}).of(call) == {"items[1:3]": 7}
