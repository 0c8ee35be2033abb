"""LangChain: a model or an agent, alone or at the end of a chain, and what it is called with."""

from __future__ import annotations

from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.receivers import Receiver
from promptlint.sdk.shapes import Gathered, langchain_agents, langchain_input
from promptlint.sdk.shapes import langchain_facts as facts
from promptlint.sdk.shapes import langchain_messages as messages
from promptlint.sdk.shapes._values import at
from promptlint.sdk.shapes.langchain_model import Model, made
from promptlint.source.values import choice


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of the request; None where the model cannot be Claude."""
    if gathered.receiver is None:
        return None
    several = (gathered.receiver, *gathered.receiver.others)
    found = [one for receiver in several for one in _requests(gathered, receiver)]
    return _either(found) if found else None


def _requests(gathered: Gathered, receiver: Receiver) -> list[PassedArguments]:
    if receiver.name == "AgentExecutor":
        inner = langchain_agents.executed(gathered, receiver)
        return _requests(gathered, inner) if inner is not None else []
    if receiver.name in langchain_agents.NAMES:
        conversation = langchain_agents.conversation(gathered, receiver)
        return [_request(one, conversation, {}, True) for one in langchain_agents.agents(gathered, receiver)]
    config = gathered.given.at("config", 1)
    model = made(receiver, config.value if config is not None else None)
    if model is None:
        return []
    said = langchain_input.output(gathered, model.heads, langchain_input.given(gathered))
    # The first part of a chain gets the further arguments of a call.
    own = _own(gathered.given) if not model.heads else {}
    return [_request(model, messages.conversation(said), own, False)]


def _own(given: PassedArguments) -> dict[str, Passed]:
    """What the call itself sets."""
    names = facts.table()["arguments"]
    return {names[key]: found for key in given.named if key in names and (found := given.get(key)) is not None}


def _request(
    model: Model, conversation: dict[str, Passed], own: dict[str, Passed], agent_loop: bool
) -> PassedArguments:
    settings = {name: at(value) for name, value in model.named.items()}
    return PassedArguments(conversation | settings | own, [], list(model.opaque), None, agent_loop)


def _either(several: list[PassedArguments]) -> PassedArguments:
    """The arguments of one of several models: those that not all have are optional."""
    opaque = [name for one in several for name in one.opaque]
    found = PassedArguments({}, [], list(dict.fromkeys(opaque)), None, several[0].agent_loop)
    for name in dict.fromkeys(name for one in several for name in one.named):
        having = [one.named[name] for one in several if name in one.named]
        optional = len(having) < len(several) or any(passed.optional for passed in having)
        value = choice([passed.value for passed in having])
        found.named[name] = Passed(value, having[0].keyword, having[0].place, optional)
    return found
