"""The agents of LangChain and LangGraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite
from tests.source.reading import only_call, read, written

IMPORTS = """\
from langchain.agents import AgentExecutor, create_agent, create_tool_calling_agent
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent
def add(a: int, b: int) -> int:
    '''Add two numbers.'''
    return a + b
llm = ChatAnthropic(model="claude-sonnet-5-5", max_tokens=500)
prompt = ChatPromptTemplate.from_messages([
    ("system", "Be kind."), ("human", "{input}"), ("placeholder", "{agent_scratchpad}")])
"""
INPUT = "{'messages': [{'role': 'user', 'content': 'hi'}]}"


def only(root: Path, source: str) -> CallSite:
    return only_call(root, IMPORTS + source)


@pytest.mark.parametrize(
    ("made", "passed", "model", "cap"),
    [
        ("create_agent('claude-sonnet-5-5', [add], system_prompt='Be kind.')", INPUT, "claude-sonnet-5-5", 128_000),
        (
            "create_agent(model='anthropic:claude-opus-5', tools=[add], system_prompt='Be kind.')",
            INPUT,
            "anthropic:claude-opus-5",
            128000,
        ),
        ("create_agent(llm, tools=[add], system_prompt=SystemMessage('Be kind.'))", INPUT, "claude-sonnet-5-5", 500),
        ("create_react_agent(llm, [add], prompt='Be kind.')", INPUT, "claude-sonnet-5-5", 500),
        (
            "create_react_agent(model=llm, tools=[add], prompt='Be kind.').with_config(tags=['a'])",
            INPUT,
            "claude-sonnet-5-5",
            500,
        ),
        (
            "AgentExecutor(agent=create_tool_calling_agent(llm, [add], prompt), tools=[add])",
            "{'input': 'hi'}",
            "claude-sonnet-5-5",
            500,
        ),
    ],
)
def test_agents(tmp_path: Path, made: str, passed: str, model: str, cap: int) -> None:
    call = only(tmp_path, f"agent = {made}\nagent.invoke({passed})")
    found = call.request
    assert (call.api, call.context.agent_loop) == ("langchain.invoke", True)
    assert (found.model.only, found.max_tokens.only) == (model, cap)
    assert [written(block.text) for block in found.system.blocks if block.text] == ["Be kind."]
    assert [tool.name for tool in found.tools.tools] == ["add"]
    first = found.messages.messages[0]
    assert (first.role, written(first.blocks[0].text)) == ("user", "hi")


@pytest.mark.parametrize(
    "made",
    [
        "create_agent('gpt-5', [add])",
        "create_agent('openai:gpt-5', [add])",
        "create_agent(ChatOpenAI(), [add])",
        "create_react_agent(ChatOpenAI().bind_tools([add]), [add])",
        "AgentExecutor(agent=create_tool_calling_agent(ChatOpenAI(), [add], prompt), tools=[add])",
    ],
)
def test_agents_of_others(tmp_path: Path, made: str) -> None:
    assert read(tmp_path, f"{IMPORTS}{made}.invoke({INPUT})").calls == ()


@pytest.mark.parametrize("model", ["model", "get_model()", "lambda state, runtime: llm"])
def test_an_agent_of_which_the_model_is_not_seen(tmp_path: Path, model: str) -> None:
    found = only(
        tmp_path, f"from app import get_model\ndef f(model):\n    create_agent({model}, [add]).invoke({INPUT})\n"
    ).request
    assert (found.model.values, found.model.complete, found.max_tokens.complete) == ((), False, False)
    assert [tool.name for tool in found.tools.tools] == ["add"]


def test_a_prompt_that_is_made_for_every_request(tmp_path: Path) -> None:
    found = only(
        tmp_path, f"def rules(state):\n    return []\ncreate_react_agent(llm, [add], prompt=rules).invoke({INPUT})"
    ).request
    assert found.system.present is not False
    assert found.system.complete is False


def test_streamed_and_awaited(tmp_path: Path) -> None:
    call = only(
        tmp_path,
        "agent = create_agent(llm, [add])\n"
        "async def f(messages):\n    async for part in agent.astream({'messages': messages}, stream_mode='updates'):\n"
        "        print(part)\n",
    )
    assert (call.request.streaming, call.asynchronous) == (True, True)
    assert call.request.messages.complete is False
