from __future__ import annotations

import json
from typing import Any

import pytest

from promptlint.prices.table import find
from promptlint.prompts.bodies import of_line
from promptlint.request import Block, Hole, Message, Messages, Place, Request, Text
from promptlint.tokens.count import Counter
from promptlint.tokens.memory import Memory
from promptlint.tokens.tally import of_request

HERE = Place("a.py", 1, 1, 1, 2)


def reason(*blocks: dict[str, Any], model: str = "claude-sonnet-4-5", **further: Any) -> str:
    content = [{"type": "text", "text": "Hi"}, *blocks]
    body = {"model": model, "messages": [{"role": "user", "content": content}], **further}
    request, known = of_line("r.jsonl", json.dumps(body), 1).request, find(model)
    assert request is not None
    assert known is not None
    return of_request(request, known, Counter(Memory(None))).reason


def media(kind: str, **source: str) -> dict[str, Any]:
    return {"type": kind, "source": source}


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (media("image", type="url", url="https://example.com/a.png"), "the image is behind a URL"),
        (media("document", type="file", file_id="file_1"), "the document is an uploaded file"),
        (media("image", type="base64", data="Qk0="), "the image is no PNG, JPEG, GIF or WebP"),
        (media("document", type="base64", data="JVBERi0xLjc="), "the pages of the PDF cannot be counted"),
        (media("image", type="base64", data="R0lGODlhAQABAA=="), "an image smaller than a tile was not measured"),
        ({"type": "container_upload"}, "a block of type container_upload was not measured"),
        ({"type": "tool_reference", "tool_name": "x"}, "a block of type tool_reference was not measured"),
    ],
)
def test_each_block_that_cannot_be_known_says_why(block: dict[str, Any], why: str) -> None:
    assert reason(block) == why


@pytest.mark.parametrize(
    ("further", "why"),
    [
        ({"tools": [{"type": "web_fetch_20260209", "name": "fetch"}]}, "the tool fetch adds what it finds"),
        ({"mcp_servers": []}, "the tools of MCP servers are known at run time only"),
        ({"container": "c1"}, "what a container adds was not measured"),
        ({"output_config": {"format": {"type": "x"}}}, "the schema of the reply is not known"),
        ({"grounding": True}, "what `grounding` adds is not known"),
    ],
)
def test_each_argument_that_cannot_be_known_says_why(further: dict[str, Any], why: str) -> None:
    assert reason(**further) == why


def test_a_pdf_that_the_model_reads_otherwise() -> None:
    page = media("document", type="base64", data="JVBERi0xLjcKL1R5cGUgL1BhZ2UgPj4=")
    assert reason(page) == ""
    assert reason(page, model="claude-3-haiku") == "what this model reads of a PDF was not measured"


def test_several_reasons_stand_once_each_in_order() -> None:
    image = media("image", type="url", url="https://example.com/a.png")
    assert reason(image, image, container="c1") == ("the image is behind a URL; what a container adds was not measured")


def test_a_hole_is_named() -> None:
    text = Text((Hole("ticket", HERE),))
    request = Request(messages=Messages((Message("user", (Block("text", text, HERE),), HERE),), grows=True))
    model = find("claude-sonnet-4-5")
    assert model is not None
    found = of_request(request, model, Counter(Memory(None)))
    assert found.reason == "`ticket` is known at run time only; the conversation grows"
