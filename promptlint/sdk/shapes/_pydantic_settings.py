"""The settings of Pydantic AI's models, agents and runs, and the cache markers that they ask for."""

from __future__ import annotations

from promptlint.sdk.passed import PassedArguments, of_mapping
from promptlint.sdk.receivers import Receiver
from promptlint.sdk.shapes._parts import cache_control, items, settings, without_none
from promptlint.sdk.shapes._pydantic_models import AgentModel
from promptlint.source.operators import known
from promptlint.source.values import Arguments, Const, Entry, Object, options

CACHED = {
    "instructions": ("anthropic_cache_instructions", "bedrock_cache_instructions", "openrouter_cache_instructions"),
    "tools": (
        "anthropic_cache_tool_definitions",
        "bedrock_cache_tool_definitions",
        "openrouter_cache_tool_definitions",
    ),
    "messages": (
        "anthropic_cache",
        "anthropic_cache_messages",
        "bedrock_cache_messages",
        "openrouter_cache_messages",
    ),
}
_EXPLICIT = frozenset(name for names in CACHED.values() for name in names)
_RENAMED = {"anthropic_thinking": "thinking"}


def merged(agent: Receiver, given: PassedArguments, model: AgentModel) -> PassedArguments:
    """The settings of the model, the agent and the run, the later ones first."""
    made_with, own = agent.arguments or Arguments(), given.get("model_settings")
    found = PassedArguments(opaque=["Agent's arguments"] if made_with.opaque else [])
    for value in (model.settings, made_with.get("model_settings"), own.value if own is not None else None):
        said = without_none(value)
        every = list(options(said)) if said is not None else []
        maps = [one for option in every if (one := settings(option)) is not None]
        level = of_mapping(*maps) if maps else PassedArguments()
        found.named |= {_RENAMED.get(name, name): passed for name, passed in level.named.items()}
        if level.opaque or len(maps) < len(every):
            found.opaque.append("model_settings")
    off = [name for name in found.named if "cache" in name and known(found.named[name].value) is False]
    explicit = found.named.keys() & _EXPLICIT
    for name in (*off, *(["cache"] if explicit and "cache" in found.named else [])):
        found.named.pop(name, None)
    return found


def marker(found: PassedArguments, agent: Receiver, section: str) -> Entry | None:
    """The cache marker at the end of the instructions, the tools or the messages."""
    names = [name for name in CACHED[section] if name in found.named]
    if names or found.named.keys() & _EXPLICIT:
        return cache_control(found.named[names[0]].value) if names else None
    unified = found.named.get("cache")
    capabilities = items(agent.arguments.get("capabilities")) if agent.arguments is not None else ()
    value = unified.value if unified is not None else None
    for item in capabilities if value is None else ():
        if isinstance(item.value, Object) and item.value.of_external("Caching") and item.value.arguments is not None:
            value = item.value.arguments.get("retention", 0) or item.value
    config = settings(value) if value is not None else None
    if config is None:
        return cache_control(value)
    messages, retention = config.get("messages"), config.get("retention")
    if section == "messages" and messages is not None and known(messages.value) is False:
        return None
    return cache_control(retention.value if retention is not None else Const(True, config.place))
