"""What is read of replies."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Response
from tests.source.reading import only_call, read, spelled

SEND = "client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[])"
STREAM = SEND.replace("create", "stream")
START = "from anthropic import Anthropic\nclient = Anthropic()\n"
Fields = tuple[bool | None, bool | None, bool | None]
"""Usage, stop reason, content."""


def fields(response: Response) -> Fields:
    return response.usage, response.stop_reason, response.content


def indented(body: str) -> str:
    return "".join(f"    {line}\n" for line in body.replace("SEND", SEND).replace("STREAM", STREAM).split("\n"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("SEND", (False, False, False)),
        ("r = SEND", (False, False, False)),
        ("return_ = SEND.content[0].text", (False, False, True)),
        ("r = SEND\nprint(r.content[0].text)", (False, False, True)),
        (
            "r = await SEND\nx = r.usage.input_tokens\nif r.stop_reason == 'max_tokens':\n    raise E",
            (True, True, False),
        ),
        ("r: Message = SEND\nlog(r.usage)", (True, False, False)),
        ("if (r := SEND).stop_reason:\n    pass", (False, True, False)),
        ("r = SEND.model_dump()\nx = r['usage']['input_tokens']", (True, False, False)),
        ("r = SEND.model_dump()\nx = r.get('usage')", (True, False, False)),
        ("r = SEND\nx = getattr(r, 'usage', None)", (True, False, False)),
        ("r = SEND\nx = getattr(r, 'id', None)\ny = isinstance(r, M)", (False, False, False)),
        ("r = SEND\nlogger.info('%s', r.id)", (False, False, False)),
        ("r = SEND if x else None\nif r:\n    y = r.content", (False, False, True)),
        ("r = SEND\ndef g():\n    return r.usage", (True, False, False)),
        ("r = SEND\nr = other()\nx = r.usage", (False, False, False)),
        ("x = r.usage\nr = SEND", (False, False, False)),
        ("with STREAM as stream:\n    for t in stream.text_stream:\n        print(t)", (False, False, True)),
        (
            (
                "async with STREAM as s:\n    async for e in s:\n        x = e.delta.text\n"
                "    m = await s.get_final_message()\n    y = m.usage"
            ),
            (True, False, True),
        ),
        ("r = await asyncio.wait_for(SEND, 9)\nx = r.usage", (True, False, False)),
        ("self.last = SEND", (None, None, None)),
        ("all.append(SEND)", (None, None, None)),
        ("r = SEND\nall.append(r)\nx = r.usage", (True, None, None)),
        ("return [SEND]", (None, None, None)),
        ("return SEND", (None, None, None)),
        ("yield SEND", (None, None, None)),
        ("a, b = SEND", (None, None, None)),
        ("r = SEND\noutside(r)", (None, None, None)),
    ],
)
def test_within_a_function(tmp_path: Path, body: str, expected: Fields) -> None:
    assert fields(only_call(tmp_path, f"{START}async def f(self, x, all):\n{indented(body)}").response) == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("def g():\n    return f().content", (False, False, True)),
        ("def g():\n    r = f()\n    return r.usage, r.stop_reason", (True, True, False)),
        ("def g():\n    return f()\ndef h():\n    return g().usage", (True, False, False)),
        ("def g():\n    f()", (False, False, False)),
        ("def g(xs):\n    return pool.map(f, xs)", (None, None, None)),
    ],
)
def test_through_callers(tmp_path: Path, rest: str, expected: Fields) -> None:
    assert fields(only_call(tmp_path, f"{START}def f():\n    return {SEND}\n{rest}\n").response) == expected


def test_through_functions_that_are_given_the_reply(tmp_path: Path) -> None:
    sources = {
        "main.py": f"{START}from costs import note\nclass A:\n    def f(self):\n        r = {SEND}\n"
        "        note(reply=r)\n        return self.text(r)\n"
        "    def text(self, r):\n        return r.content[0].text\n",
        "costs.py": "def note(times=1, *, reply):\n    print(reply.usage.output_tokens)\n",
    }
    response = only_call(tmp_path, sources).response
    assert fields(response) == (True, False, True)
    assert [(read.field, read.place.path, read.name) for read in response.reads] == [
        ("usage", "costs.py", "reply.usage.output_tokens"),
        ("content", "main.py", "r.content[0].text"),
    ]


def test_a_read_has_its_place(tmp_path: Path) -> None:
    source = f"{START}é = {SEND}; x = é.usage.cache_read_input_tokens\n"
    [found] = only_call(tmp_path, source).response.reads
    assert (found.field, found.name) == ("usage", "é.usage.cache_read_input_tokens")
    assert spelled(source, found.place) == "é.usage"


def test_each_caller_of_a_wrapper_has_its_own_reads(tmp_path: Path) -> None:
    send = "client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[{'role': 'user', 'content': p}])"
    source = f"{START}def ask(p):\n    r = {send}\n    log(r.usage)\n    return r\n"
    source += "def one():\n    return ask('Say one thing.').content\n"
    source += "def two():\n    return ask('Say two things.').stop_reason\n"
    calls = {call.function: fields(call.response) for call in read(tmp_path, source).calls}
    assert calls == {"ask": (True, True, True), "one": (True, False, True), "two": (True, True, False)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            (
                "import litellm\nr = litellm.completion(model='claude-haiku-5-5', messages=[])\n"
                "x = r.choices[0].finish_reason\n"
                "y = r['choices'][0]['message']['content']"
            ),
            (False, True, True),
        ),
        (
            (
                "from langchain_anthropic import ChatAnthropic\n"
                "r = ChatAnthropic(model='claude-haiku-5-5').invoke('hi')\n"
                "x = r.response_metadata['stop_reason']\ny = r.usage_metadata['input_tokens']"
            ),
            (True, True, False),
        ),
        (
            (
                "import boto3, json\nb = boto3.client('bedrock-runtime')\n"
                "r = b.converse(modelId='anthropic.claude-haiku-4-5-20251001-v1:0', messages=[])\n"
                "x = r['usage']\ny = r['stopReason']\nz = r['output']['message']"
            ),
            (True, True, True),
        ),
        (
            (
                "import requests\nbody = {'model': 'claude-haiku-5-5', 'max_tokens': 9, 'messages': []}\n"
                "r = requests.post('https://api.anthropic.com/v1/messages', json=body)\nr.raise_for_status()\n"
                "x = r.json()\n"
                "y = x['content'][0]['text']"
            ),
            (False, False, True),
        ),
    ],
)
def test_other_sdks(tmp_path: Path, source: str, expected: Fields) -> None:
    assert fields(only_call(tmp_path, source + "\n").response) == expected


def test_a_batch_replies_later(tmp_path: Path) -> None:
    request = "{'params': {'model': 'claude-haiku-5-5', 'max_tokens': 9, 'messages': []}}"
    source = f"{START}r = client.messages.batches.create(requests=[{request}])\nr.usage\n"
    assert fields(only_call(tmp_path, source).response) == (None, None, None)


def test_replies_that_run_in_circles(tmp_path: Path) -> None:
    source = f"{START}def f(r=None):\n    r = r or {SEND}\n    r = g(r)\n    return f(r)\n"
    source += "def g(r):\n    return f(r) if r.usage else g(r)\n"
    assert fields(read(tmp_path, source).calls[0].response)[0] is True
