from __future__ import annotations

import json
from typing import Any

import pytest

from promptlint.estimate import Estimate
from promptlint.prices.table import find
from promptlint.prompts.bodies import of_line
from promptlint.tokens.count import Counter
from promptlint.tokens.measure import measure
from promptlint.tokens.memory import Memory

TOOL = {"name": "weather", "description": "Weather", "input_schema": {"type": "object", "properties": {}}}
QUESTION = {"role": "user", "content": "Weather in Paris?"}
SONNET = "claude-sonnet-4-5"


def total(*messages: dict[str, Any], model: str = SONNET, **further: Any) -> Estimate:
    body = {"model": model, "messages": list(messages), **further}
    request, known = of_line("r.jsonl", json.dumps(body), 1).request, find(model)
    assert request is not None
    assert known is not None
    return measure(request, known, Counter(Memory(None))).total


def added(*messages: dict[str, Any], model: str = SONNET, **further: Any) -> Estimate:
    """What the messages behind a question cost."""
    before = total(QUESTION, model=model, **further)
    after = total(QUESTION, *messages, model=model, **further)
    assert before.value is not None
    return after + Estimate.exactly(-before.value, "exact")


def use(name: str = "weather", /, id: str = "1", **given: object) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": given}


def result(content: object, id: str = "1", **further: object) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id, "content": content, **further}


