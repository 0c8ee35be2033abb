"""Agents of Pydantic AI that are handed to an app or a protocol, which runs them with what its users say."""

from __future__ import annotations

from dataclasses import replace

from promptlint.sdk.description import Sdk, sdks
from promptlint.sdk.passed import PassedArguments
from promptlint.sdk.receivers import Receiver, receiver
from promptlint.sdk.shapes import Gathered, pydantic_ai
from promptlint.sdk.shapes._parts import unseen
from promptlint.sdk.shapes._values import at
from promptlint.source.values import NOWHERE, Item, Seq


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of each run of the agent; None where its model is none of Claude's."""
    agent = gathered.receiver or _handed(gathered)
    given = gathered.given
    # What stands by position is a request, the agent, or what its tools depend on: never a prompt.
    found = pydantic_ai.translate(replace(gathered, receiver=agent, given=replace(given, positional=[])))
    if found is not None:
        place = given.insert_at or NOWHERE
        said = unseen("messages", place, "what the users of the app say", "input")
        found.named["messages"] = at(Seq("list", (Item(said, spread=True),), place, grows=True), place)
    return found


def _handed(gathered: Gathered) -> Receiver | None:
    """The agent among the arguments."""
    passed = gathered.given.at("agent", 0)
    return receiver(gathered.ev, _sdk(), passed.value) if passed is not None else None


def _sdk() -> Sdk:
    return next(sdk for sdk in sdks() if sdk.name == "pydantic_ai")
