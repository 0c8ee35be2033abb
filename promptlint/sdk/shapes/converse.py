"""Converse of Amazon Bedrock: one form for all vendors' models, with blocks, tools and cache points of its own."""

from __future__ import annotations

from dataclasses import replace

from promptlint.sdk.passed import Passed, PassedArguments, of_mapping
from promptlint.sdk.shapes import Gathered, _converse_blocks
from promptlint.sdk.shapes._models import for_claude
from promptlint.sdk.shapes._values import open_default, within
from promptlint.source.values import Map, Seq, Unknown, Value, choice, options

_INFERENCE = {"temperature": "temperature", "topP": "top_p", "stopSequences": "stop_sequences"}


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of the Messages API; None where the model is another vendor's."""
    given = gathered.given
    passed_model = given.get("modelId")
    model = for_claude(passed_model) if passed_model is not None else None
    if model is None and (passed_model is not None or not given.opaque):
        return None
    found = PassedArguments(opaque=list(given.opaque), insert_at=given.insert_at)
    named: dict[str, Passed | None] = {
        "model": model,
        "max_tokens": _cap(given),
        "system": _converted(given.get("system"), _converse_blocks.content),
        "messages": _converted(given.get("messages"), _converse_blocks.messages),
    }
    named |= _tools(given) | _settings(given)
    found.named |= {name: passed for name, passed in named.items() if passed is not None}
    return found


def _converted(passed: Passed | None, convert: _converse_blocks.Convert) -> Passed | None:
    """An argument that is a list, each list that it can be converted."""
    if passed is None:
        return None
    found: list[Value] = [convert(o) if isinstance(o, Seq) else o for o in options(passed.value)]
    return replace(passed, value=choice(found))


def _cap(given: PassedArguments) -> Passed | None:
    config = given.get("inferenceConfig")
    cap = within(config, "maxTokens")
    if cap is not None or given.opaque:
        return cap
    if config is not None and any(not isinstance(o, Map) or o.rest is not None for o in options(config.value)):
        unknown = next((o for o in options(config.value) if isinstance(o, Unknown)), None)
        return replace(config, value=unknown) if unknown is not None else None
    return open_default("maxTokens", "Converse then allows the most that the model can answer", given.insert_at)


def _tools(given: PassedArguments) -> dict[str, Passed | None]:
    config = given.get("toolConfig")
    if config is None:
        return {}
    tools, chosen = within(config, "tools"), within(config, "toolChoice")
    if tools is None and any(isinstance(option, Unknown) for option in options(config.value)):
        return {"tools": config}
    return {
        "tools": _converted(tools, _converse_blocks.tools),
        "tool_choice": replace(chosen, value=_converse_blocks.tool_choice(chosen.value)) if chosen else None,
    }


def _settings(given: PassedArguments) -> dict[str, Passed | None]:
    """What `inferenceConfig`, `outputConfig` and `additionalModelRequestFields` hold."""
    config, extra = given.get("inferenceConfig"), given.get("additionalModelRequestFields")
    found = {name: within(config, key) for key, name in _INFERENCE.items()}
    maps = [option for option in options(extra.value) if isinstance(option, Map)] if extra is not None else []
    return found | {"output_config": given.get("outputConfig")} | (of_mapping(*maps).named if maps else {})
