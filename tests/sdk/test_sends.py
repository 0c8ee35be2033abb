"""Which calls are Claude's, and through which client."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import CallSite
from promptlint.sdk.description import sdks
from tests.source.reading import Sources, only_call, read

BODY = "model='claude-haiku-5-5', max_tokens=9, messages=[{'role': 'user', 'content': 'hi'}]"
[ANTHROPIC] = [sdk for sdk in sdks() if sdk.name == "anthropic"]


def calls(root: Path, source: str) -> tuple[CallSite, ...]:
    project = read(root, source.replace("BODY", BODY))
    assert project.problems == ()
    return project.calls


def only(root: Path, source: str) -> CallSite:
    return only_call(root, source.replace("BODY", BODY))


@pytest.mark.parametrize(("name", "platform"), sorted(ANTHROPIC.clients.items()))
@pytest.mark.parametrize(
    "source",
    [
        "import anthropic\nclient = anthropic.{name}()\nclient.messages.create(BODY)",
        "import anthropic as a\na.{name}().messages.create(BODY)",
        "from anthropic import {name}\nclient = {name}()\nclient.messages.create(BODY)",
        "from anthropic import {name} as C\ndef f(client: C):\n    client.messages.create(BODY)",
    ],
    ids=["module", "alias", "name", "injected"],
)
def test_every_client(tmp_path: Path, source: str, name: str, platform: str) -> None:
    call = only(tmp_path, source.format(name=name))
    assert (call.api, call.client.platform, call.client.name) == ("anthropic.messages.create", platform, name)
    assert call.asynchronous is name.startswith("Async")
    assert call.request.model.only == "claude-haiku-5-5"


@pytest.mark.parametrize(
    "source",
    [
        (
            "class S:\n    def __init__(self):\n        self.client = Anthropic()\n"
            "    def f(self):\n        self.client.messages.create(BODY)"
        ),
        (
            "class S:\n    def __init__(self, client: Anthropic):\n        self.client = client\n"
            "    def f(self):\n        self.client.messages.create(BODY)"
        ),
        (
            "class S:\n    def __init__(self, client: Anthropic | None = None):\n"
            "        self.client = client or Anthropic()\n"
            "    def f(self):\n        self.client.messages.create(BODY)"
        ),
        "class S:\n    client = Anthropic()\n    def f(self):\n        self.client.messages.create(BODY)",
        (
            "class S:\n    @property\n    def client(self):\n        return Anthropic()\n"
            "    def f(self):\n        self.client.messages.create(BODY)"
        ),
        (
            "class S:\n    def __init__(self):\n        self.client = Anthropic()\n"
            "service = S()\nservice.client.messages.create(BODY)"
        ),
        (
            "class B:\n    def __init__(self):\n        self.client = Anthropic()\nclass S(B):\n"
            "    def f(self):\n        self.client.messages.create(BODY)"
        ),
        "class S:\n    client: Anthropic\n    def f(self):\n        self.client.messages.create(BODY)",
        "class C(Anthropic):\n    pass\nC().messages.create(BODY)",
        "def get():\n    return Anthropic()\nget().messages.create(BODY)",
        "def get() -> Anthropic:\n    return make()\nget().messages.create(BODY)",
        (
            "_client = None\ndef get():\n    global _client\n    if _client is None:\n        _client = Anthropic()\n"
            "    return _client\ndef f():\n    get().messages.create(BODY)"
        ),
        "clients = {'a': Anthropic()}\nclients['a'].messages.create(BODY)",
        "with Anthropic() as client:\n    client.messages.create(BODY)",
        "C = Anthropic | AnthropicBedrock\ndef f(client: C):\n    client.messages.create(BODY)",
        "C = Anthropic | AnthropicBedrock\ndef f(client: 'C'):\n    client.messages.create(BODY)",
        "C = Union[Anthropic, AnthropicBedrock]\ndef f(client: C | None):\n    client.messages.create(BODY)",
        "C = Optional[Anthropic]\ndef f(client: C = None):\n    client.messages.create(BODY)",
        "def f(service: str | Anthropic):\n    service.messages.create(BODY)",
        "api: Any = Anthropic().beta.messages if betas else Anthropic().messages\napi.create(BODY)",
        "api = given or Anthropic().messages\napi.create(BODY)",
        "client: Any = Anthropic()\nclient.messages.create(BODY)",
        "client: Anthropic = make()\nclient.messages.create(BODY)",
        "client = Anthropic() if x else None\nclient.messages.create(BODY)",
        "if (client := Anthropic()):\n    client.messages.create(BODY)",
        "def f(client=Anthropic()):\n    client.messages.create(BODY)",
        "def f(client: 'Anthropic'):\n    client.messages.create(BODY)",
        (
            "from fastapi import Depends\ndef get():\n    return Anthropic()\n"
            "def f(client=Depends(get)):\n    client.messages.create(BODY)"
        ),
        "Anthropic(api_key='k', max_retries=3).messages.create(BODY)",
    ],
)
def test_where_a_client_comes_from(tmp_path: Path, source: str) -> None:
    imports = "from typing import Any, Optional, Union\nfrom anthropic import Anthropic, AnthropicBedrock"
    call = only(tmp_path, f"{imports}\n{source}")
    assert (call.client.platform, call.request.max_tokens.only) == ("anthropic", 9)


@pytest.mark.parametrize(
    ("expression", "api"),
    [
        ("client.messages.create(BODY)", "messages.create"),
        ("client.beta.messages.create(BODY, betas=['x'])", "messages.create"),
        ("client.messages.with_raw_response.create(BODY)", "messages.create"),
        ("client.beta.messages.with_raw_response.create(BODY)", "messages.create"),
        ("client.with_raw_response.messages.create(BODY)", "messages.create"),
        ("client.messages.with_streaming_response.create(BODY)", "messages.create"),
        ("client.with_options(timeout=5).messages.create(BODY)", "messages.create"),
        ("client.with_options(max_retries=1).beta.messages.create(BODY)", "messages.create"),
        ("client.copy(timeout=5).messages.create(BODY)", "messages.create"),
        ("client.messages.stream(BODY)", "messages.stream"),
        ("client.beta.messages.stream(BODY)", "messages.stream"),
        ("client.messages.parse(BODY)", "messages.parse"),
        ("client.beta.messages.parse(BODY)", "messages.parse"),
        ("client.beta.messages.tool_runner(BODY)", "messages.tool_runner"),
        ("client.messages.count_tokens(BODY)", "messages.count_tokens"),
    ],
)
def test_every_method(tmp_path: Path, expression: str, api: str) -> None:
    call = only(tmp_path, f"import anthropic\nclient = anthropic.Anthropic()\nx = {expression}")
    assert (call.api, call.client.platform) == (f"anthropic.{api}", "anthropic")
    assert call.request.model.only == "claude-haiku-5-5"
    assert call.priced is (api != "messages.count_tokens")
    assert call.request.streaming is (api == "messages.stream")
    assert call.context.agent_loop is (api == "messages.tool_runner")
    assert (call.place.line, call.place.column) == (3, 5)


@pytest.mark.parametrize(
    ("stream", "streaming"), [("True", True), ("False", False), ("x", False), ("None", False), ("NOT_GIVEN", False)]
)
def test_streaming_by_argument(tmp_path: Path, stream: str, streaming: bool) -> None:
    source = (
        f"from anthropic import NOT_GIVEN, Anthropic\ndef f(x):\n    Anthropic().messages.create(BODY, stream={stream})"
    )
    assert only(tmp_path, source).request.streaming is streaming


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("retry(client.messages.create, BODY)", 3, 1),
        ("create = client.messages.create\ncreate(BODY)", 4, 1),
        ("messages_api = client.beta.messages\nmessages_api.create(BODY)", 4, 1),
        ("messages = client.messages\nmessages.with_raw_response.create(BODY)", 4, 1),
        (
            (
                "from functools import partial\ncreate = partial(client.messages.create, max_tokens=9)\n"
                "create(model='claude-haiku-5-5', messages=[{'role': 'user', 'content': 'hi'}])"
            ),
            5,
            1,
        ),
        ("import asyncio\nasync def f():\n    await asyncio.to_thread(client.messages.create, BODY)", 5, 11),
        ("pool.submit(client.messages.create, BODY)", 3, 1),
        ("loop.run_in_executor(None, lambda: client.messages.create(BODY))", 3, 36),
        ("call(fn=client.messages.create, BODY)", 3, 1),
        (
            (
                "class S:\n    def __init__(self):\n        self.create = client.messages.create\n"
                "    def f(self):\n        self.create(BODY)"
            ),
            7,
            9,
        ),
    ],
)
def test_methods_that_are_handed_on(tmp_path: Path, source: str, line: int, column: int) -> None:
    call = only(tmp_path, f"import anthropic\nclient = anthropic.Anthropic()\n{source}")
    assert (call.place.line, call.place.column) == (line, column)
    assert call.request.model.only == "claude-haiku-5-5"
    assert call.request.max_tokens.only == 9
    assert [message.role for message in call.request.messages.messages] == ["user"]


def test_the_parameters_stand_in_a_mapping_behind_the_method(tmp_path: Path) -> None:
    source = (
        "import anthropic\n"
        "def call(method, parameters):\n    return method(**parameters)\n"
        "def ask(text):\n"
        "    messages = [{'role': 'user', 'content': text}]\n"
        "    parameters = {'model': 'claude-haiku-5-5', 'max_tokens': 9, 'messages': messages}\n"
        "    return call(anthropic.Anthropic().messages.create, parameters)\n"
    )
    request = only_call(tmp_path, source).request
    assert (request.model.only, request.max_tokens.only, request.opaque) == ("claude-haiku-5-5", 9, ())
    unseen = only_call(tmp_path, source.replace("parameters = {", "parameters = load() or {")).request
    assert unseen.opaque == ("parameters",)


@pytest.mark.parametrize(
    "source",
    [
        "from twilio.rest import Client\nclient = Client(a, b)\nclient.messages.create(body='hi', to='1', from_='2')",
        "def f(client):\n    client.messages.create(body='hi', to='1')",
        "def f(twilio):\n    twilio.messages.create(**message)",
        (
            "from openai import OpenAI\nclient = OpenAI()\n"
            "client.beta.threads.messages.create(thread_id='t', role='user', content='hi')"
        ),
        "def f(client):\n    client.beta.threads.messages.create('t', role='user', content='hi')",
        "from openai import OpenAI\nOpenAI().chat.completions.create(BODY)",
        "def f(client):\n    client.chat.completions.create(BODY)",
        "def f(client):\n    client.responses.create(BODY)",
        "from openai import OpenAI\nOpenAI().messages.create(BODY)",
        "def f(channel):\n    channel.messages.create(channel='c', text='hi')",
        "from slack_sdk import WebClient\nWebClient().messages.create(model='m', messages=[])",
        "def f(client):\n    client.messages.create()",
        "def f(client):\n    client.messages.create(text='hi')",
        "def f(client):\n    client.messages.list()",
        "from mailjet import Client\nClient().messages.create(max_tokens=1, messages=[])",
        "def f(db):\n    db.messages.create(session_id=1, messages=[], model='x')",
        "class messages:\n    @staticmethod\n    def create(**kw): pass\nmessages.create(BODY)",
        "class Box:\n    def create(self, **kw): pass\nclass C:\n    messages = Box()\nC().messages.create(BODY)",
    ],
)
def test_never_a_call_of_the_anthropic_sdk(tmp_path: Path, source: str) -> None:
    assert [call for call in calls(tmp_path, source) if call.sdk == "anthropic"] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(client):\n    client.messages.create(BODY)", 1),
        ("def f(client):\n    client.messages.create(max_tokens=1, messages=m)", 1),
        ("def f(client):\n    client.messages.create(model='claude-haiku-5-5', messages=m)", 1),
        ("def f(client, kw):\n    client.messages.create(**kw)", 0),
        ("import anthropic\ndef f(client, kw):\n    client.messages.create(**kw)", 1),
        ("def f(client):\n    kw = dict(BODY)\n    client.messages.create(**kw)", 1),
        ("def f(client):\n    kw = {'to': '1', 'body': 'hi'}\n    client.messages.create(**kw)", 0),
        ("from app.llm import client\nclient.messages.create(BODY)", 1),
    ],
)
def test_unknown_clients_need_evidence(tmp_path: Path, source: str, found: int) -> None:
    assert len(calls(tmp_path, source)) == found


def test_the_platform_of_an_unknown_client_is_unknown(tmp_path: Path) -> None:
    call = only(tmp_path, "def f(client):\n    client.messages.create(BODY)")
    assert (call.client.platform, call.client.name, call.client.place) == (None, "client", None)


def test_client_of_another_file(tmp_path: Path) -> None:
    files: Sources = {
        "app/__init__.py": "",
        "app/llm.py": "from anthropic import AsyncAnthropicBedrock\nclient = AsyncAnthropicBedrock(max_retries=5)\n",
        "app/main.py": f"from .llm import client\nasync def f():\n    await client.messages.create({BODY})\n",
    }
    call = only_call(tmp_path, files)
    assert (call.client.platform, call.client.name, call.asynchronous) == ("bedrock", "AsyncAnthropicBedrock", True)
    assert call.client.max_retries.only == 5
    assert call.client.place is not None
    assert (call.client.place.path, call.client.place.line) == ("app/llm.py", 2)


def test_with_options_overrides_what_the_client_was_made_with(tmp_path: Path) -> None:
    made = "Anthropic(max_retries=2, timeout=9).with_options(max_retries=0)"
    client = only(tmp_path, f"from anthropic import Anthropic\nclient = {made}\nclient.messages.create(BODY)").client
    assert (client.max_retries.only, client.timeout.only) == (0, 9)


def test_a_client_of_a_module_that_cannot_be_seen_has_its_name(tmp_path: Path) -> None:
    call = only(tmp_path, "from company.llm import client\nclient.beta.messages.create(BODY)")
    assert (call.api, call.client.platform, call.client.name) == (
        "anthropic.messages.create",
        None,
        "company.llm.client",
    )


def test_client_arguments(tmp_path: Path) -> None:
    made = "Anthropic(timeout=30.0, base_url='https://gateway', max_retries=0)"
    client = only(tmp_path, f"from anthropic import Anthropic\n{made}.messages.create(BODY)").client
    assert (client.timeout.only, client.base_url.only, client.max_retries.only) == (30.0, "https://gateway", 0)
    client = only(tmp_path, "from anthropic import Anthropic\nAnthropic().messages.create(BODY)").client
    assert (client.timeout.present, client.base_url.present, client.max_retries.present) == (False, False, False)


BATCH = """\
import anthropic
from anthropic.types.messages.batch_create_params import Request
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming as Params
client = anthropic.Anthropic()
client.messages.batches.create(
    requests=[
        {"custom_id": "a", "params": {"model": "claude-haiku-5-5", "max_tokens": 5, "messages": []}},
        Request(custom_id="b", params=Params(model="claude-opus-4-8", max_tokens=6, messages=[])),
        Request(custom_id="c", params={"model": "claude-sonnet-4-6", "max_tokens": 7, "messages": []}),
    ]
)
"""


def test_every_request_of_a_batch_is_a_call(tmp_path: Path) -> None:
    found = calls(tmp_path, BATCH)
    assert [(call.id, call.request.model.only, call.request.max_tokens.only) for call in found] == [
        ("main.py::<module>", "claude-haiku-5-5", 5),
        ("main.py::<module>#2", "claude-opus-4-8", 6),
        ("main.py::<module>#3", "claude-sonnet-4-6", 7),
    ]
    assert {call.api for call in found} == {"anthropic.messages.batches.create"}
    assert all(call.request.batch for call in found)


def test_requests_of_a_batch_made_in_a_comprehension(tmp_path: Path) -> None:
    source = (
        "import anthropic\n"
        "def f(texts):\n"
        "    requests = [{'custom_id': str(i), 'params': {'model': 'claude-haiku-5-5', 'max_tokens': 5,\n"
        "        'messages': [{'role': 'user', 'content': t}]}} for i, t in enumerate(texts)]\n"
        "    anthropic.Anthropic().beta.messages.batches.create(requests=requests)\n"
    )
    call = only(tmp_path, source)
    assert (call.request.model.only, call.request.batch) == ("claude-haiku-5-5", True)


def test_a_batch_that_cannot_be_read(tmp_path: Path) -> None:
    call = only(tmp_path, "import anthropic\ndef f(r):\n    anthropic.Anthropic().messages.batches.create(requests=r)")
    assert call.request.batch
    assert (call.request.model.values, call.request.model.present, call.request.opaque) == ((), None, ("requests",))


def test_calls_stand_in_the_order_of_the_source(tmp_path: Path) -> None:
    source = (
        "import anthropic\nclient = anthropic.Anthropic()\n"
        "def a():\n    client.messages.create(BODY)\n    client.messages.stream(BODY)\n"
        "def b():\n    client.messages.create(BODY)\nclient.messages.count_tokens(BODY)\n"
    )
    assert [(call.id, call.place.line) for call in calls(tmp_path, source)] == [
        ("main.py::a", 4),
        ("main.py::a#2", 5),
        ("main.py::b", 7),
        ("main.py::<module>", 8),
    ]
