"""The Claude Agent SDK: what the options say, and what is left to Claude Code."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite
from tests.source.reading import only_call, read, spelled, written

HEAD = "from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, query\n"


def asked(root: Path, options: str) -> CallSite:
    """The call of a query with these options."""
    source = (
        f"{HEAD}async def main():\n    async for m in query(prompt='Hi', options=ClaudeAgentOptions({options})): m\n"
    )
    return only_call(root, source)


def test_a_query_without_options(tmp_path: Path) -> None:
    source = (
        f"{HEAD}async def main():\n    async for message in query(prompt='What is 2 + 2?'):\n        print(message)\n"
    )
    call = only_call(tmp_path, source)
    request = call.request
    assert spelled(source, call.place) == "query(prompt='What is 2 + 2?')"
    assert (call.api, call.asynchronous, call.context.agent_loop) == ("claude_agent_sdk.query", True, True)
    for argument in (request.model, request.max_tokens):
        assert (argument.values, argument.complete, argument.present, argument.how) == ((), False, True, "default")
    assert request.system.present is False
    assert (request.tools.present, request.tools.tools, request.tools.complete) == (True, (), False)
    [message] = request.messages.messages
    assert (message.role, written(request.messages.text)) == ("user", "What is 2 + 2?")
    assert (request.messages.complete, request.messages.grows) == (True, False)
    assert (request.cache_breakpoints, request.opaque) == ((), ())


def test_what_the_options_say(tmp_path: Path) -> None:
    request = asked(
        tmp_path,
        "system_prompt='You are an expert.', model='claude-opus-4-8', max_turns=3, "
        "allowed_tools=['Read', 'Bash(git:*)', 'mcp__db__query'], effort='low', thinking={'type': 'disabled'}",
    ).request
    assert (request.model.values, request.model.how) == (("claude-opus-4-8",), "literal")
    assert written(request.system.text) == "You are an expert."
    assert [tool.name for tool in request.tools.tools] == ["Read", "Bash", "mcp__db__query"]
    assert [tool.definition for tool in request.tools.tools] == [None, None, None]
    assert request.tools.complete is False
    assert request.others["max_turns"].values == (3,)
    assert (request.effort.values, request.thinking.values) == (("low",), ("disabled",))


@pytest.mark.parametrize("name", ["sonnet", "opus", "haiku", "opusplan", "sonnet[1m]", "claude-sonnet-5-5"])
def test_names_of_models(tmp_path: Path, name: str) -> None:
    model = asked(tmp_path, f"model={name!r}").request.model
    assert (model.values, model.complete) == ((name,), True)


@pytest.mark.parametrize(
    ("prompt", "expected", "complete"),
    [
        ("{'type': 'preset', 'preset': 'claude_code', 'append': 'Use uv.'}", "{Claude Code}Use uv.", False),
        ("{'type': 'preset', 'preset': 'claude_code'}", "{Claude Code}", False),
        ("{'type': 'custom', 'prompt': 'Be brief.'}", "Be brief.", True),
        ("{'type': 'file', 'path': 'prompt.md'}", "{system_prompt}", False),
        ("f'You know {topic}.'", "You know {topic}.", True),
    ],
)
def test_system_prompts(tmp_path: Path, prompt: str, expected: str, complete: bool) -> None:
    system = asked(tmp_path, f"system_prompt={prompt}").request.system
    assert (written(system.text), system.present, system.complete) == (expected, True, complete)


def test_no_tools_at_all(tmp_path: Path) -> None:
    tools = asked(tmp_path, "tools=[]").request.tools
    assert (tools.present, tools.tools, tools.complete) == (False, (), True)


def test_a_client_remembers_what_was_said(tmp_path: Path) -> None:
    source = f"""{HEAD}
async def main():
    options = ClaudeAgentOptions(model="sonnet", system_prompt="You greet.")
    async with ClaudeSDKClient(options=options) as client:
        await client.query("Greet Alice")
        async for message in client.receive_response():
            print(message)
"""
    call = only_call(tmp_path, source)
    assert spelled(source, call.place) == 'client.query("Greet Alice")'
    assert (call.api, call.client.name, call.client.platform) == (
        "claude_agent_sdk.query",
        "ClaudeSDKClient",
        "anthropic",
    )
    assert (call.request.model.values, written(call.request.system.text)) == (("sonnet",), "You greet.")
    assert (written(call.request.messages.text), call.request.messages.grows) == ("Greet Alice", True)


def test_a_client_made_in_another_file(tmp_path: Path) -> None:
    project = read(
        tmp_path,
        {
            "made.py": f"{HEAD}client = ClaudeSDKClient(ClaudeAgentOptions(model='opus'))",
            "used.py": "from made import client\nasync def ask(db):\n    db.query('x')\n    await client.query('Hi')",
        },
    )
    [call] = project.calls
    assert (call.place.path, call.place.line, call.request.model.values) == ("used.py", 4, ("opus",))


def test_a_session_that_is_continued(tmp_path: Path) -> None:
    assert asked(tmp_path, "continue_conversation=True").request.messages.grows is True


def test_options_that_cannot_be_read(tmp_path: Path) -> None:
    source = f"{HEAD}async def main(**options):\n    async for m in query(prompt='Hi', options=load()): m\n"
    request = only_call(tmp_path, source).request
    assert request.opaque == ("options",)
    assert (request.model.present, request.model.complete, request.system.present) == (None, False, None)


@pytest.mark.parametrize(
    "source",
    [
        "query(prompt='Hi', options=ClaudeAgentOptions(model='glm-4.6'))",
        "session.query('x')",
        "from sqlalchemy import query\nquery('x')",
        "ClaudeSDKClient().receive_response()",
    ],
)
def test_what_is_no_call_of_claude(tmp_path: Path, source: str) -> None:
    assert read(tmp_path, HEAD + source).calls == ()


def test_the_predecessor_sends_claude_codes_own_prompt(tmp_path: Path) -> None:
    source = """\
from claude_code_sdk import query, ClaudeCodeOptions
async def main():
    async for m in query(prompt="Hi", options=ClaudeCodeOptions(append_system_prompt="Be kind.")): m
"""
    call = only_call(tmp_path, source)
    assert (call.api, written(call.request.system.text)) == ("claude_agent_sdk.query", "{Claude Code}Be kind.")
    assert call.request.system.complete is False


def test_a_client_of_the_predecessor(tmp_path: Path) -> None:
    source = "from claude_code_sdk import ClaudeSDKClient\nasync def main():\n    await ClaudeSDKClient().query('Hi')"
    assert written(only_call(tmp_path, source).request.system.text) == "{Claude Code}"
