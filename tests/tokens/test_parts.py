from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from promptlint.estimate import Estimate
from promptlint.prices.table import Model, find
from promptlint.request import (
    Argument,
    Block,
    CacheMarker,
    Hole,
    Message,
    Messages,
    Piece,
    Place,
    Request,
    System,
    Text,
    Tool,
    Tools,
)
from promptlint.tokens import parts
from promptlint.tokens.count import Counter
from promptlint.tokens.measure import RequestTokens, measure
from promptlint.tokens.memory import Memory
from promptlint.tokens.parts import Part
from promptlint.tokens.recorded import Recorded

HERE = Place("app.py", 1, 1, 1, 2)
MARK = CacheMarker("5m", HERE)
HOLE = Hole("x", HERE, lifetime="request")


def haiku() -> Model:
    found = find("claude-haiku-5-5")
    assert found is not None
    return found


def block(*parts: str | Hole, **options: Any) -> Block:
    text = Text(tuple(Piece(part, HERE) if isinstance(part, str) else part for part in parts))
    return Block("text", text, HERE, **options)


def user(*parts: str | Hole, **options: Any) -> Message:
    return Message("user", (block(*parts),), HERE, **options)


def tool(kind: str | None = None, **definition: Any) -> Tool:
    return Tool(definition.get("name"), kind, json.dumps(definition), HERE)


WEATHER = tool(name="weather", description="d", input_schema={"type": "object"})
SYSTEM = System(True, (block("Be brief."),))
STATIC = Request(
    tools=Tools(True, (WEATHER,)),
    system=SYSTEM,
    messages=Messages((user("one"), Message("assistant", (block("two"),), HERE), user("three"))),
)

ANY = Argument(("any",), present=True)
CALL = Block("tool_use", Text(), HERE, definition='{"type": "tool_use", "id": "t", "name": "weather", "input": {}}')
RESULT = Block("tool_result", Text(), HERE, definition='{"type": "tool_result", "tool_use_id": "t"}')

MINIMAL = [{"role": "user", "content": [{"type": "text", "text": "a"}]}]
SYSTEM_BODY = [{"type": "text", "text": "Be brief."}]
TOOL_BODY = {"name": "weather", "description": "d", "input_schema": {"type": "object"}}


def body(part: Part | None) -> dict[str, Any]:
    assert part is not None
    return part.body


def test_a_static_request_is_sent_as_it_stands() -> None:
    assert body(parts.whole(STATIC)) == {
        "tools": [TOOL_BODY],
        "system": SYSTEM_BODY,
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "one"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "two"}]},
            {"role": "user", "content": [{"type": "text", "text": "three"}]},
        ],
    }


def test_sections_go_with_the_smallest_message() -> None:
    assert body(parts.smallest()) == {"messages": MINIMAL}
    assert body(parts.tools(STATIC)) == {"tools": [TOOL_BODY], "messages": MINIMAL}
    assert body(parts.head(STATIC)) == {"tools": [TOOL_BODY], "system": SYSTEM_BODY, "messages": MINIMAL}
    assert parts.tools(Request()) == parts.head(Request()) == parts.smallest()


def test_the_digest_is_that_of_the_canonical_json() -> None:
    request = Request(messages=Messages((user("für"),)))
    text = '{"messages":[{"content":[{"text":"für","type":"text"}],"role":"user"}]}'
    part = parts.whole(request)
    assert part is not None
    assert part.digest == sha256(text.encode()).hexdigest()


def test_markers_and_models_change_no_part() -> None:
    marked = replace(
        STATIC,
        model=Argument(("claude-opus-5-5",), present=True),
        system=System(True, (block("Be brief.", cache=MARK),)),
        cache=MARK,
    )
    assert parts.whole(marked) == parts.whole(STATIC)


