"""The input tokens of a request: in all, by section, and of the prefix that a cache can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.request import Text, Variant
from promptlint.tokens import structure, texts
from promptlint.tokens.prefix import constant_prefix, marked_prefix
from promptlint.tokens.tools import as_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.prices.model import Model
    from promptlint.request import Block, Message, Part, Request, Tool
    from promptlint.tokens.count import Counter

_UNSEEN = Estimate.unknown()
_ADDING = frozenset({"output_format", "mcp_servers", "container"})


@dataclass(frozen=True, slots=True)
class RequestTokens:
    """Input tokens of one call.

    `prefix` is the constant prefix that a cache could hold: tools, system and messages up to the first part
    that can differ from request to request; where that part may turn out constant, its high is None.
    `cached_prefix` reaches up to the last cache marker, None without a marker.
    """

    frame: Estimate
    system: Estimate
    messages: Estimate
    tools: Estimate
    total: Estimate
    prefix: Estimate
    cached_prefix: Estimate | None

    @staticmethod
    def unknown() -> RequestTokens:
        """Nothing known, not even the model."""
        return RequestTokens(_UNSEEN, _UNSEEN, _UNSEEN, _UNSEEN, _UNSEEN, _UNSEEN, None)

    @staticmethod
    def hull(several: Sequence[RequestTokens]) -> RequestTokens:
        """The intervals over several possibilities, likeliest first."""
        marked = [tokens.cached_prefix for tokens in several if tokens.cached_prefix is not None]
        return RequestTokens(
            frame=Estimate.hull(tokens.frame for tokens in several),
            system=Estimate.hull(tokens.system for tokens in several),
            messages=Estimate.hull(tokens.messages for tokens in several),
            tools=Estimate.hull(tokens.tools for tokens in several),
            total=Estimate.hull(tokens.total for tokens in several),
            prefix=Estimate.hull(tokens.prefix for tokens in several),
            cached_prefix=Estimate.hull(marked) if marked else None,
        )


def measure(request: Request, model: Model, counter: Counter) -> RequestTokens:
    """The input tokens of one call of `model`. What is unknown keeps its lower bound."""
    sections = _Sections.of(request, model, counter)
    frame = structure.frame(model)
    total = counter.widen(frame + sections.sum, model)
    marked = marked_prefix(request)
    return RequestTokens(
        frame=frame,
        system=counter.widen(sections.system, model),
        messages=counter.widen(sections.messages, model),
        tools=counter.widen(sections.tools, model),
        total=total + _UNSEEN if request.opaque or _adds_text(request) else total,
        prefix=_prefix(request, model, counter),
        cached_prefix=None if marked is None else counter.widen(_Sections.of(marked, model, counter).sum, model),
    )


def _adds_text(request: Request) -> bool:
    """Whether an argument makes the API add text of a length that is not known."""
    config = request.others.get("output_config")
    formatted = config is not None and any(isinstance(value, dict) and "format" in value for value in config.values)
    return formatted or not _ADDING.isdisjoint(request.others)


def _prefix(request: Request, model: Model, counter: Counter) -> Estimate:
    cut = constant_prefix(request)
    found = counter.widen(_Sections.of(cut.kept, model, counter).sum, model)
    return found if cut.sharp else Estimate(found.low, found.value, None, found.source)


@dataclass(frozen=True, slots=True)
class _Sections:
    """The sections of a request, not widened yet: the tokenizer's error counts once in a sum."""

    tools: Estimate
    system: Estimate
    messages: Estimate

    @staticmethod
    def of(request: Request, model: Model, counter: Counter) -> _Sections:
        return _Sections(
            tools=_tools(request, model, counter),
            system=_system(request, model, counter),
            messages=_messages(request, model, counter),
        )

    @property
    def sum(self) -> Estimate:
        return self.tools + self.system + self.messages


def _tools(request: Request, model: Model, counter: Counter) -> Estimate:
    tools = request.tools
    if tools.present is False:
        return _nothing()
    found = _nothing()
    if tools.tools:
        found += _tool_definitions(tools.tools, model, counter)
    if any(map(_is_own, tools.tools)):
        choice = request.tool_choice
        found += structure.tool_prompt(model, choice.values if choice.complete else (*choice.values, "auto", "any"))
    if not tools.complete:
        found += _UNSEEN
    return _maybe(found, tools.present)


def _tool_definitions(tools: Sequence[Tool], model: Model, counter: Counter) -> Estimate:
    own = [tool.definition for tool in tools if _is_own(tool) and tool.definition is not None]
    found = counter.raw("".join(map(as_read, own)), model)
    for tool in tools:
        if not _is_own(tool):
            # What the tools that Anthropic defines add was recorded too seldom to say.
            found += _UNSEEN
        elif tool.definition is None:
            found += Estimate.unknown(texts.raw(tool.static, model, counter).low)
    return found


def _is_own(tool: Tool) -> bool:
    return tool.kind in (None, "custom", "function")


def _system(request: Request, model: Model, counter: Counter) -> Estimate:
    system = request.system
    if system.present is False:
        return _nothing()
    found = _content(system.blocks, model, counter)
    if system.blocks:
        around = structure.system(model, with_tools=bool(request.tools.tools))
        found += Estimate.exactly(around, found.source)
    if not system.complete:
        found += _UNSEEN
    return _maybe(found, system.present)


def _messages(request: Request, model: Model, counter: Counter) -> Estimate:
    messages = request.messages
    found = _nothing()
    for message, around in zip(messages.messages, structure.turns(messages.messages, model), strict=True):
        found += _message(message, around, model, counter)
    return found if messages.complete and not messages.grows else found + _UNSEEN


def _message(message: Message, around: int, model: Model, counter: Counter) -> Estimate:
    if message.repeated:
        return _UNSEEN
    content = _content(message.blocks, model, counter)
    return _maybe(content + Estimate.exactly(around, content.source), None if message.optional else True)


def _content(blocks: Sequence[Block], model: Model, counter: Counter) -> Estimate:
    """Texts of neighbouring blocks are joined; what is no text is unknown."""
    parts = [part for block in blocks for part in _parts(block)]
    found = texts.raw(Text(tuple(parts)), model, counter)
    for block in blocks:
        if block.text is None:
            found += _UNSEEN
        elif (around := structure.block(block.kind)) is not None:
            found += _maybe(around, None if block.optional else True)
    return found


def _parts(block: Block) -> Sequence[Part]:
    if block.text is None:
        return ()
    return (Variant((block.text, Text())),) if block.optional else block.text.parts


def _maybe(estimate: Estimate, present: bool | None) -> Estimate:
    return Estimate.hull([estimate, _nothing()]) if present is None else estimate


def _nothing() -> Estimate:
    return Estimate.exactly(0, "exact")
