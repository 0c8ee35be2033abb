from __future__ import annotations

from promptlint import patterns
from promptlint.catalogue import PATTERNS, Rule
from promptlint.findings import Hit
from promptlint.request import Block, CallSite, Hole, Message, Messages, Piece, Place, Request, Run, System, Text

AT = Place("a.py", 3, 1, 3, 60)
CALL = Place("a.py", 1, 1, 9, 2)


def piece(text: str, line: int = 3, column: int = 11) -> Piece:
    return Piece(text, AT, (Run(0, line, column),))


def rule(*tokens: str) -> Rule:
    return Rule(
        "PL499",
        "made-up",
        "prompt-text",
        "existence",
        "info",
        "medium",
        "0.1.0",
        "stable",
        'The prompt says "{match}"',
        "why",
        "Leave it out.",
        pattern={"tokens": tokens},
    )


def call(system: Text, *messages: Message) -> CallSite:
    request = Request(system=System(True, (Block("text", system, AT),)), messages=Messages(messages))
    return CallSite("a.py::f", CALL, "f", "anthropic.messages.create", request)


def found(call: CallSite, *tokens: str) -> list[tuple[int, int, int]]:
    return [(hit.place.line, hit.place.column, hit.place.end_column) for hit in patterns.hits(rule(*tokens), call)]


def test_match_is_reported_in_its_place_with_its_words() -> None:
    (hit,) = patterns.hits(rule("be +brief"), call(Text((piece("Always Be  brief."),))))
    assert hit == Hit(Place("a.py", 3, 18, 3, 27), 'The prompt says "Be brief"', call="a.py::f", help="Leave it out.")


def test_every_match_of_every_token() -> None:
    assert found(call(Text((piece("be brief, be short, be brief"),))), "be brief", "be short") == [
        (3, 11, 19),
        (3, 21, 29),
        (3, 31, 39),
    ]


def test_tokens_are_whole_words() -> None:
    assert found(call(Text((piece("maybe brief or be briefer"),))), "be brief") == []


def test_match_may_run_over_two_pieces_but_not_over_a_hole() -> None:
    whole = Text((piece("be "), piece("brief", 4, 5)))
    broken = Text((piece("be "), Hole("x", AT), piece("brief", 4, 5)))
    assert [hit.place for hit in patterns.hits(rule("be brief"), call(whole))] == [Place("a.py", 3, 11, 4, 10)]
    assert found(call(broken), "be brief") == []


def test_code_quotations_and_answers_are_left_alone() -> None:
    answer = Message("assistant", (Block("text", Text((piece("be brief"),)), AT),), AT)
    prompt = piece('Never say "be brief" and never write\n```\nbe brief\n```\n')
    assert found(call(Text((prompt,)), answer), "be brief") == []


def test_messages_of_the_user_are_prompts() -> None:
    message = Message("user", (Block("text", Text((piece("be brief"),)), AT),), AT)
    assert found(call(Text(), message), "be brief") == [(3, 11, 19)]


def test_every_kind_that_a_rule_file_may_name_is_built() -> None:
    assert patterns.KINDS.keys() == PATTERNS.keys()
