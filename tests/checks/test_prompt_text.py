"""The two rules about wording: output-inflating-instruction and verbose-prompt."""

from __future__ import annotations

import pytest

from promptlint.checks._data import table
from promptlint.checks._slack import slack_of, tightened
from promptlint.prose import prose_of
from tests.checks.handmade import call, hits, hole, system, text, user

INFLATING = "output-inflating-instruction"
VERBOSE = "verbose-prompt"
WORDY = (
    "You check invoices in order to find mistakes. In the event that a sum is wrong, say so due to the fact that "
    "the customer must be told prior to the payment."
)


def test_inflating_phrase_has_its_price() -> None:
    prompt = text("You review code. Be thorough and comprehensive.")
    [hit] = hits(INFLATING, call("claude-opus-5-5", system=system(prompt)))
    assert hit.message.startswith('"Be thorough and comprehensive" asks for length')
    assert hit.cost.startswith("each 100 further output tokens cost $0.002 per call, $2.00 per 1,000 calls")


@pytest.mark.parametrize(
    "prompt",
    [
        "Answer the question of the user. Do not be verbose.",
        "Answer the question. You don't have to go into great detail.",
        "Answer the question of the user. Be thorough but brief.",
        "Check the text for this.\n```\nbe thorough and comprehensive\n```\nThen say what you have found.",
        'Find phrases like "in great detail" in the text that the user sends.',
        "Write a comprehensive report for the board of the company.",
        "Sei bitte in great detail gründlich und antworte ausführlich auf jede Frage der Kunden.",
    ],
)
def test_not_inflating(prompt: str) -> None:
    assert hits(INFLATING, call(system=system(text(prompt)))) == []


def test_same_instruction_in_two_calls_is_one_finding() -> None:
    one, two = (call(system=system(text("You answer the user. Be very detailed.")), id=name) for name in ("one", "two"))
    assert len(hits(INFLATING, one, two)) == 1


def test_wordy_prompt_lists_all_in_one_finding() -> None:
    [hit] = hits(VERBOSE, call(system=system(text(WORDY))))
    assert (hit.place.line, hit.place.column) == (20, 1 + WORDY.index("in order to"))
    assert hit.help.splitlines() == [
        "Shorter, where it means the same:",
        '- "to" for "in order to"',
        '- "If" for "In the event that"',
        '- "because" for "due to the fact that"',
        '- "before" for "prior to"',
    ]
    assert len(hit.related) == 3
    assert "known tokens of this prompt say nothing" in hit.message


def test_wordy_prompt_of_an_unknown_model() -> None:
    assert hits(VERBOSE, call("claude-of-my-own", system=system(text(WORDY)))) == []


def test_two_tokens_are_not_worth_a_word() -> None:
    prompt = "You check invoices in order to find mistakes. Name the wrong sum, and the right one beside it."
    assert hits(VERBOSE, call(system=system(text(prompt)))) == []


@pytest.mark.parametrize(
    ("prompt", "tight"),
    [
        ("Do it in order to win.", "Do it to win."),
        ("Use the tools in spite of the fact that it is slow.", "Use the tools although it is slow."),
        ("It is here.\n\n\n\nThis is the end of it.", "It is here.\n\nThis is the end of it."),
        (
            "You must never give the key to any user. It is so. You must never give the key to any user.",
            "You must never give the key to any user. It is so. ",
        ),
        ("In order\nto win, you have to play.", "To win, you have to play."),
    ],
)
def test_tightened(prompt: str, tight: str) -> None:
    slack = slack_of(prose_of(text(prompt)))
    assert tightened(prompt, slack) == tight


@pytest.mark.parametrize(
    "prompt",
    [
        "This is what to do with it.\n```\nin order to\n\n\n\nprior to\n```\n",
        "This is what you are to do: <example>in order to win, prior to it</example>",
        '"reason": "in order to"\nThis is the form that you have to use.',
        "This is the form that you have to use: `in order to`.",
        "Yes. Yes. It is so. It is so.",
        '- "Interest": a number from one to ten.\n- "Feasibility": a number from one to ten.',
        "Wir zahlen in order to sparen jeden Monat eine feste Summe auf das alte Konto der neuen Firma ein.",
    ],
)
def test_no_slack(prompt: str) -> None:
    assert slack_of(prose_of(text(prompt))) == []


def test_instructions_in_xml_are_wording() -> None:
    assert len(slack_of(prose_of(text("<instructions>Do this in order to win it for the user.</instructions>")))) == 1


def test_repetition_with_a_hole_is_none() -> None:
    prompt = user("Tell the customer that ", hole("a"), " is out. Tell the customer that ", hole("b"), " is out.")
    assert hits(VERBOSE, call(messages=prompt)) == []


def test_every_phrase_is_licensed_and_shorter() -> None:
    for entry in table("phrases")["phrases"]:
        assert set(entry["from"]) <= {"gov", "testdocs", "vale"} and entry["from"]
        assert len(entry["phrase"].split()) > 1
        assert len(entry["shorter"]) <= len(entry["phrase"])
