"""What a request costs beyond its texts: frames, turns, tool prompts. The numbers stand in structure.toml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli

from promptlint.estimate import Estimate, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.prices.model import Model
    from promptlint.request import Message


def frame(model: Model) -> Estimate:
    """The tokens around one user message."""
    return Estimate.exactly(_generation(model)["frame"], _source(model))


def turns(messages: Sequence[Message], model: Model) -> list[int]:
    """The tokens that each message costs beyond its content and beyond the frame."""
    sizes = _generation(model)
    found, before = [], None
    for message in messages:
        if before is None:
            found.append(0)
        elif message.role == before:
            found.append(sizes["same_role"])
        else:
            found.append(sizes["turn"] if message.role == "user" else 0)
        before = message.role
    return found


def system(model: Model, with_tools: bool) -> int:
    """The tokens around a system prompt."""
    size: int = _generation(model)["system_with_tools"]
    return size if with_tools else 0


def block(kind: str) -> Estimate | None:
    """The tokens around the text of a content block; None for plain text."""
    sizes = _document()["blocks"].get(kind)
    if sizes is None:
        return None
    low, value, high = sizes
    return Estimate(low, value, high, "assumed")


def tool_prompt(model: Model, choices: Sequence[str]) -> Estimate:
    """The prompt that the API adds for tools, over the possible values of `tool_choice` (none: auto)."""
    return Estimate.hull(_tool_prompt(model, choice) for choice in (choices or ("auto",)))


def _tool_prompt(model: Model, choice: str) -> Estimate:
    sizes = _document()["tool_prompt"]
    if choice == "tool":
        named = sizes["named_tool"]
        return _tool_prompt(model, "any") + Estimate(0, named // 2, named, "assumed")
    kind = "any" if choice == "any" else "auto"
    recorded, documented = sizes["recorded"][kind].get(model.id), sizes["documented"][kind].get(model.id)
    if recorded is not None:
        return Estimate.exactly(recorded, _source(model))
    low, value, high = sizes["unknown"] if documented is None else sizes["documented"]["on_top"]
    base = documented or 0
    return Estimate(base + low, base + value, base + high, "assumed")


def _source(model: Model) -> Source:
    return "tokenizer" if model.tokenizer_measured else "assumed"


def _generation(model: Model) -> dict[str, int]:
    sizes: dict[str, int] = _document()["generations"][model.tokenizer]
    return sizes


@cache
def _document() -> dict[str, Any]:
    return tomli.loads(Path(__file__).with_name("structure.toml").read_text(encoding="utf-8"))