@pytest.mark.parametrize(
    "request_",
    [
        replace(STATIC, messages=Messages()),
        replace(STATIC, messages=Messages((user("one", HOLE),))),
        replace(STATIC, messages=Messages((user("one", optional=True),))),
        replace(STATIC, messages=Messages((user("one", repeated=True),))),
        replace(STATIC, messages=Messages((user("one"),), complete=False)),
        replace(STATIC, messages=Messages((user("one"),), grows=True)),
        replace(STATIC, messages=Messages((user(""),))),
        replace(STATIC, messages=Messages((user(" \n"),))),
        replace(STATIC, messages=Messages((user("half \ud800"),))),
        replace(STATIC, messages=Messages((replace(user("one"), role=None),))),
        replace(STATIC, messages=Messages((Message("user", (Block("image", None, HERE),), HERE),))),
        replace(STATIC, messages=Messages((Message("user", (replace(block("one"), kind="tool_result"),), HERE),))),
        replace(STATIC, messages=Messages((Message("user", (replace(RESULT, inner=(block(HOLE),)),), HERE),))),
        replace(STATIC, system=System(None, SYSTEM.blocks)),
        replace(STATIC, system=System(True, SYSTEM.blocks, complete=False)),
        replace(STATIC, system=System(True, (block("Be ", HOLE),))),
        replace(STATIC, system=System(True, (block("Be brief.", optional=True),))),
        replace(STATIC, tools=Tools(None, (WEATHER,))),
        replace(STATIC, tools=Tools(True, (WEATHER,), complete=False)),
        replace(STATIC, tools=Tools(True, (replace(WEATHER, definition=None),))),
        replace(STATIC, tools=Tools(True, (replace(WEATHER, definition="{"),))),
        replace(STATIC, tools=Tools(True, (replace(WEATHER, definition="[]"),))),
        replace(STATIC, tools=Tools(True, (tool("web_search_20250305", type="web_search_20250305"),))),
        replace(STATIC, tool_choice=Argument(("auto", "any"), present=True)),
        replace(STATIC, tool_choice=Argument(("any",), present=None)),
        replace(STATIC, tool_choice=Argument(("tool",), present=True)),
        replace(STATIC, tool_choice=ANY, serial_tools=Argument((True, False), present=True)),
        replace(STATIC, tool_choice=ANY, serial_tools=Argument(complete=False, present=True)),
        replace(STATIC, thinking=Argument(("enabled",), present=True)),
        replace(STATIC, thinking=Argument(("adaptive",), present=None)),
        replace(STATIC, others={"mcp_servers": Argument(present=True)}),
        replace(STATIC, others={"output_config": Argument(({"effort": "low"},), complete=False, present=True)}),
        replace(STATIC, others={"output_config": Argument(({"effort": b"low"},), present=True)}),
        replace(STATIC, others={"output_config": Argument(({"format": {"schema": [{"a": None}]}},), present=True)}),
        replace(STATIC, opaque=("options",)),
    ],
)
def test_what_is_not_static_is_not_asked(request_: Request) -> None:
    assert parts.whole(request_) is None


def test_settings_that_change_the_prompt_are_sent() -> None:
    config = {"effort": "low", "format": {"type": "json_schema", "schema": {}}}
    request = replace(
        STATIC,
        tool_choice=Argument(("any",), present=True),
        thinking=Argument(("adaptive",), present=True),
        others={"output_config": Argument((config,), present=True), "temperature": Argument(present=True)},
    )
    found = body(parts.whole(request))
    assert found["tool_choice"] == {"type": "any"}
    assert found["thinking"] == {"type": "adaptive"}
    assert found["output_config"] == config
    assert "temperature" not in found


def test_the_choice_of_a_tool_is_sent_whole() -> None:
    request = replace(
        STATIC,
        tool_choice=Argument(("tool",), present=True),
        forced_tool=Argument(("weather",), present=True),
        serial_tools=Argument((True,), present=True),
    )
    choice = {"type": "tool", "name": "weather", "disable_parallel_tool_use": True}
    assert body(parts.tools(request))["tool_choice"] == choice


def test_calls_and_results_of_tools_are_sent_back() -> None:
    result = replace(RESULT, inner=(block("sunny"),))
    turns = Messages((user("one"), Message("assistant", (CALL,), HERE), Message("user", (result, RESULT), HERE)))
    assert body(parts.whole(replace(STATIC, messages=turns)))["messages"][1:] == [
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "weather", "input": {}}]},
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "sunny"}]},
                {"type": "tool_result", "tool_use_id": "t"},
            ],
        },
    ]


def test_no_request_is_cut_off_where_the_api_would_refuse_it() -> None:
    begun = Message("assistant", (block("it is ", HOLE),), HERE)
    turns = (user("one"), Message("assistant", (CALL,), HERE), Message("user", (RESULT, block(HOLE)), HERE))
    for messages in (Messages((user("one"), begun)), Messages(turns)):
        assert asked(replace(STATIC, messages=messages)) == [" -", "t -", "ts -"]


