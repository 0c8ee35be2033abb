from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint import patterns
from promptlint.audit import Audit
from promptlint.findings import Hit
from promptlint.request import (
    Argument,
    Block,
    CallSite,
    Hole,
    Message,
    Messages,
    Piece,
    Place,
    Project,
    Request,
    Run,
    System,
    Text,
    Variant,
)
from promptlint.rule import Pattern, Rule
from promptlint.rule_file import PATTERNS
from promptlint.settings import Settings
from tests.checks.handmade import LEDGER, SENTENCE, TODAY

AT = Place("a.py", 3, 1, 3, 60)
CALL = Place("a.py", 1, 1, 9, 2)


def piece(text: str, line: int = 3, column: int = 11) -> Piece:
    return Piece(text, AT, (Run(0, line, column),))


def rule(kind: str = "existence", summary: str = 'The prompt says "{match}"', **pattern: Any) -> Rule:
    return Rule(
        "PL499",
        "made-up",
        "prompt-text",
        kind,
        "info",
        "medium",
        "0.1.0",
        "stable",
        summary,
        "why",
        "Leave it out.",
        pattern=Pattern(**pattern),
    )


def hits(rule: Rule, call: CallSite) -> list[Hit]:
    return list(patterns.hits(rule, call, Audit(Project(calls=(call,)), Settings(Path()), LEDGER, TODAY)))


def call(system: Text, *messages: Message, model: str = "claude-sonnet-5-5") -> CallSite:
    request = Request(
        model=Argument((model,), present=True),
        system=System(True, (Block("text", system, AT),)),
        messages=Messages(messages),
    )
    return CallSite("a.py::f", CALL, "f", "anthropic.messages.create", request)


def found(call: CallSite, *tokens: str, **pattern: Any) -> list[tuple[int, int, int]]:
    return places(rule(tokens=tokens, **pattern), call)


def places(rule: Rule, call: CallSite) -> list[tuple[int, int, int]]:
    return [(hit.place.line, hit.place.column, hit.place.end_column) for hit in hits(rule, call)]


def said(text: str) -> CallSite:
    return call(Text((piece(text),)))


def test_match_is_reported_in_its_place_with_its_words() -> None:
    (hit,) = hits(rule(tokens=("be +brief",)), said("Always Be  brief."))
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
    assert [hit.place for hit in hits(rule(tokens=("be brief",)), call(whole))] == [Place("a.py", 3, 11, 4, 10)]
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


def test_words_of_any_alphabet_are_whole() -> None:
    assert found(said("für Überdruss, über Über"), "über") == [(3, 26, 30), (3, 31, 35)]
    assert found(said("日本語。日本"), "日本") == [(3, 15, 17)]


def test_part_of_a_word_where_the_rule_says_so() -> None:
    assert found(said("maybe brief!!"), "be brief", whole_words=False) == [(3, 14, 22)]
    assert found(said("now!!!"), "!{2,}", whole_words=False) == [(3, 14, 17)]


def test_case_counts_where_the_rule_says_so() -> None:
    assert found(said("MUST or must"), "MUST", ignore_case=False) == [(3, 11, 15)]


def test_of_phrases_that_overlap_the_longest_counts() -> None:
    assert found(said("be very brief"), "very brief", "be very brief", "be") == [(3, 11, 24)]


def test_an_expression_that_matches_nothing_finds_nothing() -> None:
    assert found(said("ä b"), "x*") == []


def test_half_of_a_surrogate_pair_moves_no_place() -> None:
    assert found(said("\ud800 ä be brief"), "be brief") == [(3, 15, 23)]


def test_scope() -> None:
    message = Message("user", (Block("text", Text((piece("be brief", 5, 1),)), AT),), AT)
    both = call(Text((piece("be brief"),)), message)
    assert [place[0] for place in found(both, "be brief", scope="system")] == [3]
    assert [place[0] for place in found(both, "be brief", scope="messages")] == [5]
    assert [place[0] for place in found(both, "be brief", scope="any")] == [3, 5]


