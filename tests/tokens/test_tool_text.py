from __future__ import annotations

import json
from typing import Any

import pytest

from promptlint.tokens.tools import as_read

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
READ = (
    '<function>{"description": "Wetter f\\u00fcr eine Stadt", "name": "weather", '
    '"parameters": {"properties": {"city": {"type": "string"}}, "type": "object"}}</function>\n'
)
NAMED = {"name": "weather", "description": "Wetter für eine Stadt"}


@pytest.mark.parametrize(
    "tool",
    [
        {**NAMED, "input_schema": SCHEMA},
        {**NAMED, "input_schema": SCHEMA, "cache_control": {"type": "ephemeral"}, "type": "custom"},
        {"toolSpec": {**NAMED, "inputSchema": {"json": SCHEMA}}},
        {"type": "function", "function": {**NAMED, "parameters": SCHEMA}},
    ],
)
def test_every_way_to_write_a_tool_reads_the_same(tool: dict[str, Any]) -> None:
    assert as_read(json.dumps(tool)) == READ


def test_an_empty_description_is_left_out() -> None:
    assert as_read('{"name": "now", "description": "", "input_schema": {}}') == (
        '<function>{"name": "now", "parameters": {}}</function>\n'
    )


def test_a_tool_that_is_loaded_later_is_not_read() -> None:
    assert as_read('{"name": "now", "input_schema": {}, "defer_loading": true}') == ""


@pytest.mark.parametrize("definition", ["not json", "[1]"])
def test_what_is_no_tool_is_read_as_it_stands(definition: str) -> None:
    assert as_read(definition) == definition
