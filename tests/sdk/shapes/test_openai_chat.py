"""Chat Completions of the OpenAI SDK: calls only where Claude is evident."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite, Request
from tests.source.reading import only_call, read, written

ANTHROPIC = "OpenAI(api_key='k', base_url='https://api.anthropic.com/v1/')"
ROUTER = "OpenAI(base_url='https://openrouter.ai/api/v1')"


def call(root: Path, arguments: str, client: str = ANTHROPIC, method: str = "create") -> CallSite:
    source = f"from openai import OpenAI, AsyncOpenAI\nclient = {client}\ndef f(x):\n"
    return only_call(root, f"{source}    client.chat.completions.{method}({arguments})")


def request(root: Path, arguments: str) -> Request:
    return call(root, f"model='claude-opus-4-6', {arguments}").request


def test_a_request(tmp_path: Path) -> None:
    source = (
        "messages=[{'role': 'system', 'content': 'You are a helpful assistant.'}, "
        "{'role': 'user', 'content': 'Who are you?'}], max_tokens=30, "
        "extra_body={'thinking': {'type': 'enabled', 'budget_tokens': 2000}}"
    )
    found = call(tmp_path, f"model='claude-opus-4-6', {source}")
    request = found.request
    assert (found.api, found.client.name) == ("openai.chat.completions.create", "OpenAI")
    assert found.client.base_url.only == "https://api.anthropic.com/v1/"
    assert (request.model.only, request.max_tokens.only, request.thinking.only) == ("claude-opus-4-6", 30, "enabled")
    assert (request.system.present, written(request.system.text)) == (True, "You are a helpful assistant.")
    assert [(m.role, written(m.blocks[0].text)) for m in request.messages.messages] == [("user", "Who are you?")]
    assert (request.streaming, found.asynchronous, request.tools.present) == (False, False, False)


@pytest.mark.parametrize(
    ("client", "model"),
    [
        (ANTHROPIC, "x"),
        (ANTHROPIC, "'claude-opus-4-6'"),
        (ROUTER, "'anthropic/claude-sonnet-4.5'"),
        ("OpenAI(base_url=URL)", "'claude-opus-4-6'"),
        ("make()", "'anthropic/claude-sonnet-4.5'"),
        ("OpenAI()", "f'anthropic/{x}'"),
    ],
)
def test_where_claude_is_evident(tmp_path: Path, client: str, model: str) -> None:
    assert call(tmp_path, f"model={model}, messages=[]", client).role == "call"


@pytest.mark.parametrize(
    ("client", "model"),
    [
        (ANTHROPIC, "'gpt-4o'"),
        (ROUTER, "'openai/gpt-4o'"),
        (ROUTER, "x"),
        ("OpenAI()", "x"),
        ("OpenAI()", "'gpt-4o'"),
        ("make()", "x"),
        ("make()", "x or 'gpt-4o'"),
    ],
)
def test_what_is_not_claude(tmp_path: Path, client: str, model: str) -> None:
    source = f"from openai import OpenAI\nclient = {client}\ndef f(x):\n"
    assert read(tmp_path, f"{source}    client.chat.completions.create(model={model}, messages=[])").calls == ()


@pytest.mark.parametrize(
    ("expression", "api", "streaming"),
    [
        ("client.chat.completions.create(BODY, stream=True)", "create", True),
        ("client.chat.completions.with_raw_response.create(BODY)", "create", False),
        ("client.chat.completions.parse(BODY)", "parse", False),
        ("client.beta.chat.completions.parse(BODY)", "parse", False),
        ("client.chat.completions.stream(BODY)", "stream", True),
        ("openai.chat.completions.create(BODY)", "create", False),
    ],
)
def test_every_method(tmp_path: Path, expression: str, api: str, streaming: bool) -> None:
    body = expression.replace("BODY", "model='claude-opus-4-6', messages=[]")
    found = only_call(tmp_path, f"import openai\nclient = openai.OpenAI()\nx = {body}")
    assert (found.api, found.request.streaming) == (f"openai.chat.completions.{api}", streaming)


def test_an_asynchronous_client(tmp_path: Path) -> None:
    assert call(tmp_path, "model='claude-opus-4-6', messages=[]", "AsyncOpenAI()").asynchronous is True


@pytest.mark.parametrize(
    ("messages", "system", "said"),
    [
        ("[{'role': 'developer', 'content': 'd'}]", "d", []),
        ("[{'role': 'system', 'content': 'a'}, {'role': 'system', 'content': 'b'}]", "ab", []),
        ("[{'role': 'system', 'content': [{'type': 'text', 'text': x}]}]", "{x}", []),
        ("[{'role': 'system', 'content': 'a' if x else 'b'}]", "[a|b]", []),
        ("[{'role': 'user', 'content': f'q {x}'}]", "", ["user text: q {x}"]),
        (
            "[{'role': 'user', 'content': [{'type': 'text', 'text': 't'}, {'type': 'image_url', 'image_url': {}}]}]",
            "",
            ["user text: t", "user image: -"],
        ),
        (
            (
                "[{'role': 'assistant', 'content': None, 'tool_calls': [{'id': 'i', 'type': 'function', 'function': "
                "{'name': 'n', 'arguments': '{}'}}]}, {'role': 'tool', 'tool_call_id': 'i', 'content': 'r'}]"
            ),
            "",
            ["assistant tool_use: -", "user tool_result: r"],
        ),
        (
            "[{'role': 'assistant', 'content': 'c', 'tool_calls': x}]",
            "",
            ["assistant text: c", "assistant unknown: {x}"],
        ),
    ],
)
def test_messages(tmp_path: Path, messages: str, system: str, said: list[str]) -> None:
    found = request(tmp_path, f"messages={messages}")
    assert (written(found.system.text), found.system.present) == (system, bool(system))
    blocks = [(message, block) for message in found.messages.messages for block in message.blocks]
    assert [f"{m.role} {b.kind}: {written(b.text) if b.text else '-'}" for m, b in blocks] == said


def test_a_system_message_that_is_added_sometimes(tmp_path: Path) -> None:
    source = (
        "def f(x):\n    messages = []\n    if x:\n        messages.append({'role': 'system', 'content': 's'})\n"
        "    messages.append({'role': 'user', 'content': 'u'})\n"
        "    openai.OpenAI().chat.completions.create(model='claude-opus-4-6', messages=messages)\n"
    )
    found = only_call(tmp_path, f"import openai\n{source}").request
    assert [(written(block.text), block.optional) for block in found.system.blocks if block.text] == [("s", True)]
    assert [message.role for message in found.messages.messages] == ["user"]


@pytest.mark.parametrize("messages", ["x", "[*x, {'role': 'user', 'content': 'u'}]"])
def test_messages_that_may_begin_with_a_system_message(tmp_path: Path, messages: str) -> None:
    system = request(tmp_path, f"messages={messages}").system
    assert (system.complete, [block.kind for block in system.blocks]) == (False, ["unknown"])


@pytest.mark.parametrize(
    ("choice", "kind"),
    [("'auto'", "auto"), ("'required'", "any"), ("{'type': 'function', 'function': {'name': 'n'}}", "tool")],
)
def test_tools(tmp_path: Path, choice: str, kind: str) -> None:
    function = "{'name': 'n', 'description': 'd', 'parameters': {'type': 'object'}, 'strict': True}"
    tools = f"[{{'type': 'function', 'function': {function}}}]"
    found = request(tmp_path, f"messages=[], tools={tools}, tool_choice={choice}, max_completion_tokens=5")
    [tool] = found.tools.tools
    assert tool.definition == '{"name": "n", "description": "d", "input_schema": {"type": "object"}}'
    assert (tool.name, found.tool_choice.only, found.max_tokens.only) == ("n", kind, 5)
