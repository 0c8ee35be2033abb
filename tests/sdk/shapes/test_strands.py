"""Strands: an agent sends where it is made, with what its model adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Request
from tests.source.reading import only_call, read, spelled, written

HEAD = """\
from strands import Agent, tool
from strands.models import BedrockModel, CacheConfig
from strands.models.anthropic import AnthropicModel
from strands.models.litellm import LiteLLMModel
from strands.models.openai import OpenAIModel
from strands_tools import calculator, current_time
"""


def only(root: Path, source: str) -> Request:
    return only_call(root, HEAD + source).request


def marks(request: Request) -> list[str]:
    return [marker.ttl for marker in request.cache_breakpoints]


def test_the_quick_start(tmp_path: Path) -> None:
    source = (
        HEAD
        + """
@tool
def letter_counter(word: str, letter: str) -> int:
    '''Count a letter.'''
    return word.count(letter)

agent = Agent(tools=[calculator, current_time, letter_counter])
agent("What is the time?")
"""
    )
    call = only_call(tmp_path, source)
    request = call.request
    assert spelled(source, call.place) == "Agent(tools=[calculator, current_time, letter_counter])"
    assert (call.api, call.asynchronous, call.client.platform) == ("strands.Agent", False, None)
    assert (request.model.values, request.model.complete, request.model.how) == (
        ("global.anthropic.claude-sonnet-4-6",),
        True,
        "default",
    )
    cap = request.max_tokens
    assert (cap.values, cap.complete, cap.present, cap.how) == ((), False, True, "default")
    assert request.system.present is False
    assert [tool.name for tool in request.tools.tools] == ["calculator", "current_time", "letter_counter"]
    assert [tool.definition is not None for tool in request.tools.tools] == [False, False, True]
    assert (request.tools.complete, call.context.agent_loop, request.streaming) == (True, True, True)
    assert request.messages.complete is False
    assert request.messages.reason == "the prompt is passed when the agent is called"


@pytest.mark.parametrize(
    ("model", "values", "cap", "streaming"),
    [
        (
            "BedrockModel(model_id='us.anthropic.claude-sonnet-4-6', max_tokens=700, streaming=False)",
            ("us.anthropic.claude-sonnet-4-6",),
            (700,),
            False,
        ),
        ("BedrockModel(temperature=0.3)", ("global.anthropic.claude-sonnet-4-6",), (), True),
        (
            "AnthropicModel(client_args={'api_key': KEY}, max_tokens=1028, model_id='claude-opus-4-8')",
            ("claude-opus-4-8",),
            (1028,),
            True,
        ),
        ("LiteLLMModel(model_id='anthropic/claude-haiku-4-5')", ("anthropic/claude-haiku-4-5",), (), True),
        ("'eu.anthropic.claude-haiku-4-5-20251001-v1:0'", ("eu.anthropic.claude-haiku-4-5-20251001-v1:0",), (), True),
        ("None", ("global.anthropic.claude-sonnet-4-6",), (), True),
        ("'gpt-4o' if x else BedrockModel(model_id='a.anthropic.claude-b')", ("a.anthropic.claude-b",), (), True),
    ],
)
def test_the_model_says_what_is_sent(
    tmp_path: Path, model: str, values: tuple[str, ...], cap: tuple[int, ...], streaming: bool
) -> None:
    request = only(tmp_path, f"Agent(model={model})")
    assert (request.model.values, request.max_tokens.values, request.streaming) == (values, cap, streaming)
    assert request.model.complete


@pytest.mark.parametrize(
    "call",
    [
        "Agent(model='us.amazon.nova-pro-v1:0')",
        "Agent(model=OpenAIModel(model_id='gpt-4o'))",
        "Agent(model=OpenAIModel(model_id=NAME))",
        "Agent(LiteLLMModel(model_id='gemini/gemini-2.5-pro'))",
        "isinstance(x, Agent)",
        "mock(spec=Agent)",
        "def use(agent: Agent) -> Agent: return agent('hi')",
        "class Mine(Agent): pass",
    ],
)
def test_what_is_no_call_of_claude(tmp_path: Path, call: str) -> None:
    assert read(tmp_path, HEAD + call).calls == ()


def test_an_agent_of_another_package(tmp_path: Path) -> None:
    assert read(tmp_path, "import strands\nfrom agents import Agent\nAgent(system_prompt='x')").calls == ()


@pytest.mark.parametrize(
    ("arguments", "expected", "ttls"),
    [
        ("system_prompt='Be brief.'", "Be brief.", []),
        ("None, None, [calculator], 'Be brief.'", "Be brief.", []),
        ("system_prompt=f'Be {how}.'", "Be {how}.", []),
        ("system_prompt=[{'text': 'A'}, {'cachePoint': {'type': 'default'}}, {'text': 'B'}]", "AB", ["5m"]),
        ("model=BedrockModel(cache_prompt='default'), system_prompt='A'", "A", ["5m"]),
        ("model=BedrockModel(cache_tools='default'), tools=[calculator], system_prompt='A'", "A", ["5m"]),
        ("model=BedrockModel(cache_config=CacheConfig(strategy='auto')), system_prompt='A'", "A", ["5m", "5m"]),
        (
            "BedrockModel(cache_config=CacheConfig(ttl='1h', tools_ttl=True)), tools=[calculator], system_prompt='A'",
            "A",
            ["1h", "1h", "1h"],
        ),
        ("model=BedrockModel(cache_config=CacheConfig(system_prompt_ttl=False)), system_prompt='A'", "A", ["5m"]),
        ("model=BedrockModel(cache_config=CacheConfig(system_prompt_ttl='1h')), system_prompt='A'", "A", ["1h", "5m"]),
    ],
)
def test_the_system_prompt_and_what_is_cached(tmp_path: Path, arguments: str, expected: str, ttls: list[str]) -> None:
    request = only(tmp_path, f"Agent({arguments})")
    assert written(request.system.text) == expected
    assert request.system.present is True
    assert marks(request) == ttls


def test_a_model_that_cannot_be_seen_may_be_claude(tmp_path: Path) -> None:
    request = only(tmp_path, "Agent(model=settings.model, tools=[*found])")
    assert (request.model.values, request.model.complete) == ((), False)
    assert request.tools.complete is False


def test_messages_that_an_agent_starts_with(tmp_path: Path) -> None:
    request = only(tmp_path, "Agent(messages=[{'role': 'user', 'content': [{'text': 'Hi'}]}])")
    first, later = request.messages.messages
    assert (first.role, [written(block.text) for block in first.blocks if block.text]) == ("user", ["Hi"])
    assert (later.role, request.messages.complete) == (None, False)


def test_a_function_that_makes_agents_is_a_wrapper(tmp_path: Path) -> None:
    source = HEAD + "def make(prompt):\n    return Agent(system_prompt=prompt)\nmake('You plan trips.')"
    wrapper, call = read(tmp_path, source).calls
    assert (wrapper.role, call.role, written(call.request.system.text)) == ("wrapper", "call", "You plan trips.")
