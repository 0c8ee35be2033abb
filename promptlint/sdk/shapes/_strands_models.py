"""The models of Strands' agents: what each is named, and what it puts into a request besides the agent's own.

An agent without a model uses `BedrockModel()`, which has a default model and leaves the cap to Bedrock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.request import Place
from promptlint.sdk.shapes._models import claudes
from promptlint.sdk.shapes._parts import cache_control, default_model, settings, unseen, without_none
from promptlint.sdk.shapes._values import open_default
from promptlint.source.operators import known
from promptlint.source.values import Const, Entry, External, Map, Object, Value, choice, options, place_of

DEFAULT_MODEL = "global.anthropic.claude-sonnet-4-6"
_SERVING_CLAUDE = frozenset({"BedrockModel", "AnthropicModel", "LiteLLMModel"})
_NOT_SENT = frozenset({"model_id", "client_args", "streaming", "cache_prompt", "cache_tools", "cache_config"})


@dataclass(frozen=True, slots=True)
class AgentModel:
    """A model object: its class, the models that it may name, and its other settings."""

    kind: str
    names: list[Value]
    settings: Map


def models(value: Value | None, place: Place) -> Iterator[AgentModel]:
    """What an agent's `model` may be, less the models of other vendors."""
    empty = Map((), place)
    given = without_none(value)
    if given is None:
        yield AgentModel("BedrockModel", [default_model(DEFAULT_MODEL, "strands.Agent", place)], empty)
        return
    plain = [option for option in options(given) if not isinstance(option, Object)]
    if names := claudes(plain):
        yield AgentModel("BedrockModel", names, empty)
    for option in options(given):
        if isinstance(option, Object) and (model := _made(option)) is not None:
            yield model


def _made(value: Object) -> AgentModel | None:
    kind = value.of.name.rsplit(".", 1)[-1] if isinstance(value.of, External) else ""
    config = settings(value) or Map((), value.place, unseen(kind, value.place, "a model class of the project"))
    named = config.get("model_id")
    name: Value = unseen("model_id", value.place, "the model is named elsewhere")
    if named is not None:
        name = named.value
    elif kind == "BedrockModel" and config.rest is None:
        name = default_model(DEFAULT_MODEL, "BedrockModel", value.place)
    names = claudes(options(name))
    told = any(known(option) is not None for option in names)
    possible = names and (told or not kind or kind in _SERVING_CLAUDE or not kind.endswith("Model"))
    return AgentModel(kind, names, config) if possible else None


def requested(model: AgentModel, place: Place) -> Map:
    """What a model object puts into a request; it streams unless it is told not to."""
    config = model.settings
    entries = [Entry("model", choice(model.names), place_of(model.names[0]))]
    if config.get("max_tokens") is None and config.rest is None:
        cap = open_default(model.kind, "the platform's own cap", place)
        entries.append(Entry("max_tokens", cap.value, place))
    streaming = config.get("streaming")
    entries.append(Entry("stream", streaming.value if streaming is not None else Const(True, place), place))
    if (last := marker(model, "messages")) is not None:
        entries.append(last)
    entries += [entry for entry in config.entries if entry.key not in _NOT_SENT]
    return Map(tuple(entries), config.place, config.rest)


def marker(model: AgentModel, section: str) -> Entry | None:
    """The cache marker at the end of `system`, `tools` or `messages`."""
    config = model.settings.get("cache_config")
    options_of = settings(config.value) if config is not None else None
    older = model.settings.get({"system": "cache_prompt", "tools": "cache_tools"}.get(section, ""))
    if config is not None and options_of is None:
        return cache_control(config.value)
    if options_of is None or (section == "tools" and options_of.get("tools_ttl") is None):
        return _older(older.value) if older is not None else None
    own = options_of.get({"system": "system_prompt_ttl", "tools": "tools_ttl"}.get(section, "ttl"))
    if own is not None and known(own.value) is not True:
        return cache_control(own.value)
    shared = options_of.get("ttl")
    return cache_control(shared.value if shared is not None else Const(True, options_of.place))


def _older(setting: Value) -> Entry | None:
    """The marker of a `cache_prompt` or `cache_tools`: the type of a cache point, or a `CacheToolsConfig`."""
    said = settings(setting)
    lifetime = said.get("ttl") if said is not None else None
    if lifetime is not None:
        return cache_control(lifetime.value)
    return cache_control(setting if known(setting) is None and said is None else Const(True, place_of(setting)))