def test_substitution_says_what_to_write() -> None:
    swap = rule("substitution", '"{match}" is "{instead}"', swap=(("utili[sz]e", "use"), ("please", "")))
    first, second = hits(swap, said("Please utilize it, please"))[1:2] + hits(swap, said("Utilise"))
    assert (first.message, first.help) == ('"Please" is ""', 'Leave out "Please".\nLeave it out.')
    assert (second.message, second.help) == (
        '"Utilise" is "use"',
        'Write "use" instead of "Utilise".\nLeave it out.',
    )


def test_substitution_of_a_spelling_leaves_the_right_one_alone() -> None:
    assert places(rule("substitution", swap=(("claude", "Claude"),)), said("Claude, claude")) == [(3, 19, 25)]


def test_repetition_is_reported_where_it_stands_again() -> None:
    again = rule("repetition", tokens=(r"\pL+",))
    assert places(again, said("say the The word the, the")) == [(3, 19, 22)]
    assert places(rule("repetition", tokens=(r"\pL+",), ignore_case=False), said("the The")) == []


@pytest.mark.parametrize(("times", "reported"), [(2, []), (3, [(3, 21, 25)]), (4, [(3, 21, 25)])])
def test_occurrence_counts_in_one_prompt(times: int, reported: list[tuple[int, int, int]]) -> None:
    most = rule("occurrence", "{count} times, {max} at most", tokens=("MUST",), max=2)
    assert places(most, said("MUST " * times)) == reported
    assert [hit.message for hit in hits(most, said("MUST " * times))] == [f"{times} times, 2 at most"] * len(reported)


CONDITION = rule("conditional", first=("json",), second=("schema", "example"))


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("Answer in JSON, only JSON", [(3, 21, 25)]),
        ("Answer in JSON by this schema", []),
        ("Answer in JSON like `this example`", []),
        ("Answer in words", []),
    ],
)
def test_conditional(text: str, reported: list[tuple[int, int, int]]) -> None:
    assert places(CONDITION, said(text)) == reported


def test_condition_may_be_met_in_another_prompt_of_the_call() -> None:
    message = Message("user", (Block("text", Text((piece("The schema: {}"),)), AT),), AT)
    assert places(CONDITION, call(Text((piece("Answer in JSON"),)), message)) == []


@pytest.mark.parametrize(("origin", "count"), [("parameter", 1), ("file", 0), ("unknown", 0)])
def test_condition_that_may_be_met_at_run_time(origin: Any, count: int) -> None:
    text = Text((piece("Answer in JSON: "), Hole("x", AT, origin)))
    assert len(hits(CONDITION, call(text))) == count


def test_what_every_call_has_to_say() -> None:
    always = rule("conditional", second=("answer in english",), scope="system")
    assert places(always, said("\n  You help.\nBe kind.")) == [(3, 14, 23)]
    assert places(always, said("You help. Answer in English.")) == []


def test_length_in_characters_and_words() -> None:
    text = "One two three."
    for unit, length in (("characters", 14), ("words", 3)):
        assert places(rule("length", max=length, unit=unit), said(text)) == []
        assert places(rule("length", max=length - 1, unit=unit), said(text)) == [(3, 11, 25)]


def test_length_is_what_is_sent_whatever_happens() -> None:
    text = Text((piece("Hello "), Hole("name", AT), Variant((Text(), Text((piece("again"),))))))
    assert places(rule("length", max=6), call(text)) == []
    assert [hit.message for hit in hits(rule("length", "{count} over {max}", max=5), call(text))] == ["6 over 5"]


def test_length_in_tokens_is_sure_before_it_is_said() -> None:
    tokens = LEDGER.count(SENTENCE, LEDGER.models(said(SENTENCE))[0])
    assert places(rule("length", max=int(tokens.low), unit="tokens"), said(SENTENCE)) == []
    assert len(hits(rule("length", max=int(tokens.low) - 1, unit="tokens"), said(SENTENCE))) == 1
    unknown = call(Text((piece(SENTENCE),)), model="claude-of-my-own")
    assert places(rule("length", max=1, unit="tokens"), unknown) == []
