"""Converse of Amazon Bedrock."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite, Request
from tests.source.reading import only_call, read, written

MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0"


def call(root: Path, arguments: str, method: str = "converse") -> CallSite:
    source = f"import boto3\nclient = boto3.client('bedrock-runtime')\ndef f(x):\n    client.{method}({arguments})"
    return only_call(root, source)


def request(root: Path, arguments: str) -> Request:
    return call(root, f"modelId='{MODEL}', {arguments}").request


def test_a_request(tmp_path: Path) -> None:
    found = request(
        tmp_path,
        "system=[{'text': 'You are kind.'}], messages=[{'role': 'user', 'content': [{'text': f'Q: {x}'}]}], "
        "inferenceConfig={'maxTokens': 300, 'topP': 0.9}, "
        "additionalModelRequestFields={'thinking': {'type': 'enabled', 'budget_tokens': 2000}, 'top_k': 5}",
    )
    assert (found.model.only, found.max_tokens.only, found.max_tokens.how) == (MODEL, 300, "literal")
    assert (found.system.present, written(found.system.text)) == (True, "You are kind.")
    assert [(m.role, written(m.blocks[0].text)) for m in found.messages.messages] == [("user", "Q: {x}")]
    assert (found.thinking.only, set(found.others)) == ("enabled", {"top_p", "top_k"})
    assert (found.streaming, found.tools.present, found.cache_breakpoints) == (False, False, ())


def test_a_stream(tmp_path: Path) -> None:
    found = call(tmp_path, f"modelId='{MODEL}', messages=[]", "converse_stream")
    assert (found.api, found.client.platform) == ("bedrock.converse_stream", "bedrock")
    assert found.request.streaming is True


def test_a_cap_that_bedrock_chooses(tmp_path: Path) -> None:
    cap = request(tmp_path, "messages=[], inferenceConfig={'temperature': 0}").max_tokens
    assert (cap.values, cap.how, cap.complete) == ((), "default", False)


def test_a_configuration_that_cannot_be_read(tmp_path: Path) -> None:
    cap = request(tmp_path, "messages=[], inferenceConfig=x").max_tokens
    assert (cap.values, cap.how, cap.complete) == ((), "parameter", False)


def test_every_kind_of_block(tmp_path: Path) -> None:
    blocks = (
        "{'text': 'a'}, {'image': {'format': 'png', 'source': {'bytes': x}}}, "
        "{'document': {'format': 'pdf', 'name': 'n', 'source': {'bytes': x}}}, "
        "{'toolUse': {'toolUseId': 'i', 'name': 't', 'input': {}}}, "
        "{'toolResult': {'toolUseId': 'i', 'content': [{'text': 'r'}]}}, "
        "{'reasoningContent': {'reasoningText': {'text': 'h'}}}, {'guardContent': {'text': {'text': 'g'}}}"
    )
    [message] = request(tmp_path, f"messages=[{{'role': 'user', 'content': [{blocks}]}}]").messages.messages
    kinds = ["text", "image", "document", "tool_use", "tool_result", "thinking", "other"]
    assert [block.kind for block in message.blocks] == kinds
    assert [written(block.text) for block in message.blocks if block.text] == ["a", "r"]


def test_cache_points_mark_what_stands_before_them(tmp_path: Path) -> None:
    found = request(
        tmp_path,
        "system=[{'text': 's'}, {'cachePoint': {'type': 'default'}}], "
        "messages=[{'role': 'user', 'content': [{'text': 'a'}, {'cachePoint': {'type': 'default', 'ttl': '1h'}}, "
        "{'text': 'b'}]}], toolConfig={'tools': [{'toolSpec': {'name': 't', 'inputSchema': {'json': {}}}}, "
        "{'cachePoint': {'type': 'default'}}]}",
    )
    assert [block.cache and block.cache.ttl for block in found.system.blocks] == ["5m"]
    assert [block.cache and block.cache.ttl for block in found.messages.messages[0].blocks] == ["1h", None]
    assert [tool.cache and tool.cache.ttl for tool in found.tools.tools] == ["5m"]
    assert len(found.cache_breakpoints) == 3


def test_a_cache_point_behind_blocks_that_cannot_be_seen(tmp_path: Path) -> None:
    [block] = request(tmp_path, "system=[*x, {'cachePoint': {'type': 'default'}}], messages=[]").system.blocks
    assert (block.kind, block.cache and block.cache.ttl) == ("unknown", "5m")


@pytest.mark.parametrize(
    ("choice", "kind"), [("{'auto': {}}", "auto"), ("{'any': {}}", "any"), ("{'tool': {'name': 't'}}", "tool")]
)
def test_tools(tmp_path: Path, choice: str, kind: str) -> None:
    spec = "{'name': 't', 'description': 'd', 'inputSchema': {'json': {'type': 'object'}}}"
    found = request(tmp_path, f"messages=[], toolConfig={{'tools': [{{'toolSpec': {spec}}}], 'toolChoice': {choice}}}")
    [tool] = found.tools.tools
    assert tool.definition == '{"name": "t", "description": "d", "input_schema": {"type": "object"}}'
    assert (tool.name, found.tool_choice.only) == ("t", kind)


def test_messages_that_grow(tmp_path: Path) -> None:
    source = (
        "import boto3\nclient = boto3.client('bedrock-runtime')\nmessages = []\nwhile True:\n"
        "    messages.append({'role': 'user', 'content': [{'text': input()}]})\n"
        f"    reply = client.converse(modelId='{MODEL}', messages=messages)\n"
        "    messages.append(reply['output']['message'])\n"
    )
    assert only_call(tmp_path, source).request.messages.grows is True


def test_arguments_that_cannot_be_read(tmp_path: Path) -> None:
    found = call(tmp_path, f"modelId='{MODEL}', **x").request
    assert (found.opaque, found.max_tokens.present, found.system.present) == (("x",), None, None)


@pytest.mark.parametrize("model", ["amazon.titan-text-express-v1", "meta.llama3-8b-instruct-v1:0", "cohere.command-r"])
def test_what_is_not_claude(tmp_path: Path, model: str) -> None:
    source = f"import boto3\nboto3.client('bedrock-runtime').converse(modelId='{model}', messages=[])"
    assert read(tmp_path, source).calls == ()


def test_another_kind_of_conversation(tmp_path: Path) -> None:
    assert read(tmp_path, "def f(bot, text):\n    bot.converse(text)\n    bot.converse(messages=[text])").calls == ()
