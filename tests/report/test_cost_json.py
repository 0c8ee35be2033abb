from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from promptlint import __version__
from promptlint.prices.table import find
from promptlint.report.cost_json import render
from promptlint.request import Block, Hole, Loop, Message, Messages, Piece, Place, Problem, Request, System, Text, Via
from tests.report.samples import FULL, call, costed, row

PLACE = Place("a.py", 1, 1, 1, 2)
LITERAL = Piece("Be kind.", PLACE)
HOLE = Hole("name", PLACE)


def document(*rows: Any, **rest: Any) -> dict[str, Any]:
    return json.loads(render(costed(*rows, **rest)))


def only(request: Request, **rest: Any) -> dict[str, Any]:
    return document(row(call(request=request, **rest)))["calls"][0]


def test_the_whole_document() -> None:
    text = "Be kind.\nBe short. é"
    assert document(row(), problems=(Problem("b.py", "invalid syntax", 3),)) == {
        "schema": "promptlint/cost/v1",
        "version": __version__,
        "tokenizer": "ctok 1.3.0",
        "prices_as_of": "2026-11-22",
        "problems": [
            {"path": "b.py", "cell": None, "line": 3, "column": None, "message": "invalid syntax", "help": ""}
        ],
        "months": {
            "known_usd": 0,
            "known_calls": 0,
            "unknown_calls": 0,
            "unknown_at_least_usd": 0,
            "calls_without_volume": 1,
        },
        "calls": [
            {
                "id": "app/triage.py::triage",
                "path": "app/triage.py",
                "cell": None,
                "line": 5,
                "column": 12,
                "end_line": 10,
                "function": "triage",
                "api": "anthropic.messages.create",
                "role": "call",
                "async": False,
                "streaming": False,
                "batch": False,
                "in_loop": False,
                "via": None,
                "callers": [],
                "model": {
                    "values": ["claude-sonnet-5-5"],
                    "ids": ["claude-sonnet-5-5"],
                    "complete": True,
                    "how": "import",
                },
                "max_tokens": {"values": [600], "complete": True, "how": "literal"},
                "system": {
                    "present": True,
                    "static": "yes",
                    "static_chars": 20,
                    "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
                    "tokens": {"low": 1400, "value": 1412, "high": 1420, "source": "tokenizer"},
                },
                "messages": {
                    "static_chars": 3,
                    "dynamic": True,
                    "history_grows": False,
                    "tokens": {"low": 12, "value": None, "high": None, "source": "unknown"},
                },
                "tools": {
                    "present": True,
                    "count": 1,
                    "tokens": {"low": 0, "value": 0, "high": 0, "source": "exact"},
                },
                "cache_breakpoints": 1,
                "cacheable_prefix": {
                    "tokens": {"low": 1400, "value": 1412, "high": 1420, "source": "tokenizer"},
                    "minimum": 512,
                },
                "task": "agent",
                "cost": {
                    "input_usd": {"low": 0.0056, "value": 0.0058, "high": 0.0061, "source": "list price"},
                    "output_usd": {"low": 0, "value": None, "high": 0.006, "source": "list price"},
                    "tools_usd": {"low": 0, "value": 0, "high": 0, "source": "list price"},
                    "per_month_usd": None,
                    "by_model": {
                        "claude-sonnet-5-5": {
                            "input_usd": {"low": 0.0056, "value": 0.0058, "high": 0.0061, "source": "list price"},
                            "output_usd": {"low": 0, "value": None, "high": 0.006, "source": "list price"},
                            "tools_usd": {"low": 0, "value": 0, "high": 0, "source": "list price"},
                        }
                    },
                },
                "workload": None,
                "caching": None,
                "steps": [],
            }
        ],
    }


@pytest.mark.parametrize(
    ("system", "static", "chars"),
    [
        (System(), "no", 0),
        (System(present=None, complete=False), "unknown", 0),
        (System(True, (Block("text", Text((LITERAL,)), PLACE),)), "yes", 8),
        (System(True, (Block("text", Text((LITERAL, HOLE)), PLACE),)), "partly", 8),
        (System(True, (Block("text", Text((LITERAL,)), PLACE, optional=True),)), "yes", 8),
        (System(True, (Block("text", Text((LITERAL,)), PLACE, optional=True),) * 2), "partly", 0),
        (System(True, (Block("text", Text((LITERAL,)), PLACE),), complete=False), "partly", 8),
        (System(True, (Block("text", Text((HOLE,)), PLACE),)), "no", 0),
        (System(True, (Block("unknown", None, PLACE),)), "unknown", 0),
    ],
)
def test_how_much_of_the_system_prompt_is_known(system: System, static: str, chars: int) -> None:
    found = only(replace(FULL, system=system))["system"]
    assert (found["static"], found["static_chars"]) == (static, chars)
    assert (found["text_sha256"] is None) == (static != "yes")


@pytest.mark.parametrize(
    ("messages", "dynamic"),
    [
        (Messages(), False),
        (Messages(complete=False), True),
        (Messages((Message("user", (Block("text", Text((LITERAL,)), PLACE),), PLACE),)), False),
        (Messages((Message("user", (Block("text", Text((HOLE,)), PLACE),), PLACE),)), True),
        (Messages((Message("user", (Block("image", None, PLACE),), PLACE),)), True),
    ],
)
def test_messages_are_dynamic_where_anything_is_filled_in(messages: Messages, dynamic: bool) -> None:
    assert only(replace(FULL, messages=messages))["messages"]["dynamic"] is dynamic


def test_via_and_callers_and_loops() -> None:
    via = Via(Place("app/llm.py", 40, 5, 44, 6), "Client.ask")
    context = replace(call().context, loops=(Loop("gather", PLACE),))
    caller = only(FULL, via=via, context=context)
    assert caller["via"] == {"path": "app/llm.py", "cell": None, "line": 40, "function": "Client.ask"}
    assert caller["in_loop"] is True
    wrapper = only(FULL, role="wrapper", callers=("a.py::b", "c.py::d"))
    assert (wrapper["role"], wrapper["callers"]) == ("wrapper", ["a.py::b", "c.py::d"])


def test_the_minimum_is_that_of_the_most_demanding_model_and_unknown_where_one_is() -> None:
    sonnet, haiku, fable = (find(name) for name in ("claude-sonnet-5-5", "claude-haiku-4-5", "claude-fable-5-2"))
    assert sonnet and haiku and fable

    def minimum(*models: Any) -> int | None:
        return document(row(models=models))["calls"][0]["cacheable_prefix"]["minimum"]

    assert minimum(sonnet, haiku) == 4096
    assert minimum(sonnet, fable) is None
    assert minimum() is None
