from __future__ import annotations

import json

import pytest

from promptlint.checks._cache_cost import cost_of_caching
from promptlint.estimate import Estimate
from promptlint.ledger import Ledger
from promptlint.own_prices import OwnPrices
from promptlint.prices.book import PriceBook
from promptlint.request import Argument, CallSite, Client, Context, Loop, Part, Piece, Place, Step, System, Via
from promptlint.request.call import EntryKind
from tests.checks.handmade import LONG, SENTENCE, at, call, hits, hole, marker, system, text, tools, user

RULE = "reused-prefix-not-cached"
POLICY = Piece(LONG, at(20), trail=(Step("constant", "POLICY", at(20)),))


def test_reused_prefix_says_size_reason_and_break_even() -> None:
    [hit] = hits(RULE, call(system=system(text(LONG))))
    assert hit.place == at(10)
    assert hit.severity is None
    assert hit.message.startswith("A prefix of ")
    assert hit.message.endswith("is sent without cache_control: each question is sent with it")
    assert "21.7% on, about 2.9 calls an hour" in hit.cost
    assert "per 1,000 calls" in hit.cost
    assert "month" not in hit.cost


def test_saving_reaches_from_all_writes_to_all_reads() -> None:
    [hit] = hits(RULE, call(system=system(text(LONG))))
    assert hit.savings is not None
    assert hit.savings.low < 0 < (hit.savings.high or 0)
    # Per token of Haiku 5.5: a write costs 0.25 of the input price more, a read 0.9 of it less.
    assert hit.savings.high == pytest.approx(-hit.savings.low * 0.9 / 0.25)


def test_one_finding_for_one_prefix() -> None:
    first = call(system=system(text(LONG)), id="app.py::one")
    second = call(system=system(text(LONG, line=80)), id="app.py::two", place=at(70))
    [hit] = hits(RULE, first, second)
    assert "2 calls begin with it" in hit.message


def test_each_model_has_a_cache_of_its_own() -> None:
    first = call(system=system(text(LONG)), context=Context(loops=(Loop("while", at(3), over="True"),)))
    second = call("claude-sonnet-5-5", system=system(text(LONG)), id="other.py::ask", place=at(70))
    [hit] = hits(RULE, first, second)
    assert hit.message.endswith("the call runs in a loop (line 3)")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((POLICY,), "POLICY"),
        ((POLICY, "\n"), "POLICY"),
        ((POLICY, "Be brief."), "INSTRUCTIONS"),
        ((LONG,), "INSTRUCTIONS"),
        (("It is ", hole("now()", "clock"), ".\n", POLICY), "POLICY"),
    ],
)
def test_the_advice_names_the_constant_that_the_prefix_is(parts: tuple[str | Part, ...], name: str) -> None:
    [hit] = hits(RULE, call(system=system(text(*parts))))
    assert f'"text": {name}, ' in hit.help


def test_two_prefixes_are_two_findings() -> None:
    one, two = (call(system=system(text(LONG + tail)), id=tail) for tail in ("One.", "Two."))
    assert len(hits(RULE, one, two)) == 2


@pytest.mark.parametrize(
    "request_",
    [
        {"system": system(text(LONG), marked=marker())},
        {"system": system(text(LONG)), "cache": marker()},
        {"system": system(text(LONG)), "opaque": ("options",)},
        {"system": system(text(LONG)), "others": {"extra_body": Argument(present=True)}},
        {"system": system(text(LONG)), "role": "wrapper"},
        {"system": system(text(LONG)), "priced": False},
        {"system": system(text(LONG)), "api": "claude_agent_sdk.query"},
        {"system": system(text(LONG)), "client": Client(platform="bedrock")},
        {"system": system(text(LONG)), "model": "bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0"},
        {"system": system(text(LONG)), "model": "claude-haiku-4-5"},
        {"system": system(text(LONG)), "model": "claude-fable-5-2"},
        {"system": system(text(SENTENCE))},
        {"system": system(text(hole("intro"), LONG))},
    ],
)
def test_silent(request_: dict[str, object]) -> None:
    assert hits(RULE, call(**request_)) == []  # type: ignore[arg-type]


def test_every_known_model_has_to_cache_it() -> None:
    both = Argument(("claude-haiku-5-5", "claude-haiku-4-5"), present=True)
    assert hits(RULE, call(both, system=system(text(LONG)))) == []


def test_gateway_that_caches() -> None:
    assert hits(RULE, call(system=system(text(LONG))), caching="external") == []


def test_one_shot_is_advice() -> None:
    [hit] = hits(RULE, call(system=system(text(LONG)), messages=user("Tell me the rules.")))
    assert hit.severity == "info"


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (Context(loops=(Loop("for", at(3), over="rows"),)), "the call runs in a loop over rows (line 3)"),
        (Context(entry="handler"), "a request handler sends it"),
        (Context(agent_loop=True), "each turn of the conversation sends it again"),
    ],
)
def test_signs_of_reuse(context: Context, reason: str) -> None:
    [hit] = hits(RULE, call(system=system(text(LONG)), messages=user("Go."), context=context))
    assert hit.message.endswith(reason)
    assert hit.severity is None


def test_loop_of_one_round_is_none() -> None:
    once = Context(loops=(Loop("for", at(3), bound=1),))
    [hit] = hits(RULE, call(system=system(text(LONG)), messages=user("Go."), context=once))
    assert hit.severity == "info"