def answered(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


def asked(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def test_a_call_is_read_with_its_parameters() -> None:
    none = added(answered(use()), asked(result("Sunny")), tools=[TOOL])
    one = added(answered(use(city="Paris")), asked(result("Sunny")), tools=[TOOL])
    assert (none.value, one.value) == (48, 65)


def test_calls_at_once_stand_in_one_element_and_their_results_have_names() -> None:
    calls = answered(use(id="1"), use(id="2"))
    together = added(calls, asked(result("Sunny", "1"), result("Rain", "2")), tools=[TOOL])
    apart = added(calls, asked(result("Sunny", "1")), asked(result("Rain", "2")), tools=[TOOL])
    assert (together.value, apart.value) == (113, 114)


def test_no_count_is_less_than_nothing() -> None:
    alone = total(asked(result("")), model="claude-opus-4-8")
    assert (alone.low, alone.value, alone.high) == (0, 0, 0)


def test_an_error_costs_more() -> None:
    fine = added(answered(use()), asked(result("No")), tools=[TOOL])
    wrong = added(answered(use()), asked(result("No", is_error=True)), tools=[TOOL])
    assert fine.value is not None
    assert wrong.value == fine.value + 9


def test_words_behind_results_are_a_turn_of_their_own() -> None:
    alone = added(answered(use()), asked(result("Sunny")), tools=[TOOL])
    spoken = added(answered(use()), asked(result("Sunny"), {"type": "text", "text": "And"}), tools=[TOOL])
    assert alone.value is not None
    assert spoken.value == alone.value + 1 + 6


def test_the_name_of_a_forced_tool_is_read_in_quotes() -> None:
    forced = total(QUESTION, tools=[TOOL], tool_choice={"type": "tool", "name": "weather"})
    other = total(QUESTION, tools=[TOOL], tool_choice={"type": "any"})
    assert other.value is not None
    assert forced.value == other.value + 3


def test_one_call_at_a_time_has_a_prompt_of_its_own() -> None:
    serial = {"type": "auto", "disable_parallel_tool_use": True}
    haiku = total(QUESTION, model="claude-haiku-4-5", tools=[TOOL], tool_choice=serial)
    assert total(QUESTION, model="claude-haiku-4-5", tools=[TOOL]).value == (haiku.value or 0) + 497 - 289
    unknown = total(QUESTION, tools=[TOOL], tool_choice=serial)
    assert unknown.source == "assumed"
    assert unknown.low < (unknown.value or 0) - 200


def test_a_deferred_tool_is_read_once_it_is_referred_to() -> None:
    later = {**TOOL, "defer_loading": True}
    search = {"name": "search", "input_schema": {"type": "object"}}
    found = result([{"type": "tool_reference", "tool_name": "weather"}])
    tools = [search, later]
    assert total(QUESTION, tools=tools).value == total(QUESTION, tools=[search]).value
    nothing = added(answered(use("search")), asked(result("")), tools=tools)
    loaded = added(answered(use("search")), asked(found), tools=tools)
    assert nothing.value is not None
    assert loaded.value == nothing.value + 16 + 32
    assert added(answered(use("search")), asked(found), tools=[search]).value is None


def test_a_tool_that_the_conversation_brings_is_read_with_the_prompt_for_tools() -> None:
    later = {"role": "system", "content": [{"type": "tool_addition", "tool": {"definition": TOOL}}]}
    found = added(later, model="claude-opus-4-8")
    assert (found.value, found.source) == (290 + 2 + 52 + 43, "tokenizer")
    unknown = {"role": "system", "content": [{"type": "tool_addition", "tool": {"name": "weather"}}]}
    assert added(unknown, model="claude-opus-4-8").value is None


def test_tools_that_the_api_runs_leave_the_count_open() -> None:
    assert total(QUESTION, tools=[{"type": "web_search_20250305", "name": "web_search"}]).value is None
    shell = total(QUESTION, tools=[{"type": "bash_20250124", "name": "bash"}])
    assert (shell.value, shell.source) == (296, "assumed")


def test_thoughts_before_the_users_last_words_are_not_read_again() -> None:
    thought = {"type": "thinking", "thinking": "hm " * 99 + "hm", "signature": "x" * 400}
    calling = answered(thought, use())
    early = added(calling, asked(result("Sunny")), answered({"type": "text", "text": "Fine"}), QUESTION, tools=[TOOL])
    assert early.high is not None
    assert early.value is not None
    assert early.high > early.value + 100
    late = added(calling, asked(result("Sunny")), tools=[TOOL])
    plain = added(answered(use()), asked(result("Sunny")), tools=[TOOL])
    assert (late.value or 0) - (plain.value or 0) == 220


@pytest.mark.parametrize(
    ("name", "thinking", "tokens"),
    [
        (SONNET, {"type": "enabled", "budget_tokens": 1024}, 29),
        (SONNET, {"type": "disabled"}, 0),
        ("claude-opus-4-6", {"type": "adaptive"}, 0),
        ("claude-opus-4-8", {"type": "adaptive"}, 0),
    ],
)
def test_thinking_adds_to_the_input_of_earlier_models(name: str, thinking: dict[str, Any], tokens: int) -> None:
    assert total(QUESTION, model=name, thinking=thinking).value == (total(QUESTION, model=name).value or 0) + tokens


def test_the_schema_of_the_reply_is_read() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    reply = {"format": {"type": "json_schema", "schema": schema}}
    formatted = total(QUESTION, output_config=reply)
    assert formatted.value == (total(QUESTION).value or 0) + 81 + 51
    assert total(QUESTION, output_config={"format": {"type": "grammar"}}).value is None
    assert total(QUESTION, output_config={"effort": "low"}).value == total(QUESTION).value
    assert total(QUESTION, mcp_servers=[{"type": "url"}]).value is None


def test_a_document_that_is_text_is_read_with_its_title() -> None:
    source = {"type": "text", "media_type": "text/plain", "data": "one two"}
    plain = total(asked({"type": "document", "source": source}))
    titled = total(asked({"type": "document", "source": source, "title": "Numbers"}))
    cited = total(asked({"type": "document", "source": source, "citations": {"enabled": True}}))
    assert [plain.value, titled.value, cited.value] == [45, 46, 545]


def test_blocks_that_nobody_measured_leave_the_count_open() -> None:
    for kind in ("container_upload", "redacted_thinking", "server_tool_use", "search_result"):
        assert total(asked({"type": "text", "text": "Hi"}, {"type": kind})).value is None
