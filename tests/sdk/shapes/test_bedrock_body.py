"""InvokeModel of Amazon Bedrock, through boto3 and aioboto3."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite
from tests.source.reading import only_call, read, written

MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
BODY = "json.dumps({'anthropic_version': 'bedrock-2023-05-31', 'max_tokens': 9, 'messages': []})"


def call(root: Path, source: str) -> CallSite:
    return only_call(root, f"import json\nimport boto3\nimport aioboto3\n{source}")


def test_a_request(tmp_path: Path) -> None:
    source = (
        "client = boto3.client('bedrock-runtime', region_name='us-east-1')\n"
        "def ask(prompt):\n"
        "    native_request = {\n"
        "        'anthropic_version': 'bedrock-2023-05-31',\n"
        "        'max_tokens': 512,\n"
        "        'temperature': 0.5,\n"
        "        'system': [{'type': 'text', 'text': 'Be terse.', 'cache_control': {'type': 'ephemeral'}}],\n"
        "        'messages': [{'role': 'user', 'content': [{'type': 'text', 'text': f'Q: {prompt}'}]}],\n"
        "        'tools': [{'name': 'look', 'input_schema': {'type': 'object'}}],\n"
        "    }\n"
        "    request = json.dumps(native_request)\n"
        f"    return client.invoke_model(modelId='{MODEL}', body=request)\n"
    )
    found = call(tmp_path, source)
    request = found.request
    assert (found.api, found.client.platform, found.function) == ("bedrock.invoke_model", "bedrock", "ask")
    assert (request.model.only, request.model.how) == (MODEL, "literal")
    assert (request.max_tokens.only, request.max_tokens.how) == (512, "literal")
    assert (request.system.present, written(request.system.text)) == (True, "Be terse.")
    assert [(m.role, written(m.blocks[0].text)) for m in request.messages.messages] == [("user", "Q: {prompt}")]
    assert [tool.name for tool in request.tools.tools] == ["look"]
    assert [marker.ttl for marker in request.cache_breakpoints] == ["5m"]
    assert (request.streaming, found.asynchronous) == (False, False)


@pytest.mark.parametrize(
    "client",
    [
        "boto3.client('bedrock-runtime')",
        "boto3.Session().client('bedrock-runtime')",
        "boto3.session.Session(profile_name='p').client(service_name='bedrock-runtime')",
    ],
)
def test_where_a_client_comes_from(tmp_path: Path, client: str) -> None:
    found = call(tmp_path, f"client = {client}\nclient.invoke_model(modelId='{MODEL}', body={BODY})")
    assert (found.client.platform, found.request.max_tokens.only) == ("bedrock", 9)


def test_a_client_that_is_injected(tmp_path: Path) -> None:
    source = f"class S:\n    def ask(self, model):\n        self.client.invoke_model(modelId=model, body={BODY})"
    found = call(tmp_path, source)
    assert (found.client.platform, found.request.model.values, found.request.max_tokens.only) == (None, (), 9)


def test_a_stream_of_aioboto3(tmp_path: Path) -> None:
    source = (
        "async def ask():\n"
        "    session = aioboto3.Session()\n"
        "    async with session.client('bedrock-runtime') as client:\n"
        f"        await client.invoke_model_with_response_stream(modelId='{MODEL}', body={BODY}.encode('utf-8'))\n"
    )
    found = call(tmp_path, source)
    assert (found.api, found.client.platform) == ("bedrock.invoke_model_with_response_stream", "bedrock")
    assert (found.request.streaming, found.asynchronous, found.request.max_tokens.only) == (True, True, 9)


@pytest.mark.parametrize(
    "model",
    [
        "anthropic.claude-3-haiku-20240307-v1:0",
        "global.anthropic.claude-haiku-4-5-20251001-v1:0",
        "arn:aws:bedrock:us-east-1:123:inference-profile/us.anthropic.claude-opus-4-6-v1",
        "arn:aws:bedrock:us-east-1:123:application-inference-profile/abc",
        "arn:aws-us-gov:bedrock:us-gov-west-1:123:provisioned-model/abc",
    ],
)
def test_names_of_models(tmp_path: Path, model: str) -> None:
    found = call(tmp_path, f"boto3.client('bedrock-runtime').invoke_model(modelId='{model}', body={BODY})")
    assert found.request.model.only == model


def test_the_body_for_claude_among_those_of_several_vendors(tmp_path: Path) -> None:
    source = (
        "def ask(model, prompt):\n"
        "    if 'claude' in model:\n"
        f"        body = {BODY}\n"
        "    else:\n"
        "        body = json.dumps({'inputText': prompt})\n"
        "    return boto3.client('bedrock-runtime').invoke_model(modelId=model, body=body)\n"
    )
    request = call(tmp_path, source).request
    assert (request.max_tokens.only, request.max_tokens.present) == (9, True)
    assert set(request.others) == {"anthropic_version"}


def test_the_first_claude_models(tmp_path: Path) -> None:
    body = "json.dumps({'prompt': 'Human: hi', 'max_tokens_to_sample': 300})"
    request = call(
        tmp_path, f"boto3.client('bedrock-runtime').invoke_model(modelId='anthropic.claude-v2', body={body})"
    ).request
    assert (request.max_tokens.only, written(request.messages.text)) == (300, "Human: hi")
    assert not request.others


def test_a_body_that_cannot_be_read(tmp_path: Path) -> None:
    source = f"def ask(body):\n    boto3.client('bedrock-runtime').invoke_model(modelId='{MODEL}', body=body)"
    request = call(tmp_path, source).request
    assert (request.opaque, request.max_tokens.complete, request.messages.complete) == (("body",), False, False)


@pytest.mark.parametrize(
    "arguments",
    [
        f"modelId='amazon.titan-text-express-v1', body={BODY}",
        "modelId='meta.llama3-8b-instruct-v1:0', body=json.dumps({'prompt': p})",
        "modelId='us.amazon.nova-pro-v1:0', body=p",
        "modelId=p, body=json.dumps({'inputText': p})",
        f"body={BODY}",
    ],
)
def test_what_is_not_claude(tmp_path: Path, arguments: str) -> None:
    source = f"import json\nimport boto3\ndef f(p):\n    boto3.client('bedrock-runtime').invoke_model({arguments})"
    assert read(tmp_path, source).calls == ()
