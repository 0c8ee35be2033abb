from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from promptlint.estimate import Estimate
from promptlint.prices.table import Model, find
from promptlint.request import (
    Argument,
    Block,
    CacheMarker,
    Hole,
    Lifetime,
    Message,
    Messages,
    Part,
    Piece,
    Place,
    Request,
    System,
    Text,
    Tool,
    Tools,
    Variant,
)
from promptlint.tokens.count import Counter
from promptlint.tokens.measure import RequestTokens, measure
from promptlint.tokens.memory import Memory

HERE = Place("app.py", 1, 1, 1, 2)
MARK = CacheMarker("5m", HERE)
WORDS = "one " * 99 + "one"
"""100 tokens in every generation; where a text goes on behind it, as in `WORDS + " "`, the space is free."""

WEATHER = Tool(
    "get_weather",
    None,
    json.dumps({"name": "get_weather", "description": "", "input_schema": {"type": "object", "properties": {}}}),
    HERE,
)


def model(name: str) -> Model:
    found = find(name)
    assert found is not None
    return found


SONNET = model("claude-sonnet-4-5")


def text(*parts: str | Part) -> Text:
    return Text(tuple(Piece(part, HERE) if isinstance(part, str) else part for part in parts))


def hole(lifetime: Lifetime = "request") -> Hole:
    return Hole("x", HERE, lifetime=lifetime)


def block(*parts: str | Part, cache: CacheMarker | None = None, optional: bool = False) -> Block:
    return Block("text", text(*parts), HERE, cache, optional)


def user(*blocks: Block) -> Message:
    return Message("user", blocks, HERE)


def system(*blocks: Block) -> System:
    return System(True, blocks)


def messages(*several: Message) -> Messages:
    return Messages(several)


def measured(request: Request, model: Model = SONNET) -> RequestTokens:
    return measure(request, model, Counter(Memory(None)))


def interval(estimate: Estimate | None) -> Sequence[float | None]:
    assert estimate is not None
    return [estimate.low, estimate.value, estimate.high]


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("claude-sonnet-4-5", [107, 107, 107]),
        ("claude-opus-4-7", [112, 112, 112]),
        ("claude-opus-4-8", [106, 106, 106]),
        ("claude-haiku-5-5", [102, 106, 110]),
    ],
)
def test_one_message_is_its_content_and_the_frame(name: str, total: list[int]) -> None:
    assert interval(measured(Request(messages=messages(user(block(WORDS)))), model(name)).total) == total


def test_blocks_are_joined_before_they_are_counted() -> None:
    joined = measured(Request(messages=messages(user(block("hel"), block("lo")))))
    assert joined.messages.value == 1


def test_further_turns_and_messages_of_the_same_role() -> None:
    answer = Message("assistant", (block(WORDS),), HERE)
    question = user(block(WORDS))
    assert measured(Request(messages=messages(question, answer, question))).total.value == 300 + 7 + 6
    assert measured(Request(messages=messages(question, question))).total.value == 200 + 7 + 1
    assert measured(Request(messages=messages(question, answer))).total.value == 200 + 7


def test_sections_add_up_and_are_widened_once() -> None:
    tokens = measured(Request(system=system(block(WORDS)), messages=messages(user(block(WORDS)))))
    assert interval(tokens.frame) == [7, 7, 7]
    assert interval(tokens.system) == interval(tokens.messages) == [99, 100, 101]
    assert interval(tokens.tools) == [0, 0, 0]
    assert interval(tokens.total) == [206, 207, 208]
    assert tokens.total.source == "tokenizer"


def test_a_hole_leaves_a_lower_bound() -> None:
    tokens = measured(Request(system=system(block(WORDS, hole(), WORDS))))
    assert interval(tokens.system) == [197, None, None]
    assert tokens.system.source == "unknown"


def test_variants_span_their_options() -> None:
    options = Variant((text(" two" * 10), text(), text(" two" * 30)))
    tokens = measured(Request(system=system(block(WORDS, options))))
    assert interval(tokens.system) == [99, 110, 131]


def test_a_variant_with_a_hole_is_unbounded() -> None:
    options = Variant((text(" two"), text(hole())))
    assert interval(measured(Request(system=system(block(WORDS, options)))).system) == [98, 101, None]


