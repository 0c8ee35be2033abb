"""The format of an answer that is a class; the expectation is what anthropic 2.12 sends for the same code."""

from __future__ import annotations

import json
from pathlib import Path

from promptlint.request import Request
from tests.source.reading import only_call

HEAD = """\
import anthropic
from typing import Any, Literal, Optional
from pydantic import BaseModel, Field

class Inner(BaseModel):
    id: str = Field(pattern="^a")
    pair: tuple[int, str]
"""


def request(root: Path, code: str, arguments: str) -> Request:
    ask = "anthropic.Anthropic().messages.parse(model='claude-haiku-5-5', max_tokens=9, messages=[], "
    return only_call(root, f"{HEAD}{code}\n{ask}{arguments})\n").request


def test_a_model(tmp_path: Path) -> None:
    code = """
class Answer(BaseModel):
    '''An answer.'''
    n: int = Field(3, ge=1, description="how many")
    inners: list[Inner] = Field(min_length=2)
    one: Optional[Inner] = None
    kind: Literal["a", "b"]
"""
    found = request(tmp_path, code, "output_format=Answer, output_config={'effort': 'low'}")
    [config] = found.others["output_config"].values
    assert found.effort.only == "low"
    assert json.dumps(config["format"]) == json.dumps(
        {
            "type": "json_schema",
            "schema": {
                "$defs": {
                    "Inner": {
                        "type": "object",
                        "title": "Inner",
                        "properties": {
                            "id": {"type": "string", "title": "Id", "description": "{pattern: ^a}"},
                            "pair": {
                                "type": "array",
                                "title": "Pair",
                                "description": "{maxItems: 2, prefixItems: [{'type': 'integer'}, {'type': 'string'}], "
                                "minItems: 2}",
                            },
                        },
                        "additionalProperties": False,
                        "required": ["id", "pair"],
                    }
                },
                "type": "object",
                "description": "An answer.",
                "title": "Answer",
                "properties": {
                    "n": {"type": "integer", "description": "how many\n\n{default: 3, minimum: 1}", "title": "N"},
                    "inners": {
                        "type": "array",
                        "title": "Inners",
                        "items": {"$ref": "#/$defs/Inner"},
                        "description": "{minItems: 2}",
                    },
                    "one": {
                        "anyOf": [{"$ref": "#/$defs/Inner"}, {"type": "null"}],
                        "description": "{default: None}",
                    },
                    "kind": {"enum": ["a", "b"], "title": "Kind"},
                },
                "additionalProperties": False,
                "required": ["inners", "kind"],
            },
        }
    )


def test_what_cannot_be_read_is_no_value(tmp_path: Path) -> None:
    found = request(tmp_path, "class Answer(BaseModel):\n    x: Any\n", "output_format=Answer")
    assert (found.others["output_config"].values, found.others["output_config"].complete) == ((), False)
    assert "output_format" in found.others


def test_a_mapping_is_left_as_it_is(tmp_path: Path) -> None:
    found = request(tmp_path, "", "output_format={'type': 'json_schema'}")
    assert found.others["output_format"].values == ({"type": "json_schema"},)
