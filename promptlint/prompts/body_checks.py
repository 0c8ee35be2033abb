"""Whether a value is a request body of the Messages API at all: one clear message for what it lacks.

No message quotes a text of the body: it may be a prompt.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from promptlint.request import Place
from promptlint.source.operators import known
from promptlint.source.values import Const, Map, Seq, Str, Value, place_of

_WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.IGNORECASE)


class BodyError(Exception):
    """Why a value is no request body, with what to do about it and where that shows."""

    def __init__(self, message: str, help: str = "", place: Place | None = None) -> None:
        super().__init__(message)
        self.help = help
        self.place = place


def check(body: Value, needs_model: bool = True) -> Map:
    """The body as a mapping. Raises `BodyError` where it is no request that the API could take."""
    if not isinstance(body, Map):
        raise BodyError("a request must be a JSON object", place=place_of(body))
    if needs_model and not known_text(body, "model"):
        raise BodyError("the request names no `model`", 'add "model": "claude-sonnet-5-5"', body.place)
    messages = _messages(body)
    if (system := _given(body, "system")) is not None:
        _content(system, "`system`", _system_blocks())
    for number, message in enumerate(messages.items, 1):
        _message(message.value, number)
    if (tools := _given(body, "tools")) is not None:
        _tools(tools)
    return body


def unknown_arguments(body: Map) -> tuple[str, ...]:
    """The names of what is no argument of the Messages API; one that is no name may be somebody's text."""
    names = [entry.key for entry in body.entries if entry.key not in _known()["arguments"]]
    return tuple(name if _WORD.fullmatch(name) else "an argument" for name in names)


def known_text(value: Map, key: str) -> str:
    """The text of an entry; empty where there is none."""
    entry = value.get(key)
    found = known(entry.value) if entry is not None else None
    return found if isinstance(found, str) else ""


def _given(value: Map, key: str) -> Value | None:
    entry = value.get(key)
    if entry is None or (isinstance(entry.value, Const) and entry.value.value is None):
        return None
    return entry.value


def _messages(body: Map) -> Seq:
    messages = _given(body, "messages")
    if messages is None:
        raise BodyError("the request has no `messages`", 'add "messages": [{"role": "user", ..}]', body.place)
    if not isinstance(messages, Seq):
        raise BodyError("`messages` must be a list", place=place_of(messages))
    if not messages.items:
        raise BodyError("`messages` is empty", "the API needs one message at least", messages.place)
    return messages


def _message(message: Value, number: int) -> None:
    if not isinstance(message, Map):
        raise BodyError(f"message {number} must be an object", place=place_of(message))
    role = known_text(message, "role")
    if role not in _known()["roles"]:
        raise BodyError(f"message {number} has {_named(role, 'role')}", _one_of("roles"), message.place)
    content = _given(message, "content")
    if content is None:
        raise BodyError(f"message {number} has no `content`", place=message.place)
    _content(content, f"message {number}", _known()["blocks"])


def _content(content: Value, where: str, kinds: list[str]) -> None:
    """A text, or blocks of a known `type`."""
    if isinstance(content, Str):
        if not content.text.parts:
            raise BodyError(f"{where} is empty", "the API refuses a text without characters", content.place)
        return
    if not isinstance(content, Seq):
        raise BodyError(f"{where} must be a text or a list of blocks", place=place_of(content))
    if not content.items:
        raise BodyError(f"{where} is empty", "give it one block at least", content.place)
    for item in content.items:
        _block(item.value, where, kinds)


def _block(block: Value, where: str, kinds: list[str]) -> None:
    if not isinstance(block, Map):
        raise BodyError(f"{where} has a block that is no object", place=place_of(block))
    kind = known_text(block, "type")
    if kind not in kinds:
        raise BodyError(f"{where} has a block of {_named(kind, 'type')}", place=block.place)
    if kind == "text" and not isinstance(_given(block, "text"), Str):
        raise BodyError(f"{where} has a text block without `text`", place=block.place)
    if kind == "tool_use" and not (known_text(block, "name") and isinstance(_given(block, "input"), Map)):
        raise BodyError(f"{where} has a tool_use block without `name` or `input`", place=block.place)
    if kind == "tool_result" and (content := _given(block, "content")) is not None and isinstance(content, Seq):
        for item in content.items:
            _block(item.value, f"a tool result of {where}", kinds)


def _tools(tools: Value) -> None:
    if not isinstance(tools, Seq):
        raise BodyError("`tools` must be a list", place=place_of(tools))
    for number, item in enumerate(tools.items, 1):
        if not isinstance(item.value, Map):
            raise BodyError(f"tool {number} must be an object", place=place_of(item.value))


def _named(word: str, what: str) -> str:
    """The wrong word itself where it is a word; anything longer may be somebody's prompt."""
    if not word:
        return f"no `{what}`"
    return f"the unknown {what} `{word}`" if _WORD.fullmatch(word) else f"an unknown {what}"


def _one_of(key: str) -> str:
    return f"the {key} are {', '.join(_known()[key])}"


def _system_blocks() -> list[str]:
    return list(_known()["system_blocks"])


@cache
def _known() -> dict[str, Any]:
    return tomli.loads(Path(__file__).with_name("body.toml").read_text(encoding="utf-8"))
