from __future__ import annotations

import json
from typing import Any

import pytest

from promptlint.prompts.bodies import Body, of_document, of_line, of_lines
from promptlint.request import CacheMarker, Place, Request

QUESTION = {"role": "user", "content": "Why?"}
BODY: dict[str, Any] = {"model": "claude-haiku-5-5", "max_tokens": 64, "messages": [QUESTION]}


def read(body: object) -> Body:
    return of_line("r.jsonl", json.dumps(body), 3)


def request(body: object) -> Request:
    found = read(body).request
    assert found is not None
    return found


def problem(body: object) -> str:
    found = read(body).problem
    assert found is not None
    return found.message


def test_a_body_is_a_request_with_its_places() -> None:
    found = request({**BODY, "system": "Be brief."})
    assert found.model.only == "claude-haiku-5-5"
    assert found.max_tokens.only == 64
    assert found.system.text.known == "Be brief."
    (message,) = found.messages.messages
    assert (message.role, message.blocks[0].text and message.blocks[0].text.known) == ("user", "Why?")
    line = json.dumps({**BODY, "system": "Be brief."})
    column = line.index("Be brief.") + 1
    assert next(found.system.text.pieces()).locate(3, 8) == Place("r.jsonl", 3, column + 3, 3, column + 8)


def test_blocks_tools_and_cache_markers() -> None:
    marker = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    found = request(
        {
            **BODY,
            "system": [{"type": "text", "text": "Be brief.", **marker}],
            "tools": [{"name": "now", "input_schema": {"type": "object"}}],
            "tool_choice": {"type": "any"},
            "thinking": {"type": "enabled", "budget_tokens": 1024},
        }
    )
    assert [marker.ttl for marker in found.cache_breakpoints] == ["1h"]
    assert isinstance(found.system.blocks[0].cache, CacheMarker)
    assert [tool.name for tool in found.tools.tools] == ["now"]
    assert (found.tool_choice.only, found.thinking.only) == ("any", "enabled")


def test_a_batch_request_is_read_by_its_params() -> None:
    body = read({"custom_id": "first", "params": BODY})
    assert body.name == "first"
    assert body.request is not None
    assert body.request.batch
    assert not request(BODY).batch


def test_arguments_that_the_api_does_not_have_may_add_anything() -> None:
    assert request({**BODY, "temperature": 1}).opaque == ()
    assert request({**BODY, "grounding": True, "You are ACME": 1}).opaque == ("grounding", "an argument")


def test_a_document_holds_one_body_a_list_or_a_batch() -> None:
    batch = {"requests": [{"custom_id": str(n), "params": BODY} for n in range(2)]}
    assert len(list(of_document("r.json", json.dumps(BODY, indent=2)))) == 1
    assert len(list(of_document("r.json", json.dumps([BODY, BODY, BODY])))) == 3
    bodies = list(of_document("r.json", json.dumps(batch, indent=2)))
    assert [(body.name, body.place.line) for body in bodies] == [("0", 3), ("1", 16)]


def test_every_line_is_a_body_of_its_own() -> None:
    bodies = list(of_lines("r.jsonl", f"{json.dumps(BODY)}\n\n[\n{json.dumps(BODY)}\n"))
    assert [(body.place.line, body.request is None) for body in bodies] == [(1, False), (3, True), (4, False)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (["no object"], "a request must be a JSON object"),
        ({"messages": [QUESTION]}, "the request names no `model`"),
        ({"model": "claude-haiku-5-5"}, "the request has no `messages`"),
        ({**BODY, "messages": "Why?"}, "`messages` must be a list"),
        ({**BODY, "messages": []}, "`messages` is empty"),
        ({**BODY, "messages": ["Why?"]}, "message 1 must be an object"),
        ({**BODY, "messages": [QUESTION, {"role": "user"}]}, "message 2 has no `content`"),
        ({**BODY, "messages": [QUESTION, {"role": "user", "content": ""}]}, "message 2 is empty"),
        ({**BODY, "messages": [{"role": "user", "content": []}]}, "message 1 is empty"),
        ({**BODY, "messages": [{"role": "user", "content": 7}]}, "message 1 must be a text or a list of blocks"),
        ({**BODY, "messages": [{"role": "robot", "content": "Hi"}]}, "message 1 has the unknown role `robot`"),
        ({**BODY, "messages": [{"content": "Hi"}]}, "message 1 has no `role`"),
        (
            {**BODY, "messages": [{"role": "user", "content": [{"type": "video"}]}]},
            "message 1 has a block of the unknown type `video`",
        ),
        ({**BODY, "messages": [{"role": "user", "content": [{}]}]}, "message 1 has a block of no `type`"),
        ({**BODY, "messages": [{"role": "user", "content": ["Hi"]}]}, "message 1 has a block that is no object"),
        (
            {**BODY, "messages": [{"role": "user", "content": [{"type": "text"}]}]},
            "message 1 has a text block without `text`",
        ),
        (
            {**BODY, "messages": [{"role": "assistant", "content": [{"type": "tool_use", "input": {}}]}]},
            "message 1 has a tool_use block without `name` or `input`",
        ),
        ({**BODY, "system": [{"type": "image"}]}, "`system` has a block of the unknown type `image`"),
        ({**BODY, "tools": {}}, "`tools` must be a list"),
        ({**BODY, "tools": ["now"]}, "tool 1 must be an object"),
    ],
)
def test_what_is_no_request_says_why(body: object, message: str) -> None:
    assert problem(body) == message


def test_a_message_never_quotes_a_text() -> None:
    secret = "You are the assistant of ACME; the password is hunter2"
    for body in (
        {**BODY, "messages": [{"role": secret, "content": "Hi"}]},
        {**BODY, "messages": [{"role": "user", "content": [{"type": secret}]}]},
        {**BODY, "messages": secret},
        secret,
    ):
        assert "ACME" not in problem(body)
    found = of_line("r.jsonl", '{"model": "' + secret, 3).problem
    assert found is not None
    assert found.message == "this is not valid JSON: unterminated string starting at"
    assert (found.line, found.column) == (3, 11)
