"""LiteLLM: Chat Completions for every vendor; the model's name says whether Claude answers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.receivers import Receiver
from promptlint.sdk.shapes import Gathered, _chat, _tools
from promptlint.sdk.shapes._models import for_claude
from promptlint.sdk.shapes._values import default, maps, open_default
from promptlint.source.operators import known
from promptlint.source.values import Seq, Value, choice, options

_CAPS = ("max_tokens", "max_completion_tokens")
_BATCHES = frozenset({"batch_completion", "abatch_completion_one_model_multiple_requests", "abatch_completion"})
_OWN = frozenset({"model", "models", "messages", "tools", "tool_choice", *_CAPS})
_NO_DEFAULT = ("bedrock/", "openrouter/", "databricks/", "litellm_proxy/")


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of the Messages API; None where the model is another vendor's."""
    given = gathered.given
    model, conversation = _model(gathered), given.at("messages", 1)
    kept = for_claude(model) if model is not None else None
    if (kept is None and model is not None) or (not given.opaque and (kept is None or conversation is None)):
        return None
    found = PassedArguments(opaque=list(given.opaque), insert_at=given.insert_at)
    found.named |= {name: passed for name, passed in given.named.items() if name not in _OWN}
    if kept is not None:
        found.named["model"] = kept
    if conversation is not None:
        one = _one_of(conversation) if gathered.method in _BATCHES else conversation
        found.named |= _chat.split(one)
    found.named |= _tools.passed_on(given)
    cap = next((cap for name in _CAPS if (cap := given.get(name)) is not None), None) or _default_cap(found)
    if cap is not None:
        found.named["max_tokens"] = cap
    return found


def _model(gathered: Gathered) -> Passed | None:
    """The model, or the models of which each gets the request, by the names that a router gives them."""
    several = gathered.given.get("models")
    if several is None:
        model = gathered.given.at("model", 0)
        return _routed(model, gathered.receiver) if model is not None else None
    listed = [item.value for option in options(several.value) if isinstance(option, Seq) for item in option.items]
    return _routed(replace(several, value=choice(listed or [several.value])), gathered.receiver)


def _routed(model: Passed, router: Receiver | None) -> Passed:
    """A model, with a router's names for its deployments replaced by their models."""
    listed = router.arguments.get("model_list", 0) if router is not None and router.arguments is not None else None
    if listed is None:
        return model
    found: list[Value] = []
    for option in options(model.value):
        name = known(option)
        found += [deployed for named, deployed in _deployments(listed) if named == name] or [option]
    return replace(model, value=choice(found))


def _deployments(model_list: Value) -> list[tuple[object, Value]]:
    """The deployments of a router: the name of each, and its model."""
    found: list[tuple[object, Value]] = []
    for option in options(model_list):
        for item in option.items if isinstance(option, Seq) else ():
            for one in maps(item.value):
                name, parameters = one.get("model_name"), one.get("litellm_params")
                inner = next(maps(parameters.value), None) if parameters is not None else None
                model = inner.get("model") if inner is not None else None
                if name is not None and model is not None:
                    found.append((known(name.value), model.value))
    return found


def _one_of(conversations: Passed) -> Passed:
    """One conversation of a list of them; a plain conversation is itself."""
    inner = [
        candidate
        for option in options(conversations.value)
        for item in (option.items if isinstance(option, Seq) else ())
        for candidate in options(item.value)
        if isinstance(candidate, Seq)
    ]
    return replace(conversations, value=choice(list(inner))) if inner else conversations


def _default_cap(found: PassedArguments) -> Passed | None:
    """The cap that LiteLLM adds; None for platforms where it adds none."""
    model = found.get("model")
    if found.opaque or model is None:
        return None
    names = [known(option) for option in options(model.value)]
    name = names[0] if len(names) == 1 and isinstance(names[0], str) else None
    if name is not None and name.startswith(_NO_DEFAULT):
        return None
    plain = name.removeprefix("anthropic/") if name is not None else "/"
    if "/" in plain or found.get("thinking") is not None:
        return open_default("max_tokens", "LiteLLM chooses it by the model", found.insert_at)
    return default(_caps().get(plain, _caps()["unlisted"]), "litellm's max_tokens", found.insert_at)


@cache
def _caps() -> dict[str, int]:
    """What LiteLLM sends as `max_tokens` by model, from the SDK's description."""
    import tomli

    table = tomli.loads((files("promptlint.sdk") / "litellm.toml").read_text("utf-8"))
    return dict(table["caps"])
