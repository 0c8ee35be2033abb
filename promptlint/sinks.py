"""Wrappers that the user names because no code of theirs can be seen: `[[tool.promptlint.sinks]]`.

    [[tool.promptlint.sinks]]
    function = "acme_llm.Client.ask"    # the full name of a function or method, as it is imported
    prompt = ["question", 0]            # a parameter by its name, its position from 0 without `self`, or both
    model = "model"
    defaults = { model = "claude-haiku-5-5", max_tokens = 1024 }
    sdk = "litellm"                     # whose advice fits; anthropic unless it is said
    streaming = false                   # whether it always streams, or sends batches
    batch = false

What no key describes is not sent; only of the model and of `max_tokens`, which every request has, it is unknown then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Reference = tuple[str | int, ...]
"""A parameter: its name, its position, or both."""

ARGUMENTS = (
    "model",
    "system",
    "prompt",
    "messages",
    "max_tokens",
    "tools",
    "tool_choice",
    "thinking",
    "cache_control",
    "stream",
)
"""What a parameter can be: an argument of the Messages API, or `prompt`, the content of a last message by the user."""

_DEFAULTS: Mapping[str, type] = {"model": str, "system": str, "max_tokens": int, "stream": bool}
_FLAGS = ("streaming", "batch")
_KEYS = ("function", *ARGUMENTS, "defaults", "sdk", *_FLAGS)
_NAMES: Mapping[type, str] = {str: "a string", int: "a whole number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Sink:
    """A function that sends, by its full name, and which of its parameters is what.

    `defaults` is what it sends where a call says nothing. `sdk` is the SDK whose ways of caching apply.
    """

    function: str
    arguments: dict[str, Reference] = field(default_factory=dict)
    defaults: dict[str, str | int] = field(default_factory=dict)
    sdk: str = "anthropic"
    streaming: bool = False
    batch: bool = False

    @property
    def api(self) -> str:
        """The name of its calls behind the SDK's: `sink.acme_llm.ask`."""
        return f"sink.{self.function}"

    def as_table(self) -> dict[str, Any]:
        """The sink as it is written in a configuration file."""
        flags = {name: True for name in _FLAGS if getattr(self, name)}
        arguments = {name: found[0] if len(found) == 1 else list(found) for name, found in self.arguments.items()}
        defaults = {"defaults": self.defaults} if self.defaults else {}
        return {"function": self.function, **arguments, **defaults, "sdk": self.sdk, **flags}


class WrongSinkError(Exception):
    """What is wrong with the sinks of a configuration, to be said after the key; `function` names the sink."""

    def __init__(self, message: str, help: str = "", function: str = "") -> None:
        super().__init__(message)
        self.help = help
        self.function = function


def read_sinks(value: object) -> tuple[Sink, ...]:
    """The sinks of a configuration. Raises `WrongSinkError`."""
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise WrongSinkError("must be tables", "write [[tool.promptlint.sinks]], in promptlint.toml [[sinks]]")
    found = tuple(map(_sink, value))
    names = [sink.function for sink in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise WrongSinkError("describe one function twice", "describe it once", twice)
    return found


def _sink(table: dict[str, Any]) -> Sink:
    function = table.get("function")
    if not isinstance(function, str) or not _is_dotted(function):
        said = f", not {json.dumps(function, default=str)}" if function is not None else ""
        message = f"need a `function` with its full name{said}"
        raise WrongSinkError(message, 'write function = "package.module.function" or "package.Class.method"')
    try:
        _check_keys(table, _KEYS)
        arguments = {key: _reference(key, table[key]) for key in ARGUMENTS if key in table}
        flags = {key: _typed(key, table[key], bool) for key in _FLAGS if key in table}
        defaults, sdk = _defaults(table.get("defaults", {})), _sdk(table.get("sdk", "anthropic"))
    except WrongSinkError as error:
        raise WrongSinkError(f"for `{function}`: {error}", error.help, function) from None
    if not {"prompt", "messages"} & arguments.keys():
        advice = 'name the parameter that brings the prompt: prompt = "question" or messages = 0'
        raise WrongSinkError(f"for `{function}`: neither `prompt` nor `messages` is given", advice, function)
    return Sink(function, arguments, defaults, sdk, **flags)


def _is_dotted(name: str) -> bool:
    parts = name.split(".")
    return len(parts) > 1 and all(part.isidentifier() for part in parts)


def _check_keys(table: dict[str, Any], known: tuple[str, ...], what: str = "key") -> None:
    for key in table:
        if key not in known:
            raise WrongSinkError(f"unknown {what} `{key}`", _nearest(key, known, what))


def _reference(key: str, value: object) -> Reference:
    found = value if isinstance(value, list) and value else [value]
    if not all(_is_parameter(part) for part in found):
        message = (
            f"`{key}` must be the name of a parameter or its position from 0, not {json.dumps(value, default=str)}"
        )
        raise WrongSinkError(message, f'write {key} = "{key}" or {key} = 0, or both: {key} = ["{key}", 0]')
    return tuple(found)


def _is_parameter(part: object) -> bool:
    if isinstance(part, str):
        return part.isidentifier()
    return isinstance(part, int) and not isinstance(part, bool) and part >= 0


def _defaults(value: object) -> dict[str, str | int]:
    if not isinstance(value, dict):
        raise WrongSinkError("`defaults` must be a table", "write defaults = { max_tokens = 1024 }")
    _check_keys(value, tuple(_DEFAULTS), "default")
    return {key: _typed(f"defaults.{key}", item, _DEFAULTS[key]) for key, item in value.items()}


def _typed(key: str, value: object, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise WrongSinkError(f"`{key}` must be {_NAMES[kind]}, not {json.dumps(value, default=str)}")
    return value


def _sdk(value: object) -> str:
    known = tuple(sorted(path.stem for path in (Path(__file__).parent / "sdk").glob("*.toml")))
    if isinstance(value, str) and value in known:
        return value
    advice = _nearest(value, known, "SDK")
    raise WrongSinkError(f"`sdk` cannot be {json.dumps(value, default=str)}", advice)


def _nearest(word: object, known: tuple[str, ...], what: str) -> str:
    import difflib  # for mistakes only

    near = difflib.get_close_matches(word, known, n=1) if isinstance(word, str) else []
    return f"did you mean `{near[0]}`?" if near else f"the {what}s are {', '.join(known)}"
