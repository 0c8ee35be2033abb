"""What a request sets beside its text, and what the model takes where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptlint.prices.model import Model
    from promptlint.request import Argument, CallSite, Place

SETTINGS = {
    "thinking": "thinking",
    "budget_tokens": "thinking",
    "effort": "output_config",
    "tool_choice": "tool_choice",
    "speed": "speed",
}
"""The argument that each setting stands in."""


def _argument(call: CallSite, setting: str) -> Argument[Any] | None:
    request = call.request
    found: dict[str, Argument[Any]] = {
        "thinking": request.thinking,
        "budget_tokens": request.thinking_budget,
        "effort": request.effort,
        "tool_choice": request.tool_choice,
    }
    return found.get(setting, request.others.get(setting))


def place_of(call: CallSite, setting: str) -> Place:
    """Where a setting is passed, or the call where it is not."""
    argument = _argument(call, setting)
    return argument.place if argument is not None and argument.place is not None else call.place


def value_of(call: CallSite, setting: str, model: Model) -> object:
    """The one value of a setting, the model's own where none is passed; None where it is not known."""
    argument = _argument(call, setting)
    if argument is not None and argument.present is not False:
        one_tool = setting == "tool_choice" and argument.only == "tool"
        found = call.request.forced_tool.only if one_tool else argument.only
        return found if argument.present else None
    if setting == "thinking" and model.thinking in ("extended", "adaptive"):
        return "disabled"
    return {"effort": model.default_effort, "tool_choice": "auto", "speed": "standard"}.get(setting)


def values_by_turn(call: CallSite, setting: str) -> list[object]:
    """What a condition in the call makes of a setting, from turn to turn."""
    argument = _argument(call, setting)
    if argument is None or not argument.complete or SETTINGS[setting] not in call.request.by_turn:
        return []
    return [value for value in argument.values if isinstance(value, str | int)]
