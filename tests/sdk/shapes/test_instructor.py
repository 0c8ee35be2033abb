"""Instructor: clients around the Anthropic SDK and others."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite
from tests.source.reading import only_call, read, written

IMPORTS = """
import instructor
import litellm
from anthropic import Anthropic, AsyncAnthropic
from openai import OpenAI
from pydantic import BaseModel
class User(BaseModel):
    name: str
"""
SONNET = "anthropic/claude-sonnet-5"
USER = "messages=[{'role': 'user', 'content': 'hi'}], response_model=User"


def call(root: Path, source: str) -> CallSite:
    return only_call(root, IMPORTS + source)


def test_a_request(tmp_path: Path) -> None:
    found = call(
        tmp_path,
        "client = instructor.from_anthropic(Anthropic())\ndef f(x):\n    client.messages.create("
        "model='claude-haiku-5-5', max_tokens=1024, max_retries=2, messages=[{'role': 'system', 'content': 'Extract.'},"
        " {'role': 'user', 'content': f'From: {x}'}], response_model=User)",
    )
    request = found.request
    assert (found.api, found.asynchronous) == ("instructor.create", False)
    assert (request.model.only, request.max_tokens.only, request.max_tokens.how) == (
        "claude-haiku-5-5",
        1024,
        "literal",
    )
    assert (request.system.present, written(request.system.text)) == (True, "Extract.")
    assert [(m.role, written(m.blocks[0].text)) for m in request.messages.messages] == [("user", "From: {x}")]
    assert [tool.name for tool in request.tools.tools] == ["User"]
    assert (request.tools.tools[0].definition or "").startswith('{"name": "User", "description": "Correctly extracted')
    assert (request.tools.present, request.tool_choice.only, request.streaming) == (True, "tool", False)


@pytest.mark.parametrize(
    ("client", "model", "cap", "how"),
    [
        ("instructor.from_provider('anthropic/claude-sonnet-5')", SONNET, (4096,), "default"),
        ("instructor.from_provider('anthropic/claude-sonnet-5', max_tokens=9)", SONNET, (9,), "literal"),
        ("instructor.from_provider(model='anthropic/claude-sonnet-5', async_client=True)", SONNET, (4096,), "default"),
        ("instructor.from_provider('bedrock/anthropic.claude-v2')", "bedrock/anthropic.claude-v2", (), "unknown"),
        (
            "instructor.from_anthropic(Anthropic(), model='claude-opus-5', max_tokens=8)",
            "claude-opus-5",
            (8,),
            "literal",
        ),
        ("instructor.from_litellm(litellm.completion, model='anthropic/claude-sonnet-5')", SONNET, (), "unknown"),
        ("instructor.from_openai(OpenAI(), model='anthropic/claude-sonnet-5')", SONNET, (), "unknown"),
    ],
)
def test_what_a_client_adds(tmp_path: Path, client: str, model: str, cap: tuple[int, ...], how: str) -> None:
    request = call(tmp_path, f"client = {client}\nclient.chat.completions.create({USER})").request
    assert request.model.only == model
    assert (request.max_tokens.values, request.max_tokens.how) == (cap, how)


@pytest.mark.parametrize(
    ("expression", "api", "streaming"),
    [
        (f"client.create({USER})", "create", False),
        ("client.create(User, [{'role': 'user', 'content': 'hi'}])", "create", False),
        (f"client.messages.create({USER})", "create", False),
        (f"client.chat.completions.create_with_completion({USER})", "create_with_completion", False),
        ("client.messages.create_with_completion([{'role': 'user', 'content': 'hi'}], User)", None, False),
        (f"client.chat.completions.create_partial({USER})", "create_partial", True),
        (f"client.create_iterable({USER})", "create_iterable", True),
        ("client.create(messages='hi', response_model=User)", "create", False),
    ],
)
def test_every_method(tmp_path: Path, expression: str, api: str | None, streaming: bool) -> None:
    found = call(tmp_path, f"client = instructor.from_provider('anthropic/claude-sonnet-5')\nx = {expression}")
    assert found.api == f"instructor.{api or 'create_with_completion'}"
    assert (found.request.streaming, [tool.name for tool in found.request.tools.tools]) == (streaming, ["User"])
    assert written(found.request.messages.text) == "hi"


@pytest.mark.parametrize(
    "client",
    [
        "instructor.from_anthropic(Anthropic())",
        "instructor.from_anthropic(client=AsyncAnthropic())",
        "instructor.patch(Anthropic())",
        "instructor.patch(client=Anthropic(), mode=instructor.Mode.ANTHROPIC_TOOLS)",
    ],
)
def test_a_call_is_listed_once(tmp_path: Path, client: str) -> None:
    body = f"model='claude-haiku-5-5', max_tokens=9, {USER}"
    assert call(tmp_path, f"client = {client}\nclient.messages.create({body})").api == "instructor.create"


def test_a_client_of_another_file(tmp_path: Path) -> None:
    files = {
        "ai.py": "import instructor\nclient = instructor.from_provider('anthropic/claude-sonnet-5')",
        "main.py": f"from ai import client\nfrom models import User\nclient.create({USER})",
    }
    request = only_call(tmp_path, files).request
    assert (request.model.only, request.tools.present) == ("anthropic/claude-sonnet-5", True)


def test_a_mode_that_puts_the_schema_into_the_prompt(tmp_path: Path) -> None:
    source = (
        "client = instructor.from_anthropic(Anthropic(), mode=instructor.Mode.ANTHROPIC_JSON)\n"
        f"client.messages.create(model='claude-haiku-5-5', max_tokens=9, system='S', {USER})"
    )
    request = call(tmp_path, source).request
    assert (written(request.system.text), request.system.complete) == ("S{User}", False)
    assert request.tools.present is False


def test_no_model_of_the_answer(tmp_path: Path) -> None:
    source = "instructor.from_provider('anthropic/claude-sonnet-5').create(response_model=None, messages='hi')"
    assert call(tmp_path, source).request.tools.present is False


def test_system_messages_follow_the_argument(tmp_path: Path) -> None:
    messages = "[{'role': 'system', 'content': 'b'}, {'role': 'user', 'content': 'hi'}]"
    source = f"instructor.from_provider('anthropic/claude-sonnet-5').create(system='a', messages={messages})"
    assert [written(block.text) for block in call(tmp_path, source).request.system.blocks if block.text] == ["a", "b"]


@pytest.mark.parametrize(
    "expression",
    [
        f"instructor.from_provider('openai/gpt-4o').create({USER})",
        f"instructor.from_provider('openai/gpt-4o').chat.completions.create({USER})",
        f"instructor.from_openai(OpenAI()).chat.completions.create(model='gpt-4o', {USER})",
        f"instructor.from_openai(OpenAI()).chat.completions.create(model=x, {USER})",
        f"instructor.from_litellm(litellm.completion).create(model='gpt-4o', {USER})",
        f"instructor.patch(OpenAI()).chat.completions.create(model='gpt-4o', {USER})",
        "repository.create(User, response_model=User)",
    ],
)
def test_what_is_not_claude(tmp_path: Path, expression: str) -> None:
    assert read(tmp_path, f"{IMPORTS}def f(x):\n    {expression}").calls == ()
