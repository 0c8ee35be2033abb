from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.request import Argument
from tests.checks.handmade import at, call, cap, hits, hole, system, text, tools, user, values

RULE = "over-tiered-model"
YES_NO = system(text("Is the customer complaining? Answer yes or no."))


def test_two_signs_are_a_warning() -> None:
    [hit] = hits(RULE, call("claude-opus-4-8", system=YES_NO, max_tokens=cap(5)))
    assert hit.place == at(5)
    assert hit.severity is None
    assert hit.message == (
        "claude-opus-4-8 seems to answer with a label, a number or a yes or no: "
        'the prompt says "Answer yes or no" and max_tokens is 5'
    )
    assert hit.label == "50 times the price of claude-haiku-5-5"
    assert 'thinking={"type": "disabled"}' in hit.help
    assert "output $25.00 against $0.50 per million tokens" in hit.cost
    assert hit.savings is not None
    assert hit.savings.low > 0


def test_one_sign_is_advice() -> None:
    [hit] = hits(RULE, call("claude-opus-4-8", system=YES_NO, max_tokens=cap(4000)))
    assert hit.severity == "info"


def test_sonnet_needs_both() -> None:
    assert len(hits(RULE, call("claude-sonnet-4-6", system=YES_NO, max_tokens=cap(60)))) == 1
    assert hits(RULE, call("claude-sonnet-4-6", system=YES_NO, max_tokens=cap(1000))) == []


def test_forced_tool_of_enumerations_confirms() -> None:
    tool = '{"name": "tool0", "input_schema": {"properties": {"team": {"type": "string", "enum": ["a", "b"]}}}}'
    forced = Argument(("tool0",), present=True)
    [hit] = hits(RULE, call("claude-opus-4-8", system=YES_NO, tools=tools(tool), tool_choice=forced))
    assert hit.message.endswith("the forced tool tool0 takes enumerations and numbers only")
    assert hit.severity is None


@pytest.mark.parametrize(
    "prompt",
    [
        "You review code. Write a patch for the code, draft an email to the team, and classify the bug.",
        "Find the root cause step by step, then write a summary. Answer yes or no at the end.",
        "You are a helpful assistant.",
        "Write a poem about the sea.",
    ],
)
def test_more_than_a_label(prompt: str) -> None:
    assert hits(RULE, call("claude-opus-4-8", system=system(text(prompt)), max_tokens=cap(200))) == []


def test_silent() -> None:
    assert hits(RULE, call("claude-haiku-4-5", system=YES_NO, max_tokens=cap(5))) == []
    assert hits(RULE, call("claude-opus-4-8", messages=user("ping"), max_tokens=cap(1))) == []
    assert hits(RULE, call("claude-opus-4-8", system=YES_NO, max_tokens=cap(5), role="wrapper")) == []
    thinking = Argument(("enabled",), present=True)
    assert hits(RULE, call("claude-opus-4-8", system=YES_NO, max_tokens=cap(200), thinking=thinking)) == []


def test_sign_over_a_hole() -> None:
    prompt = user("Classify the ticket ", hole("ticket"), " as billing, bug or other.")
    [hit] = hits(RULE, call("claude-opus-4-8", messages=prompt, max_tokens=cap(10)))
    assert '"Classify the ticket … as billing, bug or other"' in hit.message


def test_retired_model_is_priced_as_its_replacement() -> None:
    [hit] = hits(RULE, call("claude-3-opus-20240229", system=YES_NO, max_tokens=cap(5)))
    assert hit.message.startswith("claude-3-opus-20240229 seems")
    assert hit.label == "claude-opus-5-5, its successor, has 40 times the price of claude-haiku-5-5"


def test_title_needs_a_tiny_cap() -> None:
    prompt = system(text("Review the results. Give them a short title of 20 characters."))
    assert hits(RULE, call("claude-opus-4-8", system=prompt, max_tokens=cap(4096))) == []
    assert len(hits(RULE, call("claude-opus-4-8", system=prompt, max_tokens=cap(40)))) == 1


def test_quotes_within_the_quotation() -> None:
    prompt = system(text('Return JSON: {"is_safe": true|false}'))
    [hit] = hits(RULE, call("claude-opus-4-8", system=prompt))
    assert """the prompt says '"is_safe": true|false'""" in hit.message


def test_a_model_that_a_prompt_does_not_name_is_no_choice_to_judge() -> None:
    asked = Argument(("claude-opus-4-8",), present=True, how="config")
    assert hits(RULE, call(asked, api="prompt.file", system=YES_NO, max_tokens=cap(5))) == []
    assert len(hits(RULE, call("claude-opus-4-8", api="prompt.file", system=YES_NO, max_tokens=cap(5)))) == 1


def test_a_default_is_advice() -> None:
    usual = replace(values("claude-sonnet-4-6"), complete=False, how="env-default")
    asked = call(usual, system=YES_NO, max_tokens=Argument((60,), complete=False, present=True, how="parameter"))
    [hit] = hits(RULE, asked)
    assert hit.message.startswith("claude-sonnet-4-6, the default, seems to answer with a label")
    assert hit.severity == "info"
    assert hit.place == at(1)
    for other in (replace(usual, how="parameter"), replace(usual, values=("claude-sonnet-4-6", "gpt-5"))):
        assert hits(RULE, call(other, system=YES_NO, max_tokens=cap(60))) == []


def test_an_uncertain_cap_confirms_nothing_of_a_model_that_is_known() -> None:
    uncertain = Argument((60,), complete=False, present=True, how="parameter")
    assert hits(RULE, call("claude-sonnet-4-6", system=YES_NO, max_tokens=uncertain)) == []


def test_a_few_short_phrases_are_advice() -> None:
    prompt = system(text("Suggest three short follow-up questions that the user may ask."))
    [hit] = hits(RULE, call("claude-sonnet-4-6", system=prompt, max_tokens=cap(200)))
    assert hit.message.startswith("claude-sonnet-4-6 seems to answer with a few short phrases: ")
    assert hit.severity == "info"
    assert hits(RULE, call("claude-sonnet-4-6", system=prompt, max_tokens=cap(2000))) == []
