from __future__ import annotations

import pytest

from promptlint.request import Argument, Client
from tests.checks.handmade import LONG, SENTENCE, at, call, hits, hole, marker, system, text, user

RULE = "cache-marker-below-minimum"


def test_short_prefix_saves_nothing_and_wastes_nothing() -> None:
    [hit] = hits(RULE, call(system=system(text(SENTENCE), marked=marker())))
    assert hit.place == at(60)
    assert "claude-haiku-5-5 caches from 512 tokens on" in hit.message
    assert "no saving" in hit.cost
    assert "waste" not in hit.message + hit.cost + hit.help


def test_minimum_is_the_models() -> None:
    prompt = system(text(LONG), marked=marker())
    assert hits(RULE, call("claude-haiku-5-5", system=prompt)) == []
    assert len(hits(RULE, call("claude-haiku-4-5", system=prompt))) == 1


@pytest.mark.parametrize("model", ["claude-fable-5-2", "claude-of-my-own"])
def test_unknown_minimum(model: str) -> None:
    assert hits(RULE, call(model, system=system(text(SENTENCE), marked=marker()))) == []


def test_unknown_further_models() -> None:
    some = Argument(("claude-haiku-5-5",), complete=False, present=True)
    assert hits(RULE, call(some, system=system(text(SENTENCE), marked=marker()))) == []


def test_bedrock_has_a_table_of_its_own() -> None:
    prompt = system(text(SENTENCE), marked=marker())
    assert hits(RULE, call(system=prompt, client=Client(platform="bedrock"))) == []


def test_text_of_any_length() -> None:
    assert hits(RULE, call(system=system(text("Contract:", hole("contract")), marked=marker()))) == []


def test_conversation_grows() -> None:
    growing = user("Hello", grows=True)
    block = growing.messages[0].blocks[0]
    said = type(growing.messages[0])("user", (type(block)("text", block.text, at(30), marker()),), at(30))
    assert hits(RULE, call(messages=type(growing)((said,), grows=True))) == []
    assert len(hits(RULE, call(messages=type(growing)((said,))))) == 1


def test_each_marker_is_judged_by_what_is_before_it() -> None:
    short = system(text(SENTENCE), marked=marker(60)).blocks
    long = system(text(LONG), marked=marker(61)).blocks
    both = type(system(text("")))(True, (*short, *long), place=at(10))
    assert [hit.place for hit in hits(RULE, call(system=both))] == [at(60)]


def test_marker_that_serves_other_calls_is_advice() -> None:
    short = call(system=system(text(SENTENCE), marked=marker()), id="short", place=at(70))
    long = call(system=system(text(LONG), marked=marker()), id="long", place=at(80))
    [hit] = hits(RULE, short, long)
    assert hit.severity == "info"
    assert [related.place for related in hit.related] == [at(70)]
    assert hits(RULE, short)[0].severity is None
