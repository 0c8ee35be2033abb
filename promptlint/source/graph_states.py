"""States of a LangGraph: mappings in which the messages of all steps pile up.

A step returns the messages that it adds, and a reducer appends them to those that are there. From langgraph 1.0:
`MessagesState` (and `AgentState` of its agents) has `messages: Annotated[list[AnyMessage], add_messages]`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from promptlint.request import Hole, Place
from promptlint.source import attributes
from promptlint.source.operators import known
from promptlint.source.values import Class, External, Item, Object, Seq, Unknown, Value

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

REDUCER = "langgraph.graph.add_messages"
_READY_MADE = frozenset({"MessagesState", "AgentState"})


def conversation(ev: Evaluator, state: Value, key: Value, place: Place, source: str) -> Value | None:
    """The messages that a graph's state has under a key; None where it is no such state, or something else."""
    name = known(key)
    if not isinstance(state, Object) or not isinstance(state.of, Class | External) or not isinstance(name, str):
        return None
    bases = attributes.bases(ev, state.of) if isinstance(state.of, Class) else [state.of]
    if not any(_adds_messages(ev, base, name) for base in bases):
        return None
    hole = Hole(source, place, "reply", "conversation", detail=REDUCER, reason="what the steps of a graph said")
    return Seq("list", (Item(Unknown(hole), optional=True, spread=True),), place, grows=True)


def _adds_messages(ev: Evaluator, base: Class | External, name: str) -> bool:
    """Whether a class declares that what is returned under a name is added to the messages that are there."""
    if isinstance(base, External):
        return name == "messages" and base.name.startswith("langgraph.") and base.name.split(".")[-1] in _READY_MADE
    for statement in base.node.body:
        match statement:
            case ast.AnnAssign(
                ast.Name(field), ast.Subscript(ast.Name("Annotated") | ast.Attribute(attr="Annotated"), ast.Tuple(elts))
            ) if field == name:
                added = [ev.value(element, ev.frame_of(base.scope)) for element in elts[1:]]
                return any(isinstance(a, External) and a.name.split(".")[-1] == "add_messages" for a in added)
    return False
