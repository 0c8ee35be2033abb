"""What models and annotations become; the expectations are what pydantic 2.14 makes of the same code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.source.reading import only_call, written

HEAD = """\
import anthropic, datetime as dt, enum, uuid
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import Annotated, Any, ClassVar, Literal, Optional, TypedDict, Union
from pydantic import BaseModel, ConfigDict, Field
from anthropic import beta_tool

Mood = Literal["good", "bad"]

class Inner(BaseModel):
    '''Inner doc.'''
    a: int = 3
"""
ASK = (
    "anthropic.Anthropic().beta.messages.tool_runner(model='claude-haiku-5-5', max_tokens=9, messages=[], tools=[f])\n"
)


def schema(root: Path, code: str, parameter: str) -> Any:
    """The schema of the only parameter of a tool."""
    source = f"{HEAD}{code}\n@beta_tool\ndef f(x: {parameter}): ...\n{ASK}"
    [tool] = only_call(root, source).request.tools.tools
    assert tool.definition is not None, written(tool.static)
    body = json.loads(tool.definition)["input_schema"]
    found = body["properties"]["x"]
    name = found.get("$ref", "").rpartition("/")[2]
    return body["$defs"][name] if name else found


NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("str", {"title": "X", "type": "string"}),
        ("bool", {"title": "X", "type": "boolean"}),
        ("float | None", {"anyOf": [{"type": "number"}, NULL], "title": "X"}),
        ("Optional[int]", {"anyOf": [{"type": "integer"}, NULL], "title": "X"}),
        ("Union[None, int, str]", {"anyOf": [{"type": "integer"}, {"type": "string"}, NULL], "title": "X"}),
        ("'str'", {"title": "X", "type": "string"}),
        ("Any", {"title": "X"}),
        ("list", {"items": {}, "title": "X", "type": "array"}),
        ("list[dict[str, int]]", {
            "items": {"additionalProperties": {"type": "integer"}, "type": "object"},
            "title": "X",
            "type": "array",
        }),
        ("dict[str, Any]", {"additionalProperties": True, "title": "X", "type": "object"}),
        ("set[int]", {"items": {"type": "integer"}, "title": "X", "type": "array", "uniqueItems": True}),
        ("tuple[int, ...]", {"items": {"type": "integer"}, "title": "X", "type": "array"}),
        ("tuple[int, str]", {
            "maxItems": 2,
            "minItems": 2,
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "title": "X",
            "type": "array",
        }),
        ("Literal['a', 'b']", {"enum": ["a", "b"], "title": "X", "type": "string"}),
        ("Literal[5]", {"const": 5, "title": "X", "type": "integer"}),
        ("Literal['a', 1]", {"enum": ["a", 1], "title": "X"}),
        ("Mood", {"enum": ["good", "bad"], "title": "X", "type": "string"}),
        ("dt.datetime", {"format": "date-time", "title": "X", "type": "string"}),
        ("uuid.UUID", {"format": "uuid", "title": "X", "type": "string"}),
        ("Annotated[int, Field(description='d', ge=1)]", {
            "description": "d",
            "minimum": 1,
            "title": "X",
            "type": "integer",
        }),
        ("Annotated[Optional[str], Field(max_length=9)]", {
            "anyOf": [{"maxLength": 9, "type": "string"}, NULL],
            "title": "X",
        }),
        ("list[Inner]", {"items": {"$ref": "#/$defs/Inner"}, "title": "X", "type": "array"}),
        ("Inner | None", {"anyOf": [{"$ref": "#/$defs/Inner"}, NULL]}),
    ],
)  # fmt: skip
def test_annotations(tmp_path: Path, annotation: str, expected: dict[str, Any]) -> None:
    assert schema(tmp_path, "", annotation) == expected


def test_a_model(tmp_path: Path) -> None:
    code = """
class Base(BaseModel):
    id: int = Field(description="which")

class Model(Base):
    '''A model.

        Indented.
    '''
    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: ClassVar[str] = "x"
    _private: int = 1
    inner: Inner = Field(description="the inner")
    names: list[str] = Field(default_factory=list, max_length=3, examples=[["x"]])
    text_of_it: str = Field(..., min_length=2, pattern="^a", alias="theText")
    note_: Optional[str] = Field(None, title="Own")

    def method(self): ...
