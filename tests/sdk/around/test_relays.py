"""Which streams stand still in an async generator that a server passes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import read, spelled

HEAD = """import anthropic
from fastapi.responses import StreamingResponse
client = anthropic.Anthropic()
"""
SEND = 'client.messages.stream(model="claude-haiku-5-5", max_tokens=9, messages=[])'
LOOP = f"""    with {SEND} as stream:
        for text in stream.text_stream:
            yield text
"""
GIVEN = "StreamingResponse(h())"


@pytest.mark.parametrize(
    ("body", "response"),
    [
        (f"async def f():\n{LOOP}\nasync def g():\n    return StreamingResponse(f())", "StreamingResponse(f())"),
        (f"async def f():\n{LOOP}\nasync def g():\n    return StreamingResponse(content=f())", "(content=f())"),
        (
            f"async def f():\n{LOOP}\nasync def h():\n    async for t in f():\n        yield t\nStreamingResponse(h())",
            "(h())",
        ),
        (
            f"async def f():\n{LOOP}\nasync def h():\n    async for t in f():\n        await s(t)\n{GIVEN}",
            "",
        ),
        (
            f"async def f():\n{LOOP}\nasync def h():\n    ts = [t async for t in f()]\n    yield ts\n{GIVEN}",
            "",
        ),
        (f"def f():\n{LOOP}\nasync def g():\n    return StreamingResponse(f())", ""),
        (f"async def f():\n{LOOP}\nasync def g():\n    return EventSourceResponse(f())", ""),
        (f"async def f():\n{LOOP}            await sleep(0)\nasync def g():\n    return StreamingResponse(f())", ""),
        (f"async def f():\n{LOOP}        await save()\nasync def g():\n    return StreamingResponse(f())", "(f())"),
        (
            f"async def f():\n    with {SEND} as s:\n        t = s.text()\n    yield t\nStreamingResponse(f())",
            "",
        ),
        (f"async def f():\n    with {SEND} as s:\n        l = [t for t in s]\n    yield l\nStreamingResponse(f())", ""),
    ],
)
def test_relay(tmp_path: Path, body: str, response: str) -> None:
    [call] = read(tmp_path, HEAD + body).calls
    relay = call.context.relay
    assert spelled(HEAD + body, relay).endswith(response) if relay and response else relay is None and not response
