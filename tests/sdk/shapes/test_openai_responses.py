"""The Responses API of the OpenAI SDK, through a gateway."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import only_call, read, written

CLIENT = "from openai import OpenAI\nclient = OpenAI(base_url='https://openrouter.ai/api/v1')\n"


def test_a_request(tmp_path: Path) -> None:
    source = (
        "def f(x):\n    client.responses.create(model='anthropic/claude-sonnet-4.5', instructions='Be kind.', "
        "input=f'Q: {x}', max_output_tokens=7, "
        "tools=[{'type': 'function', 'name': 'n', 'parameters': {'type': 'object'}}])"
    )
    found = only_call(tmp_path, CLIENT + source)
    request = found.request
    assert (found.api, request.model.only) == ("openai.responses.create", "anthropic/claude-sonnet-4.5")
    assert (request.max_tokens.only, written(request.system.text)) == (7, "Be kind.")
    assert [(m.role, written(m.blocks[0].text)) for m in request.messages.messages] == [("user", "Q: {x}")]
    assert [tool.definition for tool in request.tools.tools] == ['{"name": "n", "input_schema": {"type": "object"}}']


def test_input_as_messages(tmp_path: Path) -> None:
    messages = (
        "[{'role': 'developer', 'content': 'd'}, {'role': 'user', 'content': [{'type': 'input_text', 'text': 't'}]}]"
    )
    call = f"client.responses.stream(model='anthropic/claude-sonnet-4.5', instructions='i ', input={messages})"
    request = only_call(tmp_path, CLIENT + call).request
    assert (written(request.system.text), written(request.messages.text), request.streaming) == ("i d", "t", True)


@pytest.mark.parametrize("arguments", ["model='gpt-5', input='x'", "model=model, input='x'", "prompt={'id': 'p'}"])
def test_what_is_not_claude(tmp_path: Path, arguments: str) -> None:
    assert read(tmp_path, f"{CLIENT}def f(model):\n    client.responses.create({arguments})").calls == ()
