"""The models of Pydantic AI's agents: what each is named, its own settings, and the cap that it sends by default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.request import Piece, Place
from promptlint.sdk.passed import Passed
from promptlint.sdk.shapes._models import claudes, is_claude
from promptlint.sdk.shapes._parts import open_model, unseen, without_none
from promptlint.sdk.shapes._values import default, open_default
from promptlint.source.operators import known
from promptlint.source.values import Arguments, External, Map, Object, Str, Value, choice, options

_AROUND_OTHERS = frozenset({"InstrumentedModel", "ConcurrencyLimitedModel", "WrapperModel"})
_NEVER_CLAUDE = frozenset({"TestModel", "FunctionModel"})
_SERVING_CLAUDE = frozenset({"AnthropicModel", "BedrockConverseModel", "OpenRouterModel"})

_MAX_OUTPUT = (
    ("claude-fable-5", 128_000),
    ("claude-mythos-5", 128_000),
    ("claude-opus-4-6", 128_000),
    ("claude-opus-4-7", 128_000),
    ("claude-opus-4-8", 128_000),
    ("claude-opus-5", 128_000),
    ("claude-sonnet-4-6", 128_000),
    ("claude-sonnet-5", 128_000),
    ("claude-haiku-5-5", 128_000),
    ("claude-haiku-4-5", 64_000),
    ("claude-opus-4-5", 64_000),
    ("claude-sonnet-4-5", 64_000),
)
"""The most that models can answer as `anthropic_model_profile` has it, by what their ids begin with."""
_LOW = (
    "claude-3",
    "claude-4-",
    "claude-opus-4-0",
    "claude-opus-4-1",
    "claude-opus-4-2",
    "claude-opus-4@",
    "claude-sonnet-4-0",
    "claude-sonnet-4-2",
    "claude-sonnet-4@",
)
_LOW_CAP = 4_096  # of models that count the cap as part of the context window
_OTHER_CAP = 16_384
_AFTER_THINKING = 4_096  # tokens that the default leaves for the answer


@dataclass(frozen=True, slots=True)
class AgentModel:
    """A model that an agent may use: its name, its class ("" for a plain name), and its default settings."""

    name: Value
    kind: str = ""
    settings: Value | None = None


def models(value: Value | None, place: Place) -> list[AgentModel]:
    """What an agent's `model` may be, less the models of other vendors; those that a fallback tries, in turn."""
    given = without_none(value)
    if given is None:
        return [AgentModel(open_model("Agent", "the agent is given its model elsewhere", place))]
    found = [model for option in options(given) for model in _of(option)]
    known_others = any(is_claude(model.name) is False for model in found)
    if known_others and not any(is_claude(model.name) for model in found):
        return []
    return [model for model in found if is_claude(model.name) is not False]


def _of(value: Value) -> Iterator[AgentModel]:
    if not isinstance(value, Object) or not isinstance(value.of, External):
        name = unseen("model", value.place, "a model class of the project") if isinstance(value, Object) else value
        yield AgentModel(name)
        return
    kind, made_with = value.of.name.rsplit(".", 1)[-1], value.arguments or Arguments()
    if kind == "FallbackModel":
        for position in made_with.positional:
            for option in options(position):
                yield from _of(option)
    elif kind in _AROUND_OTHERS:
        inner = made_with.get("wrapped", 0) or made_with.get("model")
        for option in options(inner) if inner is not None else ():
            yield from _of(option)
    elif kind not in _NEVER_CLAUDE:
        yield from _named(kind, made_with, value.place)


def _named(kind: str, made_with: Arguments, place: Place) -> Iterator[AgentModel]:
    name = made_with.get("model_name", 0) or unseen("model_name", place, "the model is named elsewhere")
    for option in claudes(options(name)):
        if is_claude(option) or kind in _SERVING_CLAUDE or not kind.endswith("Model"):
            yield AgentModel(option, kind, made_with.get("settings"))


def default_cap(found: list[AgentModel], thinking: Passed | None, place: Place) -> Passed:
    """The `max_tokens` that is sent where no setting names it."""
    caps = {_cap(model, _budget(thinking)) for model in found}
    numbers = [default(cap, "pydantic_ai", place).value for cap in sorted(cap for cap in caps if cap is not None)]
    if None in caps:
        numbers.append(open_default("pydantic_ai", "the cap depends on the model and its platform", place).value)
    return Passed(choice(numbers), place.start, place)


def _cap(model: AgentModel, budget: int) -> int | None:
    name = known(model.name)
    if not isinstance(name, str) or "claude" not in name:
        return None
    plain = name[name.index("claude") :]
    most = next((most for start, most in _MAX_OUTPUT if plain.startswith(start)), None)
    if _is_converse(model):
        return most
    if not (model.kind == "AnthropicModel" or (not model.kind and _provider(model.name) in ("", "anthropic"))):
        return None
    low = plain.startswith(_LOW) or plain in ("claude-opus-4", "claude-sonnet-4")
    return max(_LOW_CAP if low else most or _OTHER_CAP, budget + _AFTER_THINKING)


def _is_converse(model: AgentModel) -> bool:
    return model.kind == "BedrockConverseModel" or (not model.kind and _provider(model.name) == "bedrock")


def _provider(name: Value) -> str:
    """What stands before the colon of `provider:model`, less the gateway."""
    first = name.text.parts[0] if isinstance(name, Str) and name.text.parts else None
    head, colon, _ = first.text.partition(":") if isinstance(first, Piece) else ("", "", "")
    return head.removeprefix("gateway/") if colon else ""


def _budget(thinking: Passed | None) -> int:
    """The tokens that extended thinking may use, 0 where that is not known."""
    for option in options(thinking.value) if thinking is not None else ():
        entry = option.get("budget_tokens") if isinstance(option, Map) else None
        budget = known(entry.value) if entry is not None else None
        if isinstance(budget, int):
            return budget
    return 0
