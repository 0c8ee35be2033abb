"""A sweep over the nearly bad: one token, one day, one marker, one model further, and the finding is there or is not.

What is expected is worked out here from published facts and the tables, not by the checks.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from promptlint import audit
from promptlint.analysis import analyse
from promptlint.audit import Audit
from promptlint.catalogue import load_rules
from promptlint.files import Files
from promptlint.findings import Hit
from promptlint.ledger import Ledger
from promptlint.prices.model import Model
from promptlint.prices.table import all_models, find
from promptlint.project import discover
from promptlint.request import Argument, CallSite, Client, Context, Project, Retry, System
from promptlint.settings import Settings
from promptlint.tokens.holes import HoleSizes
from promptlint.tokens.tokenizer import content_tokens
from tests.checks.handmade import LEDGER, TODAY, _run, at, call, cap, hits, hole, marker, system, text, tools, user

MODELS = all_models()
MINIMA = {model.id: model.min_cacheable_tokens for model in MODELS if model.min_cacheable_tokens}
NEWER = re.compile(r"(?:fable|mythos)-|(?:opus|sonnet|haiku)-(?:4-[7-9]|[5-9])(?!\d)")
"""Models from 4.7 on, which take neither sampling parameters nor a thinking budget."""
ALWAYS_THINKS = re.compile(r"(?:fable|mythos)-\d|opus-5-5")
NO_FORCED_TOOL = re.compile(r"(?:fable|mythos)-5-1|opus-5-5")


# Lengths: where the whole interval of the estimate passes the threshold, to the token.


@cache
def of_length(tokens: int, generation: Any) -> str:
    """A text of exactly so many tokens."""
    words = " ".join(["x"] * tokens)
    assert content_tokens(words, generation) == tokens
    return words


def known(tokens: int, model: Model, *, marked: bool) -> CallSite:
    prompt = system(text(of_length(tokens, model.tokenizer)), marked=marker() if marked else None)
    return call(model.id, system=prompt)


def last_where(holds: Callable[[int], bool], first: int, last: int) -> int:
    """The greatest number for which something holds that holds at `first`, and no more from `last` on."""
    assert holds(first)
    assert not holds(last)
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (middle, last) if holds(middle) else (first, middle)
    return first


ONE_OF_EACH = {(model.tokenizer, model.tokenizer_measured, model.min_cacheable_tokens): model for model in MODELS}
CACHED = [model for model in ONE_OF_EACH.values() if model.min_cacheable_tokens]


@pytest.mark.parametrize("model", CACHED, ids=lambda model: model.id)
def test_pl104_marker_below_the_minimum(model: Model) -> None:
    least = MINIMA[model.id]

    def surely_below(tokens: int) -> bool:
        prefix = LEDGER.tokens(known(tokens, model, marked=True), model).cached_prefix
        return prefix is not None and prefix.high is not None and prefix.high < least

    last = last_where(surely_below, int(least * 0.95) - 20, least)
    assert len(hits("cache-marker-below-minimum", known(last, model, marked=True))) == 1
    assert hits("cache-marker-below-minimum", known(last + 1, model, marked=True)) == []


@pytest.mark.parametrize("model", CACHED, ids=lambda model: model.id)
def test_pl103_and_pl123_prefix_above_and_just_below_the_minimum(model: Model) -> None:
    least = MINIMA[model.id]

    def prefix(tokens: int) -> Any:
        return LEDGER.tokens(known(tokens, model, marked=False), model).prefix

    def rules(tokens: int) -> tuple[int, int]:
        sent = known(tokens, model, marked=False)
        return len(hits("prefix-just-below-minimum", sent)), len(hits("reused-prefix-not-cached", sent))

    too_short = last_where(lambda tokens: prefix(tokens).low < 0.8 * least, int(0.75 * least), int(0.85 * least) + 20)
    surely_below = last_where(lambda tokens: prefix(tokens).high < least, int(0.95 * least) - 20, least)
    maybe_below = last_where(lambda tokens: prefix(tokens).low < least, surely_below, int(1.05 * least) + 20)
    assert too_short < surely_below < maybe_below
    assert [rules(tokens) for tokens in (too_short, too_short + 1)] == [(0, 0), (1, 0)]
    assert [rules(tokens) for tokens in (surely_below, surely_below + 1)] == [(1, 0), (0, 0)]
    assert [rules(tokens) for tokens in (maybe_below, maybe_below + 1)] == [(0, 0), (0, 1)]


def test_length_is_judged_by_the_model() -> None:
    """A prompt of 1,500 tokens is too short for what caches from 2,048 or 4,096 tokens on, and for nothing else."""
    short = {name for name in MINIMA if hits("cache-marker-below-minimum", known(1500, _model(name), marked=True))}
    assert short == {name for name, least in MINIMA.items() if least > 1500}


def _model(name: str) -> Model:
    model = find(name)
    assert model is not None
    return model


def test_pl305_price_tier_to_the_token() -> None:
    [model] = [model for model in MODELS if model.long_prompt]
    assert model.long_prompt is not None
    tier, sent = model.long_prompt.above, call(model.id, messages=user("Summarise: ", hole("book")))

    def reported(size: int) -> bool:
        return bool(found_by("prompt-crosses-price-tier", sent, ledger=Ledger(holes=HoleSizes({"book": size}))))

    def least(size: int) -> float:
        return Ledger(holes=HoleSizes({"book": size})).tokens(sent, model).total.low

    last = last_where(lambda size: least(size) <= tier, tier // 2, 2 * tier)
    assert (least(last), least(last + 1)) == (tier, tier + 1)
    assert (reported(last), reported(last + 1)) == (False, True)


def found_by(rule: str, *calls: CallSite, today: date = TODAY, ledger: Ledger = LEDGER) -> list[Hit]:
    from importlib import import_module

    audited = Audit(Project(calls), Settings(Path("/project")), ledger, today)
    return list(_run(import_module(f"promptlint.checks.{rule.replace('-', '_')}"), audited))


# Days.


DATED = [model for model in MODELS if model.deprecated_on or model.retirement_date]


@pytest.mark.parametrize("model", DATED, ids=lambda model: model.id)
def test_pl301_the_day_before_and_the_day(model: Model) -> None:
    def on(day: date | None, later: int = 0) -> list[str | None]:
        assert day is not None
        sent = call(model.id)
        return [
            hit.severity for hit in found_by("retired-or-deprecated-model", sent, today=day + timedelta(days=later))
        ]

    assert on(model.deprecated_on, -1) == []
    assert on(model.deprecated_on) == ["warning"]
    assert on(model.retirement_date, -1) == ["warning"]
    assert on(model.retirement_date) == ["error"]


def test_pl301_no_other_model_is_named() -> None:
    dated = {model.id for model in DATED}
    later = date(2030, 1, 1)
    named = {model.id for model in MODELS if found_by("retired-or-deprecated-model", call(model.id), today=later)}
    assert named == dated


# Markers.


def with_markers(in_tools: int, in_system: int, in_messages: int, automatic: int) -> CallSite:
    made = tools(*(f'{{"name": "t{number}"}}' for number in range(3)))
    tool_list = tuple(
        replace(tool, cache=marker(40 + number)) if number < in_tools else tool
        for number, tool in enumerate(made.tools)
    )
    blocks = [system(text(f"Block {n}."), marked=marker(60 + n) if n < in_system else None).blocks[0] for n in range(3)]
    asked = user("One.").messages[0]
    said = [replace(asked.blocks[0], cache=marker(80 + n) if n < in_messages else None) for n in range(3)]
    return call(
        tools=replace(made, tools=tool_list),
        system=System(True, tuple(blocks), place=at(10)),
        messages=replace(user("One."), messages=(replace(asked, blocks=tuple(said)),)),
        cache=marker(99) if automatic else None,
    )


@pytest.mark.parametrize("counts", [*itertools.product(range(4), range(4), range(4), range(2))])
def test_pl105_four_markers_and_five(counts: tuple[int, int, int, int]) -> None:
    found = hits("too-many-cache-breakpoints", with_markers(*counts))
    assert len(found) == (sum(counts) > 4)
    in_tools, in_system, in_messages, _ = counts
    lines = [*range(40, 40 + in_tools), *range(60, 60 + in_system), *range(80, 80 + in_messages), 99]
    assert [hit.place.line for hit in found] == lines[4:5] * len(found)


@pytest.mark.parametrize("lives", [*itertools.product(("5m", "1h"), repeat=3)])
def test_pl106_an_hour_never_behind_five_minutes(lives: tuple[str, str, str]) -> None:
    blocks = [system(text("One."), marked=marker(60 + n, ttl)).blocks[0] for n, ttl in enumerate(lives)]
    found = hits("cache-ttl-order", call(system=System(True, tuple(blocks), place=at(10))))
    late = [n for n in range(3) if lives[n] == "1h" and "5m" in lives[:n]]
    assert [hit.place.line for hit in found] == [60 + n for n in late[:1]]


VOLATILE = {
    "datetime.now()": True,
    "datetime.now().isoformat()": True,
    "datetime.utcnow()": True,
    "time.time()": True,
    "uuid.uuid4()": True,
    "random.random()": True,
    "secrets.token_hex(4)": True,
    "os.environ['TEAM']": False,
    "team": False,
    "len(POLICY)": False,
}
VOLATILE_CODE = """\
import os
import random
import secrets
import time
import uuid
from datetime import datetime

