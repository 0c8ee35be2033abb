"""A request as far as it is known, and what of it is not: what is the same on both sides of a change cancels out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from promptlint.changes.sent import hole_name
from promptlint.request import Hole, Messages, Part, System, Text, Tool, Tools, Variant

if TYPE_CHECKING:
    from promptlint.request import Block, Message, Request

_OPEN = ("mcp_servers", "container")


@dataclass(frozen=True, slots=True)
class Known:
    """A request without what only the run time knows, and names for all that was left out, sorted."""

    request: Request
    unknown: tuple[str, ...]


def known(request: Request, sized: Collection[str] = ()) -> Known:
    """`sized` are the holes whose size is configured, by name: they stay."""
    reader = _Reader(frozenset(sized))
    kept = reader.request(request)
    return Known(kept, tuple(sorted(reader.unknown)))


@dataclass(slots=True)
class _Reader:
    sized: frozenset[str]
    unknown: list[str] = field(default_factory=list)
    read_before: dict[int, tuple[Variant, list[str]]] = field(default_factory=dict)

    def request(self, request: Request) -> Request:
        opened = [name for name in _OPEN if name in request.others]
        self.unknown += [*opened, *request.opaque]
        if not request.reply_format.complete:
            self.unknown.append("reply format")
        return replace(
            request,
            tools=self.tools(request.tools),
            system=self.system(request.system),
            messages=self.messages(request.messages),
            reply_format=replace(request.reply_format, complete=True),
            others={name: value for name, value in request.others.items() if name not in _OPEN},
            opaque=(),
        )

    def tools(self, tools: Tools) -> Tools:
        if not tools.complete:
            self.unknown.append("tools")
        return replace(tools, tools=tuple(map(self.tool, tools.tools)), complete=True)

    def tool(self, tool: Tool) -> Tool:
        if tool.definition is not None or tool.kind not in (None, "custom", "function"):
            return tool
        self.unknown.append(f"tool {tool.name or ''}")
        return replace(tool, definition=self.text(tool.static).static)

    def system(self, system: System) -> System:
        if not system.complete:
            self.unknown.append("system prompt")
        return replace(system, blocks=tuple(self.blocks(system.blocks)), complete=True)

    def messages(self, messages: Messages) -> Messages:
        if not messages.complete:
            self.unknown.append("messages")
        if messages.grows:
            self.unknown.append("history")
        kept = tuple(self.message(message) for message in messages.messages if not self.is_repeated(message))
        return replace(messages, messages=kept, complete=True, grows=False)

    def is_repeated(self, message: Message) -> bool:
        if message.repeated:
            self.unknown.append(f"repeated {message.role} messages")
        return message.repeated

    def message(self, message: Message) -> Message:
        return replace(message, blocks=tuple(self.blocks(message.blocks)))

    def blocks(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            if not _can_be_counted(block):
                made_of = block.media.data if block.media is not None else ()
                self.unknown.append(f"{block.kind} {', '.join(map(hole_name, made_of)) or 'block'}")
                continue
            text = None if block.text is None else self.text(block.text)
            yield replace(block, text=text, inner=tuple(self.inner(block.inner)))

    def inner(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """What is in a block besides text: its texts are in the text of the block itself too."""
        for block in blocks:
            if block.kind == "text":
                yield block
            else:
                yield from self.blocks((block,))

    def text(self, text: Text) -> Text:
        kept, unknown = self.read(text)
        self.unknown += unknown
        return kept

    def read(self, text: Text) -> tuple[Text, list[str]]:
        kept: list[Part] = []
        unknown: list[str] = []
        for part in text.parts:
            if isinstance(part, Variant):
                variant, inside = self.variant(part)
                kept += [variant] if variant.options else []
                unknown += inside
            elif isinstance(part, Hole) and part.name not in self.sized:
                unknown.append(hole_name(part))
            else:
                kept.append(part)
        return Text(tuple(kept)), unknown

    def variant(self, variant: Variant) -> tuple[Variant, list[str]]:
        """Variants stand within variants, and the same one in several of their options: each is read once."""
        if id(variant) not in self.read_before:
            options = [self.read(option) for option in variant.options]
            names = sorted({name for _, unknown in options for name in unknown})
            found = Variant(tuple(kept for kept, _ in options))
            self.read_before[id(variant)] = (found, names if options else ["one of several texts"])
        return self.read_before[id(variant)]


def _can_be_counted(block: Block) -> bool:
    """An image by its size, a document by its pages, anything else by its text or its definition."""
    media = block.media
    if media is not None:
        return (media.width is not None and media.height is not None) or media.pages is not None
    return block.text is not None or (block.kind not in ("image", "document") and block.definition is not None)