"""
    assert schema(tmp_path, code, "Model") == {
        "additionalProperties": False,
        "description": "A model.\n\nIndented.",
        "properties": {
            "id": {"description": "which", "title": "Id", "type": "integer"},
            "inner": {"$ref": "#/$defs/Inner", "description": "the inner"},
            "names": {
                "examples": [["x"]],
                "items": {"type": "string"},
                "maxItems": 3,
                "title": "Names",
                "type": "array",
            },
            "theText": {"minLength": 2, "pattern": "^a", "title": "Thetext", "type": "string"},
            "note_": {"anyOf": [{"type": "string"}, NULL], "default": None, "title": "Own"},
        },
        "required": ["id", "inner", "theText"],
        "title": "Model",
        "type": "object",
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "class K(Enum):\n    '''Kinds.'''\n    A = 'a'\n    B = 'b'\n    _ignore_ = []",
            {"description": "Kinds.", "enum": ["a", "b"], "title": "K", "type": "string"},
        ),
        ("class K(str, enum.Enum):\n    A = 'a'", {"enum": ["a"], "title": "K", "type": "string"}),
        ("class K(IntEnum):\n    A = 1\n    B = auto()", {"enum": [1, 2], "title": "K", "type": "integer"}),
        ("class K(enum.StrEnum):\n    AB = enum.auto()", {"enum": ["ab"], "title": "K", "type": "string"}),
        (
            "@dataclass\nclass K:\n    '''Doc.'''\n    x: int\n    y: float = 0.5",
            {
                "description": "Doc.",
                "properties": {
                    "x": {"title": "X", "type": "integer"},
                    "y": {"default": 0.5, "title": "Y", "type": "number"},
                },
                "required": ["x"],
                "title": "K",
                "type": "object",
            },
        ),
        (
            "class K(TypedDict):\n    name: str",
            {
                "properties": {"name": {"title": "Name", "type": "string"}},
                "required": ["name"],
                "title": "K",
                "type": "object",
            },
        ),
        (
            "class K(BaseModel):\n    k: 'K | None' = None\n    other: Optional['K'] = None",
            {
                "properties": {
                    "k": {"anyOf": [{"$ref": "#/$defs/K"}, NULL], "default": None},
                    "other": {"anyOf": [{"$ref": "#/$defs/K"}, NULL], "default": None},
                },
                "title": "K",
                "type": "object",
            },
        ),
        ("class K(BaseModel): ...", {"properties": {}, "title": "K", "type": "object"}),
    ],
)
def test_other_classes(tmp_path: Path, code: str, expected: dict[str, Any]) -> None:
    assert schema(tmp_path, code, "K") == expected


@pytest.mark.parametrize(
    "code",
    [
        "class K(BaseModel):\n    '''Known words.'''\n    k: unheard.Of",
        "class K(BaseModel):\n    '''Known words.'''\n    k: int = make()",
        "class K(BaseModel):\n    '''Known words.'''\n    k: int = Field(json_schema_extra=make)",
        "class K(BaseModel):\n    '''Known words.'''\n    k: bool = Field(ge=1)",
        "class K(BaseModel):\n    '''Known words.'''\n    model_config = ConfigDict(alias_generator=str.upper)",
        "class K(BaseModel):\n    '''Known words.'''\n    model_config = SHARED",
        "from elsewhere import Base\nclass K(Base):\n    '''Known words.'''\n    k: int",
        "class K:\n    '''Known words.'''\n    k: int",
        "class K(Enum):\n    A = make()",
    ],
)
def test_what_cannot_be_read_is_a_hole(tmp_path: Path, code: str) -> None:
    source = f"{HEAD}{code}\n@beta_tool\ndef f(x: K, y: int):\n    '''Looks up.'''\n{ASK}"
    [tool] = only_call(tmp_path, source).request.tools.tools
    assert (tool.name, tool.definition) == ("f", None)
    assert "Looks up." in tool.static.static
    assert [hole.lifetime for hole in tool.static.holes()][:1] == ["process"] or "make" in written(tool.static)


def test_two_classes_of_one_name(tmp_path: Path) -> None:
    other = "class Holder:\n    class Inner(BaseModel):\n        b: int\n"
    source = f"{HEAD}{other}@beta_tool\ndef f(x: Inner, y: Holder.Inner): ...\n{ASK}"
    [tool] = only_call(tmp_path, source).request.tools.tools
    assert tool.definition is None