def test_tools_are_sent_as_the_messages_api_takes_them() -> None:
    chat = tool("function", type="function", function={"name": "f", "parameters": {"type": "object"}})
    bash = tool("bash_20250124", type="bash_20250124", name="bash")
    assert body(parts.tools(Request(tools=Tools(True, (chat, bash)))))["tools"] == [
        {"name": "f", "input_schema": {"type": "object"}},
        {"type": "bash_20250124", "name": "bash"},
    ]


def asked(request: Request) -> list[str]:
    """The parts of a request in short: t(ools), s(ystem), and the messages; `-` for the smallest."""
    found = []
    for part in parts.of_call(request):
        texts = [block["text"] for message in part.body["messages"] for block in message["content"]]
        short = "t" * len(part.body.get("tools", [])) + "s" * len(part.body.get("system", []))
        found.append(short + " " + ("-" if part.body["messages"] == MINIMAL else "|".join(texts)))
    return found


def test_what_there_is_to_ask() -> None:
    assert asked(STATIC) == [" -", "ts one|two|three", "t -", "ts -"]
    assert asked(Request()) == [" -"]


def test_a_static_prefix_is_asked_though_the_rest_is_not_known() -> None:
    dynamic = replace(STATIC, messages=Messages((user("one"), user("two", HOLE))))
    assert asked(dynamic) == [" -", "t -", "ts -", "ts one|two"]
    assert asked(Request(system=System(True, (block("Be ", HOLE),)))) == [" -", "s -"]


def test_each_marked_prefix_is_asked() -> None:
    request = Request(
        tools=Tools(True, (replace(WEATHER, cache=MARK), WEATHER)),
        system=System(True, (block("one", cache=MARK), block("two"), block("three", HOLE))),
    )
    assert asked(request) == [" -", "tt -", "ttsss -", "t -", "tts -"]


COUNTS = {"smallest": 8, "tools": 508, "head": 519, "whole": 612}


def recorded(request: Request = STATIC, *names: str) -> Recorded:
    found = {
        "smallest": parts.smallest(),
        "tools": parts.tools(request),
        "head": parts.head(request),
        "whole": parts.whole(request),
    }
    chosen = names or found
    return Recorded(
        {(part.digest, haiku().id): COUNTS[name] for name, part in found.items() if part and name in chosen}
    )


def measured(request: Request, known: Recorded) -> RequestTokens:
    return measure(request, haiku(), Counter(Memory(None)), recorded=known)


def exactly(count: int) -> Estimate:
    return Estimate(count, count, count, "exact")


def test_what_the_api_counted_stands_for_the_tokenizers_number() -> None:
    tokens = measured(STATIC, recorded())
    assert tokens.frame == exactly(7)
    assert tokens.tools == exactly(500)
    assert tokens.system == exactly(11)
    assert tokens.messages == exactly(612 - 519 + 1)
    assert tokens.total == exactly(612)
    assert tokens.prefix == exactly(605)


def test_another_model_is_not_exact() -> None:
    other = find("claude-opus-5-5")
    assert other is not None
    assert measure(STATIC, other, Counter(Memory(None)), recorded=recorded()).total.source == "assumed"


def test_a_static_system_prompt_is_exact_where_the_messages_are_not() -> None:
    request = replace(STATIC, messages=Messages((user("one ", HOLE),)))
    tokens = measured(request, recorded(STATIC))
    assert (tokens.system, tokens.tools) == (exactly(11), exactly(500))
    assert (tokens.total.value, tokens.total.source) == (None, "unknown")
    assert tokens.total.low > 500
    assert tokens.prefix.source != "exact"


def test_the_marked_prefix_is_exact() -> None:
    marked = replace(STATIC, system=System(True, (block("Be brief.", cache=MARK),)))
    assert measured(marked, recorded(STATIC)).cached_prefix == exactly(511)


def test_parts_that_were_not_counted_stay_estimated() -> None:
    tokens = measured(STATIC, recorded(STATIC, "smallest", "tools"))
    assert tokens.tools == exactly(500)
    assert tokens.system.source == "assumed"
    assert tokens.total.source == "assumed"
    assert tokens.total.low < tokens.total.high  # type: ignore[operator]


def test_a_setting_counts_in_the_total_only() -> None:
    request = replace(STATIC, thinking=Argument(("adaptive",), present=True))
    counts = {**recorded().counts, **{(part.digest, haiku().id): 700 for part in [parts.whole(request)] if part}}
    tokens = measured(request, Recorded(counts))
    assert (tokens.total, tokens.messages) == (exactly(700), exactly(94))
