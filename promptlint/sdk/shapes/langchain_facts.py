"""What LangChain's classes do with their arguments, from `langchain.toml`, and which models can be Claude."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from promptlint.request import Hole, Place, Step
from promptlint.sdk.description import Sdk, sdks
from promptlint.source.operators import known
from promptlint.source.values import Const, Str, Unknown, Value, choice, options


@cache
def sdk() -> Sdk:
    """The description of LangChain."""
    return next(one for one in sdks() if one.name == "langchain")


@cache
def table() -> dict[str, Any]:
    """The whole of `langchain.toml`."""
    import tomli

    return tomli.loads((files("promptlint.sdk") / "langchain.toml").read_text("utf-8"))


def provider(model: Value, given: Value | None) -> str | None:
    """The provider of a model, as it is given or else said by the model's name; None where that is not known."""
    if given is not None and not (isinstance(given, Const) and given.value is None):
        name = known(given)
        return name.replace("-", "_").lower() if isinstance(name, str) else None
    name = model.text.leading if isinstance(model, Str) else ""
    head = name.split(":", 1)[0]
    if ":" in name and head in table()["providers"]:
        return head
    lower = name.lower()
    return "anthropic" if lower.startswith("claude") else "bedrock" if lower.startswith("anthropic.") else None


def serves(name: str | None) -> bool:
    """Whether a provider can serve Claude: it is not known to serve others only."""
    return name is None or table()["providers"].get(name) != ""


def cap(cls: str, model: Value, place: Place) -> Value | None:
    """The `max_tokens` that a class sends for a model where none is passed; None where it sends none."""
    if cls not in table()["caps"]:
        return None
    by_model = table()["caps_by_model"].get(cls, {})
    return choice([_cap_for(option, by_model, Const(table()["caps"][cls], place)) for option in options(model)])


def _cap_for(model: Value, by_model: dict[str, int], other: Const) -> Value:
    name = known(model)
    if not isinstance(name, str) and by_model:
        return unknown("max_tokens", other.place, "the default depends on the model")
    own = _cap_of(by_model, name.removeprefix("anthropic:")) if isinstance(name, str) else None
    return Const(own or other.value, other.place, (Step("default", "max_tokens", other.place),))


def _cap_of(by_model: dict[str, int], name: str) -> int | None:
    if name in by_model:
        return by_model[name]
    versions = [size for model, size in by_model.items() if model.startswith(f"{name}@")]
    return versions[0] if len(versions) == 1 else None


def unknown(name: str, place: Place, reason: str) -> Unknown:
    """A value that LangChain or its configuration decides at run time."""
    return Unknown(Hole(name, place, "call", "process", reason=reason))
