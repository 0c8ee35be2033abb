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

Sizes = dict[str, Any]


def frame(model: Model) -> Estimate:
    """The tokens around one user message."""
    return Estimate.exactly(_generation(model)["frame"], _source(model))


def turns(messages: Sequence[Message], model: Model) -> list[int]:
    """The tokens that each message costs beyond its content and beyond the frame."""
    sizes = _generation(model)
    beginning = {"user": sizes["turn"], "system": sizes["system_turn"]}
    found: list[int] = []
    before = None
    for message in messages:
        if before is None:
            found.append(0)
        elif message.role == before:
            found.append(sizes["same_role"])
        else:
            found.append(beginning.get(message.role or "", 0))
        before = message.role
    return found


def turn(model: Model) -> Estimate:
    """What a user's own words cost that follow the results of tools in one message."""
    return Estimate.exactly(_generation(model)["turn"], _source(model))


def system(model: Model, with_tools: bool) -> int:
    """The tokens around a system prompt."""
    size: int = _generation(model)["system_with_tools"]
    return size if with_tools else 0


def around(what: str, model: Model) -> Estimate:
    """The tokens around a part of the conversation, by the keys of a generation: "result", "error", "thought"."""
    size = _generation(model)[what]
    return Estimate.exactly(size, _source(model)) if isinstance(size, int) else interval(size, _source(model))


def tool_prompt(model: Model, choices: Sequence[str], serial: bool = False) -> Estimate:
    """The prompt that the API adds for tools, over the possible values of `tool_choice` (none: auto).

    `serial` is for disable_parallel_tool_use. A choice of one tool is that of any; its name comes on top.
    """
    return Estimate.hull(_tool_prompt(model, choice, serial) for choice in (choices or ("auto",)))


def countable_tools() -> frozenset[str]:
    """The types of the tools defined by Anthropic whose tokens `count_tokens` tells as they are billed."""
    return frozenset(_document()["tools"]["countable"])


def _tool_prompt(model: Model, choice: str, serial: bool) -> Estimate:
    sizes = _document()["tool_prompt"]
    kind = "any" if choice in ("any", "tool") else "auto"
    if serial and (recorded := sizes["serial"][kind].get(model.id)) is not None:
        return _either_way(recorded, model)
    recorded, documented = sizes["recorded"][kind].get(model.id), sizes["documented"][kind].get(model.id)
    if recorded is not None:
        found = _either_way(recorded, model)
    elif documented is not None:
        found = Estimate.exactly(documented, "assumed") + interval(sizes["documented"]["on_top"], "assumed")
    else:
        earlier = model.tokenizer in ("v2", "v3")
        found = interval(sizes["unknown" if earlier else "unknown_later"], "assumed")
    return found + interval(sizes["serial_unknown"], "assumed") if serial else found


def interval(size: Sequence[float], source: Source) -> Estimate:
    """Low, value and high of the table."""
    low, value, high = size
    return Estimate(low, value, high, source)


def _either_way(recorded: int, model: Model) -> Estimate:
    slack = _document()["tool_prompt"]["either_way"]
    return Estimate(recorded - slack, recorded, recorded + slack, _source(model))


def anthropic_tool(kind: str) -> Estimate | None:
    """What a tool adds that Anthropic defines and the caller runs, by its type; None for one that the API runs."""
    size = _document()["anthropic_tools"].get(kind.rpartition("_")[0])
    return None if size is None else interval(size, "assumed")


def image(model: Model) -> Sizes:
    """How the model takes images: the side of a tile, the long edge and the most tiles, what stands around."""
    standard = model.tokenizer in ("v2", "v3")
    sizes: Sizes = _document()["image"]["standard" if standard else "high"]
    return sizes


def page(model: Model) -> Estimate | None:
    """The tokens of one page of a PDF; None for a model that does not read it as others do."""
    sizes = _document()["document"]
    return None if model.id in sizes["unread"] else interval(sizes["page"], "assumed")


def document(*, cited: bool) -> Estimate:
    """What stands around a document that is text."""
    sizes = _document()["document"]
    found = interval(sizes["text"], "assumed")
    return found + interval(sizes["cited"], "assumed") if cited else found


def thinking(kind: str, model: Model) -> Estimate:
    """What `thinking` of a type adds to the input."""
    sizes = _document()["thinking"]
    if model.tokenizer != "v3" or kind not in ("enabled", "adaptive"):
        return Estimate.exactly(0, _source(model))
    return interval(sizes["budget" if kind == "enabled" else "adaptive"], _source(model))


def task_budget() -> Estimate:
    """What `output_config.task_budget` adds to the input."""
    return interval(_document()["output_config"]["task_budget"], "assumed")


def _source(model: Model) -> Source:
    return "tokenizer" if model.tokenizer_measured else "assumed"


def _generation(model: Model) -> Sizes:
    sizes: Sizes = _document()["generations"][model.tokenizer]
    return sizes


@cache
def _document() -> Sizes:
    return tomli.loads(Path(__file__).with_name("structure.toml").read_text(encoding="utf-8"))