import anthropic

client = anthropic.Anthropic()
POLICY = "Refunds above 100 euros need the approval of a team lead, who signs within two working days. " * 60
CACHED = {"type": "ephemeral"}
"""
PLACEMENTS = {
    "before": '[{{"type": "text", "text": f"{{{value}}} {{POLICY}}", "cache_control": CACHED}}]',
    "in a block before": '[{{"type": "text", "text": f"{{{value}}}"}}, '
    '{{"type": "text", "text": POLICY, "cache_control": CACHED}}]',
    "after": '[{{"type": "text", "text": POLICY, "cache_control": CACHED}}, '
    '{{"type": "text", "text": f"{{{value}}}"}}]',
    "unmarked": '[{{"type": "text", "text": f"{{{value}}} {{POLICY}}"}}]',
}


def test_pl101_each_volatile_value_before_and_after_the_marker(tmp_path: Path) -> None:
    code, expected = VOLATILE_CODE, set()
    cases = itertools.product(VOLATILE.items(), PLACEMENTS.items())
    for number, ((value, changes), (where, prompt)) in enumerate(cases):
        code += f"\n\ndef ask{number}(team: str, question: str) -> str:\n    reply = client.messages.create(\n"
        code += '        model="claude-haiku-5-5",\n        max_tokens=2000,\n'
        code += f"        system={prompt.format(value=value)},\n"
        code += '        messages=[{"role": "user", "content": question}],\n    )\n'
        code += "    return reply.content[0].text\n"
        if changes and "before" in where:
            expected.add(f"ask{number}: {value} {where}")
    names = [f"ask{n}: {value} {where}" for n, (value, where) in enumerate(itertools.product(VOLATILE, PLACEMENTS))]
    found = {names[int(name.removeprefix("ask"))] for name in functions_with("PL101", code, tmp_path)}
    assert found == expected


def functions_with(rule: str, code: str, folder: Path) -> list[str]:
    """The functions in which a rule finds something."""
    (folder / "app.py").write_text(code, encoding="utf-8")
    settings = Settings(folder.resolve(), select=(rule,))
    selection = discover(folder, [folder], settings)
    project = analyse(Files(selection.root, selection.files), settings)
    outcome = audit.run(Audit(project, settings, LEDGER, TODAY), load_rules(), selection)
    assert outcome.problems == ()
    return [(found.hit.call or "").partition("::")[2] for found in outcome.findings]


# Parameters and models.


def literal(value: object) -> Argument[Any]:
    return Argument((value,), present=True, how="literal", place=at(7), keyword=at(7))


PARAMETERS: dict[str, tuple[dict[str, Any], Callable[[str], bool]]] = {
    "temperature": ({"others": {"temperature": literal(0.5)}}, lambda name: bool(NEWER.search(name))),
    "temperature at its default": ({"others": {"temperature": literal(1)}}, lambda name: False),
    "top_p": ({"others": {"top_p": literal(0.9)}}, lambda name: bool(NEWER.search(name))),
    "top_k": ({"others": {"top_k": literal(5)}}, lambda name: bool(NEWER.search(name))),
    "thinking budget": (
        {"thinking": literal("enabled"), "thinking_budget": literal(1024), "max_tokens": cap(4000)},
        lambda name: bool(NEWER.search(name)),
    ),
    "adaptive thinking": ({"thinking": literal("adaptive")}, lambda name: False),
    "no thinking": ({"thinking": literal("disabled")}, lambda name: bool(ALWAYS_THINKS.search(name))),
    "forced tool": ({"tool_choice": literal("any")}, lambda name: bool(NO_FORCED_TOOL.search(name))),
    "tools as it likes": ({"tool_choice": literal("auto")}, lambda name: False),
}


@pytest.mark.parametrize("what", PARAMETERS)
def test_pl303_each_parameter_on_each_model(what: str) -> None:
    arguments, rejects = PARAMETERS[what]
    rejected = {model.id for model in MODELS if hits("parameter-rejected-by-model", call(model.id, **arguments))}
    assert rejected == {model.id for model in MODELS if rejects(model.id)}


@pytest.mark.parametrize(
    ("budget", "largest", "reported"), [(1023, 4000, 1), (1024, 4000, 0), (4000, 4000, 1), (3999, 4000, 0)]
)
def test_pl303_thinking_budget_by_one(budget: int, largest: int, reported: int) -> None:
    thinking = {"thinking": literal("enabled"), "thinking_budget": literal(budget), "max_tokens": cap(largest)}
    assert len(hits("parameter-rejected-by-model", call("claude-sonnet-4-6", **thinking))) == reported


# Caps.


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_pl701_the_largest_cap_without_streaming(model: Model) -> None:
    small = {"claude-opus-4-20250514", "claude-opus-4-1-20250805"}
    largest = 8_192 if model.id in small else 21_333
    assert hits("large-cap-without-streaming", call(model.id, max_tokens=cap(largest))) == []
    assert len(hits("large-cap-without-streaming", call(model.id, max_tokens=cap(largest + 1)))) == 1
    assert hits("large-cap-without-streaming", call(model.id, max_tokens=cap(largest + 1), streaming=True)) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_pl201_cap_that_thinking_leaves_nothing_of(model: Model) -> None:
    def severities(*caps: int, **arguments: Any) -> list[list[str | None]]:
        calls = (call(model.id, max_tokens=cap(tokens), **arguments) for tokens in caps)
        return [[hit.severity for hit in hits("output-cap-eaten-by-thinking", each)] for each in calls]

    thinks = model.thinking in ("always", "on-by-default")
    unasked = [["error"], ["warning"], ["warning"], []] if thinks else [[], [], [], []]
    assert severities(256, 257, 1_999, 2_000) == unasked
    budget = {"thinking": literal("enabled"), "thinking_budget": literal(4_000)}
    assert severities(4_999, 5_000, **budget) == [["warning"], []]
    assert severities(256, 1_999, thinking=literal("disabled")) == [[], []]


def test_pl302_second_sign_by_one() -> None:
    label = system(text("Classify the ticket as billing, technical or other. Answer with the label only."))

    def severities(tokens: int) -> list[str | None]:
        found = hits("over-tiered-model", call("claude-opus-5-5", system=label, max_tokens=cap(tokens)))
        return [hit.severity for hit in found]

    assert (severities(256), severities(257)) == ([None], ["info"])


# Retries and loops.


@pytest.mark.parametrize(("attempts", "own", "severity"), [(3, 2, [None]), (2, 2, ["info"]), (1, 2, []), (3, 0, [])])
def test_pl503_requests_for_one_call(attempts: int, own: int, severity: list[str | None]) -> None:
    outer = Retry("decorator", at(3), "tenacity.retry", attempts, catches_all=True)
    client = Client(max_retries=Argument((own,), present=True, how="literal"))
    found = hits("retries-stacked-on-sdk-retries", call(context=Context(retries=(outer,)), client=client))
    assert [hit.severity for hit in found] == severity


RETRIES = {
    "@retry()": True,
    "@retry(wait=wait_fixed(1))": True,
    "@retry(stop=stop_never)": True,
    "@retry(stop=stop_after_attempt(3))": False,
    "@retry(stop=stop_after_delay(60))": False,
    "": False,
}
LOOPS = {"while True:": True, "for _ in range(20):": False, "while (turns := turns + 1) < 20:": False}


def test_pl504_a_retry_with_and_without_an_end(tmp_path: Path) -> None:
    code = (
        "import anthropic\nfrom tenacity import retry, stop_after_attempt, stop_after_delay, stop_never, wait_fixed\n\n"
    )
    code += "client = anthropic.Anthropic()\n"
    for number, decorator in enumerate(RETRIES):
        code += f"\n\n{decorator}\ndef ask{number}(question: str) -> str:\n    reply = client.messages.create(\n"
        code += '        model="claude-haiku-5-5", max_tokens=2000, messages=[{"role": "user", "content": question}]\n'
        code += "    )\n    return reply.content[0].text\n"
    found = functions_with("PL504", code, tmp_path)
    assert found == [f"ask{number}" for number, endless in enumerate(RETRIES.values()) if endless]


def test_pl502_a_loop_with_and_without_a_bound(tmp_path: Path) -> None:
    code = "import anthropic\n\nfrom app.tools import TOOLS, run\n\nclient = anthropic.Anthropic()\n"
    for number, head in enumerate(LOOPS):
        code += f"\n\ndef ask{number}(messages: list) -> str:\n    turns = 0\n    {head}\n"
        code += '        reply = client.messages.create(model="claude-sonnet-5-5", max_tokens=4000, tools=TOOLS, '
        code += 'messages=messages)\n        if reply.stop_reason != "tool_use":\n            break\n'
        code += '        messages.append({"role": "assistant", "content": reply.content})\n'
        code += '        messages.append({"role": "user", "content": run(reply.content)})\n    return ""\n'
    found = functions_with("PL502", code, tmp_path)
    assert found == [f"ask{number}" for number, endless in enumerate(LOOPS.values()) if endless]


# Wording.


@pytest.mark.parametrize(
    ("prompt", "inflating", "contradictory"),
    [
        ("Answer the question of the customer. Be thorough and comprehensive.", 1, 0),
        ("Answer the question of the customer. Do not be thorough and comprehensive.", 0, 0),
        ("Answer the question of the customer. Be through with it.", 0, 0),
        ('Answer the question of the customer, who says "be thorough and comprehensive".', 0, 0),
        ("Answer the question of the customer. Be concise. Be detailed.", None, 1),
        ("Answer the question of the customer. Be concise.", 0, 0),
        ("Answer the question of the customer. Be concise, and for lists be detailed.", None, 0),
    ],
)
def test_pl401_and_pl404_by_one_word(prompt: str, inflating: int | None, contradictory: int) -> None:
    sent = call(system=system(text(prompt)))
    if inflating is not None:
        assert len(hits("output-inflating-instruction", sent)) == inflating
    assert len(hits("contradictory-length-instructions", sent)) == contradictory


def test_pl406_slack_against_the_length_of_the_prompt() -> None:
    """The same slack of 5 to 19 tokens is worth a word up to the prompt of which it is 3 %."""
    model = _model("claude-haiku-5-5")
    wordy, tight = (
        "In order to answer, look at the order due to the fact that it is late. ",
        "To answer, look at the order because it is late. ",
    )

    def rest(padding: int) -> str:
        return "".join(f"Parcel {number} is at the depot. " for number in range(padding))

    def sent(padding: int) -> CallSite:
        return call(system=system(text(wordy + rest(padding))))

    def share(padding: int) -> float:
        before, after = (LEDGER.count(start + rest(padding), model).low for start in (wordy, tight))
        assert 5 <= before - after < 20
        return (before - after) / before

    last = last_where(lambda padding: len(hits("verbose-prompt", sent(padding))) == 1, 0, 100)
    assert share(last) >= 0.03 > share(last + 1)
