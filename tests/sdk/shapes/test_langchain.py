"""LangChain's chat models: which calls are Claude's, and what they are made with and bound to."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite
from tests.source.reading import Sources, only_call, read

IMPORTS = """\
import os
from langchain.chat_models import init_chat_model
from langchain_anthropic import ChatAnthropic
from langchain_aws import ChatBedrock, ChatBedrockConverse
from langchain_google_vertexai.model_garden import ChatAnthropicVertex
from langchain_openai import ChatOpenAI
from langchain_core.tools import tool
from pydantic import BaseModel
"""
SONNET = "ChatAnthropic(model='claude-sonnet-5-5')"


def only(root: Path, source: str, others: Sources | None = None) -> CallSite:
    return only_call(root, {**(others or {}), "main.py": IMPORTS + source})


def listed(root: Path, source: str) -> tuple[CallSite, ...]:
    project = read(root, IMPORTS + source)
    assert project.problems == ()
    return project.calls


@pytest.mark.parametrize(
    ("made", "model", "cap", "how", "platform"),
    [
        ("ChatAnthropic(model='claude-sonnet-5-5', max_tokens=900)", "claude-sonnet-5-5", 900, "literal", "anthropic"),
        (
            "ChatAnthropic(model_name='claude-3-opus-20240229', max_tokens_to_sample=7)",
            "claude-3-opus-20240229",
            7,
            "literal",
            "anthropic",
        ),
        ("ChatAnthropic(model='claude-sonnet-5-5')", "claude-sonnet-5-5", 128_000, "default", "anthropic"),
        (
            "ChatAnthropic(model='claude-sonnet-5-5', max_tokens=None)",
            "claude-sonnet-5-5",
            128000,
            "default",
            "anthropic",
        ),
        ("ChatAnthropic(model='claude-haiku-4-5')", "claude-haiku-4-5", 64_000, "default", "anthropic"),
        ("ChatAnthropic(model='claude-3-7-sonnet-latest')", "claude-3-7-sonnet-latest", 4096, "default", "anthropic"),
        (
            "ChatAnthropicVertex(model_name='claude-opus-4-1@20250805')",
            "claude-opus-4-1@20250805",
            32000,
            "default",
            "vertex",
        ),
        (
            "ChatAnthropicVertex(model='claude-sonnet-5', max_output_tokens=50)",
            "claude-sonnet-5",
            50,
            "literal",
            "vertex",
        ),
        ("ChatAnthropicVertex(model='claude-opus-4')", "claude-opus-4", 32_000, "default", "vertex"),
        (
            "ChatBedrock(model_id='us.anthropic.claude-sonnet-4-5-20250929-v1:0')",
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            1024,
            "default",
            "bedrock",
        ),
        (
            "ChatBedrock(model='anthropic.claude-opus-5-v1', model_kwargs={'max_tokens': 300})",
            "anthropic.claude-opus-5-v1",
            300,
            "literal",
            "bedrock",
        ),
        (
            "ChatBedrockConverse(model='anthropic.claude-opus-5-v1', max_tokens=30)",
            "anthropic.claude-opus-5-v1",
            30,
            "literal",
            "bedrock",
        ),
        ("init_chat_model('anthropic:claude-sonnet-5-5')", "anthropic:claude-sonnet-5-5", 128_000, "default", None),
        ("init_chat_model('claude-sonnet-5-5', max_tokens=8)", "claude-sonnet-5-5", 8, "literal", None),
        (
            "init_chat_model('claude-opus-5', model_provider='google_anthropic_vertex')",
            "claude-opus-5",
            128000,
            "default",
            None,
        ),
        (
            "init_chat_model('anthropic.claude-opus-5-v1', model_provider='bedrock')",
            "anthropic.claude-opus-5-v1",
            1024,
            "default",
            None,
        ),
    ],
)
def test_models(tmp_path: Path, made: str, model: str, cap: int, how: str, platform: str | None) -> None:
    call = only(tmp_path, f"llm = {made}\nllm.invoke('hi')")
    assert (call.api, call.request.model.only, call.client.platform) == ("langchain.invoke", model, platform)
    assert (call.request.max_tokens.only, call.request.max_tokens.how) == (cap, how)


def test_converse_sends_no_cap_of_its_own(tmp_path: Path) -> None:
    cap = only(tmp_path, "ChatBedrockConverse(model='anthropic.claude-opus-5-v1').invoke('hi')").request.max_tokens
    assert (cap.values, cap.complete, cap.reason) == ((), False, "not passed: the model's own default")


@pytest.mark.parametrize(
    "made",
    [
        "ChatOpenAI(model='gpt-5')",
        "ChatOpenAI(model=os.environ['MODEL'])",
        "ChatOpenAI().with_fallbacks([ChatAnthropic(model='claude-sonnet-5-5')])",
        "ChatBedrock(model='amazon.nova-pro-v1:0')",
        "ChatBedrockConverse(model_id='meta.llama3-70b-instruct-v1:0')",
        "init_chat_model('gpt-5')",
        "init_chat_model('openai:gpt-5')",
        "init_chat_model('gemini-3-pro', model_provider='google_vertexai')",
        "init_chat_model(os.environ['MODEL'], model_provider='openai')",
        "init_chat_model(f'openai:{os.environ[0]}')",
        "init_chat_model(os.environ.get('MODEL', 'gpt-5'))",
        "ChatAnthropic(model='claude-sonnet-5-5').with_structured_output(x).get_name",
        "graph.compile()",
        "Runner()",
    ],
)
def test_what_is_not_claude(tmp_path: Path, made: str) -> None:
    assert listed(tmp_path, f"llm = {made}\nllm.invoke('hi')\nllm.bind_tools([]).invoke('hi')\n") == ()


def test_the_answer_of_a_model_is_no_model(tmp_path: Path) -> None:
    source = f"answer = {SONNET}.invoke('hi')\nanswer.invoke('x')\nanswer.tool.invoke('x')\nanswer.get().invoke(1)\n"
    assert [call.place.line for call in listed(tmp_path, source)] == [IMPORTS.count("\n") + 1]


@pytest.mark.parametrize(
    ("made", "values"),
    [
        ("init_chat_model(os.environ['MODEL'])", ()),
        ("init_chat_model()", ()),
        ("init_chat_model(configurable_fields=('model',))", ()),
        ("init_chat_model(os.getenv('MODEL', 'anthropic:claude-opus-5'))", ("anthropic:claude-opus-5",)),
        ("init_chat_model(f'anthropic:{os.environ[0]}')", ()),
        ("ChatAnthropic(**settings)", ()),
        ("ChatAnthropic(model=settings.model)", ()),
        (
            "ChatBedrock(model='arn:aws:bedrock:us-east-1:1:application-inference-profile/x', provider='anthropic')",
            ("arn:aws:bedrock:us-east-1:1:application-inference-profile/x",),
        ),
    ],
)
def test_a_model_that_may_be_claude(tmp_path: Path, made: str, values: tuple[str, ...]) -> None:
    call = only(tmp_path, f"from app import settings\nllm = {made}\nllm.invoke('hi')")
    assert call.request.model.values == values
    assert call.request.model.complete is bool(values)


@pytest.mark.parametrize(
    ("source", "model", "cap"),
    [
        (
            "init_chat_model().with_config({'configurable': {'model': 'claude-opus-5'}}).invoke('hi')",
            "claude-opus-5",
            128000,
        ),
        (
            "init_chat_model().with_config(configurable={'model': 'claude-opus-5'}).invoke('hi')",
            "claude-opus-5",
            128_000,
        ),
        (
            "init_chat_model().invoke('hi', config={'configurable': {'model': 'claude-opus-5'}})",
            "claude-opus-5",
            128_000,
        ),
        (
            (
                "init_chat_model('gpt-5', configurable_fields=('model', 'max_tokens'), config_prefix='a')"
                ".with_config({'a_model': 'claude-opus-5', 'a_max_tokens': 9, 'max_tokens': 8}).invoke('hi')"
            ),
            "claude-opus-5",
            9,
        ),
        (
            (
                "init_chat_model('claude-opus-5', configurable_fields=('model',), max_tokens=3)"
                ".with_config({'max_tokens': 9}).invoke('hi')"
            ),
            "claude-opus-5",
            3,
        ),
        (
            (
                "init_chat_model('claude-opus-5', max_tokens=3)"
                ".invoke('hi', {'configurable': {'model': 'gpt-5', 'max_tokens': 9}})"
            ),
            "claude-opus-5",
            3,
        ),
    ],
)
def test_a_configured_model(tmp_path: Path, source: str, model: str, cap: int) -> None:
    found = only(tmp_path, source).request
    assert (found.model.only, found.max_tokens.only) == (model, cap)


def test_a_model_configured_to_be_another(tmp_path: Path) -> None:
    source = "llm = init_chat_model('claude-opus-5', configurable_fields='any')\n"
    assert listed(tmp_path, source + "llm.with_config({'model': 'openai:gpt-5'}).invoke('hi')") == ()


@pytest.mark.parametrize(
    "source",
    [
        "class S:\n    def __init__(self):\n        self.llm = {0}\n    def f(self):\n        self.llm.invoke('hi')",
        "LLM = {0}\nasync def f():\n    LLM.invoke('hi')",
        "def get():\n    return {0}\nget().invoke('hi')",
        "def f(llm):\n    llm.invoke('hi')\nf({0})",
        "class C(ChatAnthropic):\n    pass\nC(model='claude-sonnet-5-5').invoke('hi')",
        "llm = {0} if os.environ else ChatOpenAI()\nllm.invoke('hi')",
        "llm = {0}.with_retry(stop_after_attempt=3).with_fallbacks([ChatOpenAI()])\nllm.invoke('hi')",
        "import asyncio\nasync def f():\n    await asyncio.to_thread({0}.invoke, 'hi')",
    ],
)
def test_where_a_model_is_kept(tmp_path: Path, source: str) -> None:
    calls = [call for call in listed(tmp_path, source.format(SONNET)) if call.role == "call"]
    assert [call.request.model.only for call in calls] == ["claude-sonnet-5-5"]


def test_a_model_of_another_file(tmp_path: Path) -> None:
    project = read(
        tmp_path,
        {
            "llms.py": f"from langchain_anthropic import ChatAnthropic\nllm = {SONNET}\n",
            "main.py": "from llms import llm\nllm.invoke('hi')\n",
        },
    )
    [call] = project.calls
    assert (call.place.path, call.request.model.only) == ("main.py", "claude-sonnet-5-5")


def test_one_of_several_models(tmp_path: Path) -> None:
    source = (
        "def f(deep):\n    if deep:\n        llm = ChatAnthropic(model='claude-opus-5', max_tokens=9, temperature=0)\n"
        "    else:\n        llm = ChatAnthropic(model='claude-haiku-5-5', max_tokens=5)\n    llm.invoke('hi')"
    )
    found = only(tmp_path, source).request
    assert (found.model.values, found.max_tokens.values) == (("claude-opus-5", "claude-haiku-5-5"), (9, 5))
    assert found.others["temperature"].present is None
    assert len(found.messages.messages) == 1


@pytest.mark.parametrize(
    ("call", "api", "streaming", "asynchronous", "loops"),
    [
        ("invoke('hi')", "langchain.invoke", False, False, 0),
        ("ainvoke('hi')", "langchain.ainvoke", False, True, 0),
        ("stream('hi')", "langchain.stream", True, False, 0),
        ("astream('hi')", "langchain.astream", True, True, 0),
        ("batch(['hi', 'ho'])", "langchain.batch", False, False, 1),
        ("abatch(questions)", "langchain.abatch", False, True, 1),
    ],
)
def test_methods(tmp_path: Path, call: str, api: str, streaming: bool, asynchronous: bool, loops: int) -> None:
    found = only(tmp_path, f"from app import questions\n{SONNET}.{call}")
    assert (found.api, found.request.streaming, found.asynchronous) == (api, streaming, asynchronous)
    assert (len(found.context.loops), found.request.batch) == (loops, False)


def test_a_batch_is_a_loop_over_its_inputs(tmp_path: Path) -> None:
    [loop] = only(tmp_path, f"{SONNET}.batch(['hi', 'ho'])").context.loops
    assert (loop.kind, loop.over, loop.bound) == ("pool", "['hi', 'ho']", 2)


def test_streaming_below_invoke(tmp_path: Path) -> None:
    made = "ChatAnthropic(model='claude-opus-5', streaming=True)"
    assert only(tmp_path, f"{made}.invoke('hi')").request.streaming is True


def test_what_is_bound(tmp_path: Path) -> None:
    source = (
        "llm = ChatAnthropic(model='claude-opus-5', thinking={'type': 'adaptive'}, effort='low', stop=['x'], n=1)\n"
        "llm = llm.bind(temperature=0.5, max_tokens=4).with_config(tags=['a'])\n"
        "llm.invoke('hi', top_p=1, cache_control={'type': 'ephemeral'})"
    )
    found = only(tmp_path, source).request
    assert (found.max_tokens.only, found.thinking.only, found.effort.only) == (4, "adaptive", "low")
    assert sorted(found.others) == ["output_config", "stop_sequences", "temperature", "top_p"]
    assert len(found.cache_breakpoints) == 1


TOOLS = '''
@tool
def search(query: str) -> str:
    """Search the web."""
    return query
class Weather(BaseModel):
    """Get the weather."""
    city: str
OPENAI = {"type": "function", "function": {"name": "add", "description": "Add.", "parameters": {"type": "object"}}}
CLAUDE = {"name": "sub", "input_schema": {"type": "object"}, "cache_control": {"type": "ephemeral"}}
SERVER = {"type": "web_search_20250305", "name": "web_search"}
'''


def test_tools(tmp_path: Path) -> None:
    source = (
        f"{TOOLS}from langchain_tavily import TavilySearch\n"
        f"llm = {SONNET}.bind_tools([search, Weather, OPENAI, CLAUDE, SERVER, TavilySearch()], tool_choice='any')\n"
        "llm.invoke('hi')"
    )
    found = only(tmp_path, source).request
    assert [tool.name for tool in found.tools.tools] == ["search", "Weather", "add", "sub", "web_search", None]
    assert [tool.definition is not None for tool in found.tools.tools] == [True, True, True, True, True, False]
    assert found.tools.tools[2].definition == (
        '{"name": "add", "description": "Add.", "input_schema": {"type": "object"}}'
    )
    assert found.tools.tools[1].static.static.startswith("WeatherGet the weather.")
    assert (found.tools.complete, found.tool_choice.only, len(found.cache_breakpoints)) == (True, "any", 1)


@pytest.mark.parametrize(("choice", "kind"), [("'auto'", "auto"), ("'search'", "tool"), ("{'type': 'any'}", "any")])
def test_tool_choice(tmp_path: Path, choice: str, kind: str) -> None:
    source = f"{TOOLS}{SONNET}.bind_tools([search], tool_choice={choice}).invoke('hi')"
    assert only(tmp_path, source).request.tool_choice.only == kind


def test_tools_from_elsewhere(tmp_path: Path) -> None:
    found = only(tmp_path, f"{TOOLS}from app import more\n{SONNET}.bind_tools([search, *more()]).invoke('hi')").request
    assert ([tool.name for tool in found.tools.tools], found.tools.complete) == (["search"], False)


@pytest.mark.parametrize(
    ("bound", "tools", "choice"),
    [
        ("with_structured_output(Weather)", ["Weather"], "tool"),
        ("with_structured_output(schema=Weather, include_raw=True)", ["Weather"], "tool"),
        ("with_structured_output({'title': 'Joke', 'type': 'object'})", ["Joke"], "tool"),
        ("with_structured_output(Weather, method='json_schema')", [], None),
    ],
)
def test_structured_output(tmp_path: Path, bound: str, tools: list[str], choice: str | None) -> None:
    found = only(tmp_path, f"{TOOLS}{SONNET}.{bound}.with_retry().invoke('hi')").request
    assert ([tool.name for tool in found.tools.tools], found.tool_choice.only) == (tools, choice)
    assert ("output_config" in found.others) is (choice is None)


def test_thinking_forces_no_tool(tmp_path: Path) -> None:
    llm = "ChatAnthropic(model='claude-opus-5', thinking={'type': 'enabled', 'budget_tokens': 2000})"
    found = listed(
        tmp_path,
        f"{TOOLS}llm = {llm}\nllm.with_structured_output(Weather).invoke('hi')\n"
        "llm.bind_tools([search], tool_choice='any').invoke('hi')",
    )
    assert [(len(call.request.tools.tools), call.request.tool_choice.only) for call in found] == [(1, None), (1, None)]