def test_optional_blocks_and_messages_may_be_absent() -> None:
    optional = replace(user(block(WORDS)), optional=True)
    tokens = measured(
        Request(
            system=system(block(WORDS), block(" two" * 10, optional=True)),
            messages=messages(user(block(WORDS)), optional),
        )
    )
    assert interval(tokens.system) == [99, 110, 111]
    assert interval(tokens.messages) == [99, 201, 202]


def test_repeated_messages_and_unread_ones_are_unknown() -> None:
    question = user(block(WORDS))
    for request in (
        Request(messages=messages(question, replace(question, repeated=True))),
        Request(messages=Messages((question,), complete=False)),
        Request(messages=Messages((question,), grows=True)),
    ):
        assert interval(measured(request).messages) == [99, None, None]


def test_a_system_that_may_be_absent_or_is_read_in_part() -> None:
    assert interval(measured(Request(system=System(None, (block(WORDS),)))).system) == [0, 100, 101]
    assert interval(measured(Request(system=System(True, (block(WORDS),), complete=False))).system) == [99, None, None]


def test_images_are_unknown() -> None:
    image = Block("image", None, HERE)
    assert interval(measured(Request(messages=messages(user(block(WORDS), image)))).messages) == [99, None, None]


def test_arguments_that_add_unseen_text_leave_the_total_open() -> None:
    request = Request(messages=messages(user(block(WORDS))))
    formatted: Argument[dict[str, Any]] = Argument(values=({"type": "json_schema"},), present=True)
    effort = Argument(values=({"effort": "low"},), present=True)
    assert measured(replace(request, opaque=("options",))).total.value is None
    assert measured(replace(request, reply_format=formatted)).total.value is None
    assert measured(replace(request, others={"mcp_servers": Argument(present=True)})).total.value is None
    assert measured(replace(request, others={"output_config": effort})).total.value == 107


@pytest.mark.parametrize(
    ("name", "choice", "prompt"),
    [
        ("claude-sonnet-4-5", (), [492, 497, 502]),
        ("claude-sonnet-4-5", ("none",), [492, 497, 502]),
        ("claude-sonnet-4-5", ("any",), [584, 589, 594]),
        ("claude-sonnet-4-5", ("auto", "any"), [492, 497, 594]),
        ("claude-sonnet-4-5", ("tool",), [584, 589, 594]),
        ("claude-3-5-haiku-latest", (), [260, 265, 270]),
        ("claude-opus-5", (), [281, 287, 302]),
        ("claude-opus-4-5", ("any",), [583, 589, 604]),
        ("claude-sonnet-4-6", ("any",), [584, 590, 605]),
        ("claude-haiku-5-5", (), [200, 290, 700]),
        ("claude-3-opus-latest", ("any",), [200, 330, 700]),
    ],
)
def test_tools_bring_the_prompt_of_their_model(name: str, choice: tuple[str, ...], prompt: list[int]) -> None:
    from promptlint.tokens.structure import tool_prompt

    assert interval(tool_prompt(model(name), choice)) == prompt


def test_a_recorded_request_with_a_tool() -> None:
    """The API reported 542 tokens for this one."""
    tool = json.dumps(
        {"name": "pelican_name_generator", "description": "", "input_schema": {"properties": {}, "type": "object"}}
    )
    request = Request(
        messages=messages(user(block("Two names for a pet pelican"))),
        tools=Tools(True, (Tool("pelican_name_generator", None, tool, HERE),)),
    )
    assert measured(request, model("claude-haiku-4-5")).total.value == 542


def test_tools_that_are_not_known_whole() -> None:
    known = measured(Request(tools=Tools(True, (WEATHER,)))).tools
    partly = replace(WEATHER, definition=None, static=text("get_weather"))
    assert known.value is not None
    for tools in (
        Tools(True, (WEATHER,), complete=False),
        Tools(True, (WEATHER, replace(WEATHER, kind="web_search_20250305"))),
    ):
        assert interval(measured(Request(tools=tools)).tools) == [known.low, None, None]
    assert interval(measured(Request(tools=Tools(True, (partly,)))).tools) == [493, None, None]
    assert interval(measured(Request(tools=Tools(None, (WEATHER,)))).tools) == [0, known.value, known.high]
    assert interval(measured(Request(tools=Tools(True))).tools) == [0, 0, 0]


