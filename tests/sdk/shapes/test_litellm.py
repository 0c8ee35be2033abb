"""LiteLLM: functions and routers."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite, Request
from tests.source.reading import only_call, read, written

USER = "messages=[{'role': 'user', 'content': 'hi'}]"


def call(root: Path, expression: str) -> CallSite:
    return only_call(root, f"import litellm\ndef f(x):\n    {expression}")


def request(root: Path, arguments: str) -> Request:
    return call(root, f"litellm.completion({arguments})").request


def test_a_request(tmp_path: Path) -> None:
    source = (
        "from litellm import completion\ndef f(x):\n    completion(model='anthropic/claude-sonnet-4-5', messages=["
        "{'role': 'system', 'content': [{'type': 'text', 'text': 'Be kind.', 'cache_control': {'type': 'ephemeral'}}]},"
        "{'role': 'user', 'content': f'Q: {x}'}], max_tokens=50, stream=True, temperature=0)"
    )
    found = only_call(tmp_path, source)
    request = found.request
    assert (found.api, found.client.platform) == ("litellm.completion", None)
    assert (request.model.only, request.max_tokens.only) == ("anthropic/claude-sonnet-4-5", 50)
    assert (request.system.present, written(request.system.text)) == (True, "Be kind.")
    assert [(m.role, written(m.blocks[0].text)) for m in request.messages.messages] == [("user", "Q: {x}")]
    assert [marker.ttl for marker in request.cache_breakpoints] == ["5m"]
    assert (request.streaming, found.asynchronous, set(request.others)) == (True, False, {"temperature"})


@pytest.mark.parametrize(
    "model",
    [
        "claude-haiku-5-5",
        "anthropic/claude-opus-5",
        "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "bedrock/converse/anthropic.claude-haiku-4-5-20251001-v1:0",
        "vertex_ai/claude-sonnet-4-5@20250929",
        "openrouter/anthropic/claude-sonnet-4.5",
    ],
)
def test_names_of_models(tmp_path: Path, model: str) -> None:
    assert request(tmp_path, f"model='{model}', {USER}").model.only == model


@pytest.mark.parametrize(
    ("arguments", "values", "how"),
    [
        ("model='claude-haiku-4-5'", (64_000,), "default"),
        ("model='anthropic/claude-haiku-5-5'", (128_000,), "default"),
        ("model='claude-of-tomorrow'", (128_000,), "default"),
        ("model='vertex_ai/claude-haiku-4-5'", (), "default"),
        ("model=x", (), "default"),
        ("model='claude-haiku-4-5', thinking=x", (), "default"),
        ("model='bedrock/anthropic.claude-opus-5'", (), "unknown"),
        ("model='claude-haiku-4-5', max_completion_tokens=7", (7,), "literal"),
    ],
)
def test_the_cap(tmp_path: Path, arguments: str, values: tuple[int, ...], how: str) -> None:
    cap = request(tmp_path, f"{arguments}, {USER}").max_tokens
    assert (cap.values, cap.how) == (values, how)


@pytest.mark.parametrize(
    ("expression", "api", "asynchronous"),
    [
        (f"litellm.completion('claude-haiku-5-5', {USER[9:]})", "completion", False),
        (f"await litellm.acompletion(model='claude-haiku-5-5', {USER})", "acompletion", True),
        (f"litellm.completion_with_retries(model='claude-haiku-5-5', {USER})", "completion_with_retries", False),
        (f"retry(litellm.completion, model='claude-haiku-5-5', {USER})", "completion", False),
        (f"litellm.batch_completion(model='claude-haiku-5-5', messages=[{USER[9:]}])", "batch_completion", False),
        (f"litellm.batch_completion_models(models=['claude-haiku-5-5'], {USER})", "batch_completion_models", False),
    ],
)
def test_every_function(tmp_path: Path, expression: str, api: str, asynchronous: bool) -> None:
    found = only_call(tmp_path, f"import litellm\n{'async ' * asynchronous}def f():\n    return {expression}")
    assert (found.api, found.asynchronous) == (f"litellm.{api}", asynchronous)
    assert (found.request.model.only, written(found.request.messages.text)) == ("claude-haiku-5-5", "hi")


ROUTER = """
from litellm import Router
router = Router(model_list=[
    {"model_name": "smart", "litellm_params": {"model": "anthropic/claude-opus-5", "api_key": "k"}},
    {"model_name": "cheap", "litellm_params": {"model": "gpt-4o-mini"}},
])
"""


@pytest.mark.parametrize("method", ["completion", "acompletion"])
def test_a_router(tmp_path: Path, method: str) -> None:
    found = only_call(tmp_path, f"{ROUTER}router.{method}(model='smart', {USER})")
    assert (found.api, found.client.name) == (f"litellm.{method}", "Router")
    assert found.request.model.only == "anthropic/claude-opus-5"


def test_a_router_of_another_file(tmp_path: Path) -> None:
    files = {"main.py": f"from routers import router\nrouter.completion('smart', {USER[9:]})", "routers.py": ROUTER}
    assert only_call(tmp_path, files).request.model.only == "anthropic/claude-opus-5"


def test_a_model_that_callers_choose(tmp_path: Path) -> None:
    source = (
        "import litellm\n"
        "def ask(prompt, model='gpt-4o'):\n"
        "    return litellm.completion(model=model, messages=[{'role': 'user', 'content': prompt}])\n"
        "def one():\n    return ask('Which river is the longest?', model='claude-haiku-5-5')\n"
        "def two():\n    return ask('Which mountain is the highest?')\n"
    )
    calls = read(tmp_path, source).calls
    assert [(call.role, call.function, call.request.model.only) for call in calls if call.via] == [
        ("call", "one", "claude-haiku-5-5")
    ]
    assert [(call.role, call.function) for call in calls if not call.via] == [("wrapper", "ask")]


def test_callers_are_not_followed_where_nothing_names_the_model(tmp_path: Path) -> None:
    source = (
        "import litellm\n"
        "def ask(prompt, registry):\n"
        "    return litellm.completion(model=registry.pick(), messages=[{'role': 'user', 'content': prompt}])\n"
        "ask('Which river is the longest?', load())\n"
    )
    assert [(call.role, call.function) for call in read(tmp_path, source).calls] == [("call", "ask")]


def test_a_model_that_may_be_claude(tmp_path: Path) -> None:
    assert request(tmp_path, f"model=x, {USER}").model.complete is False
    assert request(tmp_path, "**x").opaque == ("x",)
    assert request(tmp_path, f"model=f'bedrock/{{x}}', {USER}").model.complete is False


@pytest.mark.parametrize(
    "expression",
    [
        f"litellm.completion(model='gpt-4o', {USER})",
        f"litellm.completion(model='gemini/gemini-2.5-pro', {USER})",
        f"litellm.completion(model=f'openai/{{x}}', {USER})",
        f"litellm.completion(model=os.getenv('MODEL', 'gpt-4o'), {USER})",
        f"litellm.completion({USER})",
        "litellm.text_completion(model='claude-haiku-5-5', prompt='x')",
        "litellm.completion_cost(model='claude-haiku-5-5', messages=[])",
        f"router.completion(model='cheap', {USER})",
        f"x.completion(model='claude-haiku-5-5', {USER})",
    ],
)
def test_what_is_not_a_call_of_claude(tmp_path: Path, expression: str) -> None:
    assert read(tmp_path, f"import os\nimport litellm\n{ROUTER}\ndef f(x):\n    {expression}").calls == ()
