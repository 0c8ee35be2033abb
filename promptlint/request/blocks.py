"""What stands in a request: system, messages, tools, and the blocks in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from promptlint.request.place import Place
from promptlint.request.text import Hole, Part, Text, Variant

BlockKind = Literal["text", "image", "document", "tool_use", "tool_result", "thinking", "other", "unknown"]
BulkKind = Literal["output", "file", "page", "rows", "upload"]


@dataclass(frozen=True, slots=True)
class CacheMarker:
    """A `cache_control`; `certain` is false where it may be absent or another type."""

    ttl: Literal["5m", "1h", "unknown"]
    place: Place
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Bulk:
    """What is sent whole, be it as large as it likes: nothing that is seen on its way makes it shorter or smaller.

    `name` is the expression as written, on one line.
    """

    what: BulkKind
    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class Media:
    """What is known of an image or a document: its size in pixels, how many pages it has; `reason` why not more.

    `pages` is a range, None where the document is no PDF or its pages cannot be told. `data` is what it is made of at
    run time, `whole` the files and uploads among that: as they came, nothing seen on their way makes them smaller.
    `fixed_in` are the loops around the call whose rounds all send the same of it.
    """

    width: int | None = None
    height: int | None = None
    pages: tuple[int, int] | None = None
    reason: str = ""
    data: tuple[Hole, ...] = ()
    whole: tuple[Bulk, ...] = ()
    fixed_in: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One content block. `text` is None where the content is no text or unknown; `optional` if it may be absent.

    `definition` is the JSON of a block that is more than its text, as sent but for what `inner` holds: the blocks
    that stand in a tool's result or a document. It is None where not all of it is known. `bulk` is that of a result.
    """

    kind: BlockKind
    text: Text | None
    place: Place
    cache: CacheMarker | None = None
    optional: bool = False
    media: Media | None = None
    definition: str | None = None
    inner: tuple[Block, ...] = ()
    bulk: tuple[Bulk, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `role` is None where unknown; `repeated` if a loop or a history brings any number of such."""

    role: str | None
    blocks: tuple[Block, ...]
    place: Place
    optional: bool = False
    repeated: bool = False


def _joined(blocks: Iterable[Block]) -> Text:
    parts: list[Part] = []
    for block in blocks:
        if block.text is not None:
            parts += [Variant((Text(), block.text))] if block.optional else block.text.parts
    return Text(tuple(parts))


@dataclass(frozen=True, slots=True)
class System:
    """The system prompt. `complete` if no block is missing here.

    `present` is None where it cannot be told; a prompt that only some paths send is present, its blocks optional.
    """

    present: bool | None = False
    blocks: tuple[Block, ...] = ()
    complete: bool = True
    keyword: Place | None = None
    place: Place | None = None
    reason: str = ""

    @property
    def text(self) -> Text:
        """The text of all blocks, joined; an optional block is a variant with an empty option."""
        return _joined(self.blocks)

    @property
    def sent(self) -> Text:
        """The text of the prompt where one is sent: as `text`, save that a single block is there."""
        match self.blocks:
            case (Block(text=Text() as text),):
                return text
            case _:
                return self.text


@dataclass(frozen=True, slots=True)
class Messages:
    """The conversation. `grows` when what was said before is sent again; `complete` if no message is missing here.

    `window` is the slice of a conversation that grows of which only the last messages are sent.
    """

    messages: tuple[Message, ...] = ()
    complete: bool = True
    grows: bool = False
    keyword: Place | None = None
    place: Place | None = None
    reason: str = ""
    window: Place | None = None

    @property
    def text(self) -> Text:
        """The text of all messages, joined; what is optional or repeated is a variant with an empty option."""
        blocks = [
            replace(block, optional=block.optional or message.optional or message.repeated)
            for message in self.messages
            for block in message.blocks
        ]
        return _joined(blocks)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `definition` is its JSON as sent, None where not all of it is known; `kind` is the `type`, if any.

    `bulk` is what its function returns, where the SDK calls that by itself.
    """

    name: str | None
    kind: str | None
    definition: str | None
    place: Place
    static: Text = Text()
    cache: CacheMarker | None = None
    bulk: tuple[Bulk, ...] = ()


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools of a request. `complete` if no tool is missing here."""

    present: bool | None = False
    tools: tuple[Tool, ...] = ()
    complete: bool = True
    unordered: Place | None = None
    keyword: Place | None = None
    place: Place | None = None
    reason: str = ""