@pytest.mark.parametrize(("entry", "severity"), [("script", "info"), ("function", None)])
def test_what_a_loop_adds_up_before_the_call(entry: EntryKind, severity: str | None) -> None:
    added = user("Fill these in:", hole("...", "loop"))
    [hit] = hits(RULE, call(system=system(text(LONG)), messages=added, context=Context(entry=entry)))
    assert hit.severity == severity
    assert hit.message.endswith("what follows it differs from call to call") is (severity is None)


def test_clock_has_to_move_first() -> None:
    now = hole("datetime.now()", "clock")
    [hit] = hits(RULE, call(system=system(text("It is ", now, ".\n", LONG))))
    assert hit.help.startswith("First move datetime.now() behind this text")


def test_long_start_of_the_message() -> None:
    [hit] = hits(RULE, call(messages=user(LONG, hole("ticket"))))
    assert hit.place == at(30)
    assert "as a block of its own, first" in hit.help


def test_tools_are_part_of_the_prefix() -> None:
    tool = json.dumps({"name": "tool0", "description": LONG, "input_schema": {"type": "object", "properties": {}}})
    [hit] = hits(RULE, call(tools=tools(tool)))
    assert hit.place == at(40)
    assert "Mark the last tool" in hit.help


def test_help_names_the_constant() -> None:
    lines = ["\n"] * 9 + ["POLICY.TEXT,\n"]
    prompt = system(text(LONG))
    of_source = call(system=type(prompt)(True, prompt.blocks, place=at(10, 1, 11)))
    [hit] = hits(RULE, of_source, sources={"app.py": "".join(lines)})
    assert 'system=[{"type": "text", "text": POLICY.TEXT, "cache_control": {"type": "ephemeral"}}]' in hit.help


@pytest.mark.parametrize(
    ("api", "written"),
    [
        ("langchain.invoke", 'SystemMessage(content=[{"type": "text", "text": INSTRUCTIONS, "cache_control"'),
        ("litellm.completion", '{"role": "system", "content": [{"type": "text", "text": INSTRUCTIONS, "cache_control"'),
        ("strands.Agent", 'system_prompt=[{"text": INSTRUCTIONS}, {"cachePoint": {"type": "default"}}]'),
        ("pydantic_ai.Agent", "anthropic_cache_instructions=True"),
    ],
)
def test_help_speaks_the_sdk(api: str, written: str) -> None:
    [hit] = hits(RULE, call(system=system(text(LONG)), api=api))
    assert written in hit.help


def test_part_that_changes_goes_behind() -> None:
    [hit] = hits(RULE, call(system=system(text(LONG, hole("customer")))))
    assert hit.help.startswith("Send what never changes as a block of its own, before the rest")


def test_wrapper_shares_its_keyword_with_others() -> None:
    inside = Place("app.py", 10, 1, 10, 11)
    sends = Via(Place("app.py", 8, 1, 12, 2), "send")
    prompt = System(True, system(text(LONG)).blocks, place=inside)
    [hit] = hits(RULE, call(system=prompt, via=sends, place=at(70)))
    assert hit.place == at(70)
    assert hit.help.endswith("\nLet send (app.py:8) pass the block on: it sends the request")


def test_prefix_that_a_wrapper_writes_for_all_its_callers() -> None:
    inside = Place("app.py", 10, 1, 10, 11)
    sends = Via(Place("app.py", 8, 1, 12, 2), "send")
    prompt = System(True, system(text(LONG)).blocks, place=inside)
    one, two = (call(system=prompt, via=sends, id=name, place=at(line)) for name, line in (("a", 70), ("b", 80)))
    [hit] = hits(RULE, one, two)
    assert hit.place == inside
    assert "pass the block on" not in hit.help
    third = call(system=system(text(LONG + "Else.")), via=sends, id="c", place=at(90))
    assert hits(RULE, one, two, third)[0].place == at(70)


def body(line: int, path: str = "b.jsonl", **more: object) -> CallSite:
    place = at(line, path=path)
    fields = {"id": f"{path}::{line}", "place": place, "api": "batch.body", "system": system(text(LONG)), **more}
    return call(**fields)  # type: ignore[arg-type]


def test_requests_of_one_file_that_begin_alike() -> None:
    [hit] = hits(RULE, body(1), body(2), body(3))
    assert hit.message.endswith("is sent without cache_control: 3 requests begin with it")
    assert hit.help == 'Write\n    "system": [{"type": "text", "text": "...", "cache_control": {"type": "ephemeral"}}]'


def test_one_request_or_prompt_alone_shows_no_reuse() -> None:
    alone = (body(1), body(1, "c.jsonl"), body(2, model="claude-opus-5-5"), body(3, api="prompt.file"))
    assert hits(RULE, *alone) == []
    assert len(hits(RULE, body(1), call(system=system(text(LONG))))) == 1


def test_a_price_of_ones_own_says_so() -> None:
    book = PriceBook(OwnPrices(discount=0.5))
    (model,) = Ledger(book=book).models(call("claude-haiku-5-5"))
    cost = cost_of_caching(call(), model, Estimate.exactly(10_000, "tokenizer"))
    assert cost.startswith("a call that reads the cache saves $0.00045 per call")
    assert cost.endswith("(claude-haiku-5-5, configured price)")