def test_the_prefix_ends_at_the_first_part_that_varies() -> None:
    request = Request(system=system(block(WORDS, hole(), WORDS)), messages=messages(user(block(WORDS))))
    assert interval(measured(request).prefix) == [99, 100, 101]


def test_the_prefix_of_a_constant_request_is_all_of_it() -> None:
    tokens = measured(Request(system=system(block(WORDS)), messages=messages(user(block(WORDS)))))
    assert interval(tokens.prefix) == [199, 200, 201]
    assert tokens.cached_prefix is None


@pytest.mark.parametrize("part", [hole("unknown"), Variant((text("a"), text("b")))])
def test_the_prefix_may_go_on_where_a_part_may_turn_out_constant(part: Part) -> None:
    tokens = measured(Request(system=system(block(WORDS, part, WORDS))))
    assert interval(tokens.prefix) == [99, 100, None]


def test_a_hole_of_the_process_belongs_to_the_prefix() -> None:
    request = Request(
        system=system(block(WORDS, hole("process"), WORDS)), messages=messages(user(block(hole("conversation"))))
    )
    assert interval(measured(request).prefix) == [197, None, None]


def test_tools_come_first_in_the_prefix() -> None:
    request = Request(
        tools=Tools(True, (WEATHER,)), system=system(block(WORDS)), messages=messages(user(block(hole())))
    )
    tokens = measured(request)
    assert tokens.tools.value is not None
    assert tokens.prefix.value == tokens.tools.value + 100 + 1
    unread = replace(WEATHER, definition=None)
    dynamic = replace(request, tools=Tools(True, (unread,)))
    assert interval(measured(dynamic).prefix) == [0, 0, None]
    described = replace(unread, static=text("get_weather", hole("process")))
    low, value, _ = interval(measured(replace(request, tools=Tools(True, (described,)))).prefix)
    assert value is None
    assert low is not None
    assert low >= 497 + 100 - 4


@pytest.mark.parametrize(
    "request_",
    [
        Request(system=System(None, (block(WORDS),)), messages=messages(user(block(WORDS)))),
        Request(tools=Tools(None, (WEATHER,)), system=system(block(WORDS))),
        Request(system=system(block(WORDS, optional=True), block(WORDS))),
        Request(messages=messages(replace(user(block(WORDS)), optional=True))),
    ],
)
def test_what_may_be_absent_is_not_in_the_prefix(request_: Request) -> None:
    low, value, high = interval(measured(request_).prefix)
    assert (low, value, high) == (0, 0, None)


def test_the_cached_prefix_reaches_to_the_last_marker() -> None:
    request = Request(
        tools=Tools(True, (replace(WEATHER, cache=MARK),)),
        system=system(block(WORDS, hole()), block(WORDS, cache=MARK), block(WORDS)),
        messages=messages(user(block(WORDS))),
    )
    tokens = measured(request)
    low, value, high = interval(tokens.cached_prefix)
    assert (value, high) == (None, None)
    assert tokens.tools.value == 525
    assert low == 717  # 525 + 1 + 200, less 5 of the prompt, a token at the seam and one, and the tokenizer's error
    only_tools = replace(request, system=system(block(WORDS)))
    assert measured(only_tools).cached_prefix == tokens.tools


def test_markers_on_messages_and_on_the_request() -> None:
    marked = user(block(WORDS, cache=MARK), block(WORDS))
    request = Request(system=system(block(WORDS)), messages=messages(marked, user(block(WORDS))))
    assert interval(measured(request).cached_prefix) == [199, 200, 201]
    automatic = replace(request, cache=MARK)
    assert interval(measured(automatic).cached_prefix) == [399, 401, 403]


def test_several_models_span_all_of_them() -> None:
    request = Request(messages=messages(user(block(WORDS))))
    several = [measured(request, model(name)) for name in ("claude-sonnet-4-5", "claude-opus-4-7")]
    assert interval(RequestTokens.hull(several).total) == [107, 107, 112]
    assert RequestTokens.hull([several[0], RequestTokens.unknown()]).total == Estimate(0, 107, None, "unknown")
