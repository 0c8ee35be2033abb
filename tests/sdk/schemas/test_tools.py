"""The definitions that each SDK makes of functions and models; the expectations are what the packages make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.source.reading import only_call

LOOK_UP = """
    '''Look up.

    More text.

    Args:
        place: The city, e.g.
            San Francisco
        unit (str): the unit

    Returns:
        A text.
    '''
"""


def tools(root: Path, source: str) -> dict[str, Any]:
    """The definitions of a request's tools, by name."""
    found = [json.loads(tool.definition or "null") for tool in only_call(root, source).request.tools.tools]
    return {tool["name"]: tool for tool in found}


def anthropic(root: Path, functions: str, listed: str) -> dict[str, Any]:
    send = "client.beta.messages.tool_runner(model='claude-haiku-5-5', max_tokens=9, messages=[], tools="
    head = "import anthropic\nfrom pydantic import BaseModel\nfrom anthropic import beta_tool, beta_async_tool\n"
    return tools(root, f"{head}client = anthropic.Anthropic()\n{functions}\n{send}[{listed}])\n")


def test_anthropic(tmp_path: Path) -> None:
    functions = f"""
@beta_tool
def look_up(place: str, unit: str = "c") -> str:{LOOK_UP}

@beta_async_tool(name="own", description="Own words.", strict=True)
async def other(x): ...

class Model(BaseModel):
    a: int

@beta_tool(input_schema=Model)
def third(a):
    '''Third.'''

class Desk:
    @beta_tool
    def method(self, a: int):
        ''':param a: first'''
"""
    found = anthropic(tmp_path, functions, "look_up, other, third, Desk().method")
    assert found["look_up"] == {
        "name": "look_up",
        "description": "Look up.\n\nMore text.",
        "input_schema": {
            "additionalProperties": False,
            "properties": {
                "place": {"description": "The city, e.g.\nSan Francisco", "title": "Place", "type": "string"},
                "unit": {"default": "c", "description": "the unit", "title": "Unit", "type": "string"},
            },
            "required": ["place"],
            "type": "object",
        },
    }
    assert found["own"] == {
        "name": "own",
        "description": "Own words.",
        "input_schema": {
            "additionalProperties": False,
            "properties": {"x": {"title": "X"}},
            "required": ["x"],
            "type": "object",
        },
        "strict": True,
    }
    assert (found["third"]["description"], found["third"]["input_schema"]["title"]) == ("Third.", "Model")
    assert found["method"]["input_schema"]["properties"] == {
        "a": {"description": "first", "title": "A", "type": "integer"}
    }


def test_anthropic_takes_no_plain_function(tmp_path: Path) -> None:
    source = (
        "import anthropic\ndef f(): ...\nanthropic.Anthropic().messages.create(model='claude-haiku-5-5', tools=[f])"
    )
    [tool] = only_call(tmp_path, source).request.tools.tools
    assert (tool.name, tool.definition) == ("f", None)


def test_the_cache_marker_of_a_decorator(tmp_path: Path) -> None:
    source = """
import anthropic
@anthropic.beta_tool(cache_control={"type": "ephemeral", "ttl": "1h"})
def f(): ...
anthropic.Anthropic().beta.messages.tool_runner(model="claude-haiku-5-5", max_tokens=9, messages=[], tools=[f])
"""
    [marker] = only_call(tmp_path, source).request.cache_breakpoints
    assert marker.ttl == "1h"


LANGCHAIN = """
from typing import Annotated, Optional
from langchain_anthropic import ChatAnthropic
from langchain_core.tools import InjectedToolArg, StructuredTool, tool
from pydantic import BaseModel

class Inner(BaseModel):
    '''Inner doc.'''
    title: str

class Query(BaseModel):
    '''A query.'''
    inner: Inner
    maybe: Optional[Inner] = None
"""
INNER = {
    "description": "Inner doc.",
    "properties": {"title": {"title": "Title", "type": "string"}},
    "required": ["title"],
    "title": "Inner",
    "type": "object",
}


def langchain(root: Path, functions: str, listed: str) -> dict[str, Any]:
    ask = f"ChatAnthropic(model='claude-haiku-5-5').bind_tools([{listed}]).invoke('x')"
    return tools(root, f"{LANGCHAIN}{functions}\n{ask}\n")


def test_langchain_models_are_inlined_and_lose_titles_outside_of_lists(tmp_path: Path) -> None:
    inner = {**INNER, "properties": {"title": {"type": "string"}}}
    assert langchain(tmp_path, "", "Query")["Query"] == {
        "name": "Query",
        "description": "A query.",
        "input_schema": {
            "properties": {
                "inner": {key: value for key, value in inner.items() if key != "title"},
                "maybe": {"anyOf": [INNER, {"type": "null"}], "default": None},
            },
            "required": ["inner"],
            "type": "object",
        },
    }


