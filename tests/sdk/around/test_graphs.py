"""Graphs of steps: which of them repeat."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import only_call, read

START = """from anthropic import Anthropic
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send, interrupt
client = Anthropic()
def ask(state):
    reply = client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[])
    NEXT
def check(state):
    return {}
graph = StateGraph(dict)
"""
NODES = "graph.add_node('ask', ask)\ngraph.add_node('check', check)\n"


def loops_of(root: Path, source: str, following: str = "return {}") -> list[tuple[str, str]]:
    call = only_call(root, START.replace("NEXT", following) + source)
    assert all(loop.in_caller for loop in call.context.loops)
    return [(loop.kind, loop.over) for loop in call.context.loops]


CYCLE = [("graph", "ask -> check -> ask")]


@pytest.mark.parametrize(
    ("edges", "loops"),
    [
        ("graph.add_edge(START, 'ask')\ngraph.add_edge('ask', 'check')\ngraph.add_edge('check', END)", []),
        ("graph.add_edge('ask', 'check')\ngraph.add_edge('check', 'ask')", CYCLE),
        ("graph.add_edge('ask', 'ask')", [("graph", "ask -> ask")]),
        ("graph.add_edge('ask', 'check')\ngraph.add_conditional_edges('check', pick, ['ask', END])", CYCLE),
        ("graph.add_edge('ask', 'check')\ngraph.add_conditional_edges('check', pick, {'no': 'ask', 'ok': END})", CYCLE),
        ("graph.add_edge('ask', 'check')\ngraph.add_conditional_edges('check', pick, {'ask': END})", []),
        (
            (
                "graph.add_edge('ask', 'check')\ndef pick(s):\n    return 'ask' if s else END\n"
                "graph.add_conditional_edges('check', pick)"
            ),
            CYCLE,
        ),
        ("graph.add_edge('ask', 'check')\nBACK = 'ask'\ngraph.add_edge('check', BACK)", CYCLE),
    ],
)
def test_cycles(tmp_path: Path, edges: str, loops: list[tuple[str, str]]) -> None:
    assert loops_of(tmp_path, f"{NODES}{edges}\n") == loops


def test_nodes_named_after_their_functions_and_chains(tmp_path: Path) -> None:
    edges = ".add_edge('ask', 'check').add_edge('check', 'ask')"
    chain = f"app = StateGraph(dict).add_node(ask).add_node(check){edges}.compile()\n"
    assert loops_of(tmp_path, chain) == CYCLE


def test_a_command_leads_on(tmp_path: Path) -> None:
    edges = f"{NODES}graph.add_edge('check', 'ask')\n"
    assert loops_of(tmp_path / "a", edges, "return Command(goto='check')") == CYCLE
    assert loops_of(tmp_path / "b", edges, "return Command(goto=END)") == []


def test_a_cycle_through_a_person_is_none(tmp_path: Path) -> None:
    person = "def person(state):\n    return interrupt('ok?')\ngraph.add_node('person', person)\n"
    edges = "graph.add_edge('ask', 'person')\ngraph.add_edge('person', 'ask')\n"
    assert loops_of(tmp_path, NODES + person + edges) == []


def test_sends_fan_out(tmp_path: Path) -> None:
    fan = "def fan(state):\n    return [Send('ask', {'x': x}) for x in state['xs']]\n"
    assert loops_of(tmp_path, f"{fan}{NODES}graph.add_conditional_edges('check', fan, ['ask'])\n") == [
        ("gather", "state['xs']")
    ]
    one = "def fan(state):\n    return Send('ask', {})\n"
    assert loops_of(tmp_path / "one", f"{one}{NODES}graph.add_conditional_edges('check', fan, ['ask'])\n") == []


def test_a_graph_that_is_a_step_of_another(tmp_path: Path) -> None:
    outer = "outer = StateGraph(dict)\nouter.add_node('team', graph.compile())\nouter.add_edge('team', 'team')\n"
    assert loops_of(tmp_path, NODES + outer) == [("graph", "team -> team")]
    named = "team = graph.compile()\n" + outer.replace("graph.compile()", "team")
    assert loops_of(tmp_path / "named", NODES + named) == [("graph", "team -> team")]


def test_steps_in_another_file_and_below_a_step(tmp_path: Path) -> None:
    steps = START.split("graph =")[0].replace("NEXT", "return {}") + "def step(state):\n    return ask(state)\n"
    build = (
        "from langgraph.graph import StateGraph\nfrom steps import step, check\n"
        "class App:\n    def __init__(self):\n        self.graph = StateGraph(dict)\n"
        "        self.graph.add_node('ask', step)\n"
        "    def edges(self):\n        self.graph.add_edge('ask', 'ask')\n"
    )
    [call] = read(tmp_path, {"steps.py": steps, "build.py": build}).calls
    assert [(loop.kind, loop.over) for loop in call.context.loops] == [("graph", "ask -> ask")]
    assert call.context.loops[0].place.path == "build.py"


def test_hostile_graphs(tmp_path: Path) -> None:
    edges = (
        "graph.add_node()\ngraph.add_node(*x)\ngraph.add_edge('ask')\ngraph.add_edge()\n"
        "graph.add_conditional_edges('ask')\ngraph.add_node('ask', graph.compile())\n"
    )
    assert loops_of(tmp_path, NODES + edges) == []