def test_langchain_functions(tmp_path: Path) -> None:
    functions = f"""
@tool
def look_up(place: str, unit: Annotated[str, "the unit"] = "c", who: Annotated[str, InjectedToolArg] = "") -> str:
    '''Look up.

    Args:
        place: The city
    '''

@tool("named", parse_docstring=True)
def parsed(place: str, unit: str = "c") -> str:{LOOK_UP}

@tool(args_schema=Inner, description="Own words")
def schemed(title): ...

def bare(a: int) -> str:
    '''Bare one.

    Args:
        a (int): first: the first
            of all
    '''

def wrapped(a: float) -> str:
    '''Wrapped one.'''

structured = StructuredTool.from_function(wrapped, name="wrap", description="Words")
"""
    found = langchain(tmp_path, functions, "look_up, parsed, schemed, bare, structured")
    assert found["look_up"] == {
        "name": "look_up",
        "description": "Look up.\n\nArgs:\n    place: The city",
        "input_schema": {
            "properties": {
                "place": {"type": "string"},
                "unit": {"default": "c", "description": "the unit", "type": "string"},
            },
            "required": ["place"],
            "type": "object",
        },
    }
    assert found["named"] == {
        "name": "named",
        "description": "Look up. More text.",
        "input_schema": {
            "properties": {
                "place": {"description": "The city, e.g. San Francisco", "type": "string"},
                "unit": {"default": "c", "description": "the unit", "type": "string"},
            },
            "required": ["place"],
            "type": "object",
        },
    }
    assert found["schemed"] == {
        "name": "schemed",
        "description": "Own words",
        "input_schema": {"properties": {"title": {"type": "string"}}, "required": ["title"], "type": "object"},
    }
    assert found["bare"]["description"] == "Bare one."
    assert found["bare"]["input_schema"]["properties"] == {
        "a": {"description": "first: the first of all", "type": "integer"}
    }
    assert found["wrap"] == {
        "name": "wrap",
        "description": "Words",
        "input_schema": {"properties": {"a": {"type": "number"}}, "required": ["a"], "type": "object"},
    }


def test_langchain_structured_output(tmp_path: Path) -> None:
    ask = "ChatAnthropic(model='claude-haiku-5-5').with_structured_output(Inner).invoke('x')"
    assert tools(tmp_path, f"{LANGCHAIN}{ask}")["Inner"] == {
        "name": "Inner",
        "description": "Inner doc.",
        "input_schema": {"properties": {"title": {"type": "string"}}, "required": ["title"], "type": "object"},
    }


def test_pydantic_ai(tmp_path: Path) -> None:
    source = f"""
from pydantic import BaseModel
from pydantic_ai import Agent, RunContext

class Inner(BaseModel):
    '''Inner doc.'''
    a: int

class Query(BaseModel):
    '''A query.'''
    inner: Inner

def look_up(place: str, unit: str = "c") -> str:{LOOK_UP}

def single(query: Query): ...

agent = Agent("anthropic:claude-haiku-5-5", tools=[look_up, single], output_type=Inner)

@agent.tool
def with_context(ctx: RunContext[int], n: int) -> str:
    '''With context.'''

agent.run_sync("x")
"""
    call = only_call(tmp_path, source)
    found = tools(tmp_path, source)
    assert found["look_up"] == {
        "name": "look_up",
        "description": "<summary>Look up.\n\nMore text.</summary>\n"
        "<returns>\n<description>A text.</description>\n</returns>",
        "input_schema": {
            "additionalProperties": False,
            "properties": {
                "place": {"description": "The city, e.g.\nSan Francisco", "type": "string"},
                "unit": {"default": "c", "description": "the unit", "type": "string"},
            },
            "required": ["place"],
            "type": "object",
        },
    }
    inner = {"properties": {"a": {"type": "integer"}}, "required": ["a"], "title": "Inner", "type": "object"}
    assert found["single"] == {
        "name": "single",
        "description": "A query.",
        "input_schema": {
            "$defs": {"Inner": {"description": "Inner doc.", **inner}},
            "properties": {"inner": {"$ref": "#/$defs/Inner"}},
            "required": ["inner"],
            "title": "Query",
            "type": "object",
        },
    }
    assert list(found["with_context"]["input_schema"]["properties"]) == ["n"]
    assert found["final_result"] == {"name": "final_result", "description": "Inner doc.", "input_schema": inner}
    assert (call.request.tool_choice.only, call.request.tools.complete) == ("any", True)


def test_strands(tmp_path: Path) -> None:
    source = f"""
from typing import Annotated, Any, Optional
from strands import Agent, tool

@tool
def look_up(place: str, unit: Optional[str] = None, agent: Any = None) -> str:{LOOK_UP}

@tool(name="own", description="Own words")
def other(a: Annotated[float, "the a"], b: int): ...

@tool(context=True)
def third(a: dict, tool_context): ...

Agent(tools=[look_up, other, third])
"""
    found = tools(tmp_path, source)
    assert found["look_up"] == {
        "name": "look_up",
        "description": "Look up.\n\nMore text.\n\nReturns:\n    A text.",
        "input_schema": {
            "properties": {
                "place": {"description": "The city, e.g.\nSan Francisco", "type": "string"},
                "unit": {"default": None, "description": "the unit", "type": "string"},
            },
            "required": ["place"],
            "type": "object",
        },
    }
    assert found["own"]["description"] == "Own words"
    assert found["own"]["input_schema"]["properties"] == {
        "a": {"description": "the a", "type": "number"},
        "b": {"description": "Parameter b", "type": "integer"},
    }
    assert (found["third"]["description"], list(found["third"]["input_schema"]["properties"])) == ("third", ["a"])


def test_instructor(tmp_path: Path) -> None:
    source = """
import anthropic, instructor
from pydantic import BaseModel, Field
class User(BaseModel):
    '''A user.'''
    name: str = Field(description="the name")
client = instructor.from_anthropic(anthropic.Anthropic())
client.create(response_model=User, messages=[], model="claude-haiku-5-5", max_tokens=9)
"""
    assert tools(tmp_path, source)["User"] == {
        "name": "User",
        "description": "A user.",
        "input_schema": {
            "description": "A user.",
            "properties": {"name": {"description": "the name", "title": "Name", "type": "string"}},
            "required": ["name"],
            "title": "User",
            "type": "object",
        },
    }
