"""The tokens of the messages of a request: what is said, tools' calls and results, images, documents, thoughts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from promptlint.estimate import Estimate
from promptlint.request import Piece, Text, Variant
from promptlint.tokens import media, structure, texts, tools
from promptlint.tokens.calls import read, spoken

if TYPE_CHECKING:
    from promptlint.request import Block, Message, Request
    from promptlint.tokens.ruler import Ruler

_SAID = frozenset({"text", "tool_use"})


def raw(request: Request, ruler: Ruler) -> Estimate:
    """The tokens of all messages, not widened; unknown where some are missing."""
    messages = request.messages
    reader = _Reader.of(request, ruler)
    found = nothing()
    turns = structure.turns(messages.messages, ruler.model)
    for at, (message, around) in enumerate(zip(messages.messages, turns, strict=True)):
        found += reader.message(at, message, around)
    blocks = (block for message in messages.messages for block in message.blocks)
    if not request.tools.tools and any(map(tools.brought, blocks)):
        found += structure.tool_prompt(ruler.model, ())
    return found if messages.complete and not messages.grows else found + Estimate.unknown()


def content(blocks: Sequence[Block], ruler: Ruler) -> Estimate:
    """The tokens of blocks without tools: those of a system prompt. What is no text is unknown."""
    found = texts.raw(spoken(blocks), ruler)
    return found if all(block.text is not None for block in blocks) else found + Estimate.unknown()


def maybe(estimate: Estimate, present: bool | None) -> Estimate:
    """The estimate, or nothing where it may be absent."""
    return Estimate.hull([estimate, nothing()]) if present is None else estimate


def nothing() -> Estimate:
    """No tokens."""
    return Estimate.exactly(0, "exact")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Measures messages that know of each other: results of calls, calls of tools.

    `names` are the tools' names by the id of their call; `loadable` the tools that are loaded when they are referred
    to, `asked` is the position of the last message of the user's own words.
    """

    ruler: Ruler
    messages: tuple[Message, ...]
    names: dict[str, str]
    loadable: dict[str, str]
    asked: int

    @staticmethod
    def of(request: Request, ruler: Ruler) -> _Reader:
        messages = request.messages.messages
        calls = (read(block) for message in messages for block in message.blocks if block.kind == "tool_use")
        asked = [at for at, message in enumerate(messages) if message.role == "user" and not _only_results(message)]
        return _Reader(
            ruler,
            messages,
            {str(call.get("id")): str(call.get("name")) for call in calls},
            tools.loadable(request.tools.tools),
            max(asked, default=-1),
        )

    def message(self, at: int, message: Message, around: int) -> Estimate:
        if message.repeated:
            return Estimate.unknown()
        found = texts.raw(spoken(message.blocks), self.ruler)
        found += Estimate.exactly(around, found.source)
        for part in (*self._results(at), *self._calls(message), *self._others(at, message)):
            found += part
        return maybe(found, None if message.optional else True)

    def _calls(self, message: Message) -> Iterator[Estimate]:
        kinds = [block.kind for block in message.blocks if block.kind in _SAID]
        for before, kind in pairwise(kinds):
            if (before, kind) == ("text", "tool_use"):
                yield structure.around("after_text", self.ruler.model)

    def _results(self, at: int) -> Iterator[Estimate]:
        """Results of several calls are told apart by the names of their tools; that of a single one is not."""
        message, model = self.messages[at], self.ruler.model
        results = [block for block in message.blocks if block.kind == "tool_result"]
        if not results:
            return
        calls = self._calls_answered(at)
        several = max(calls, len(results)) > 1
        if not several:
            yield structure.around("result", model)
        elif not _only_results(self.messages[at - 1]):
            yield structure.around("results", model)
        for block in results:
            yield maybe(self._result(block, several), None if block.optional else True)
        if any(block.kind == "text" for block in message.blocks):
            yield structure.turn(model)

    def _calls_answered(self, at: int) -> int:
        """The calls of the message that this one, or those like it before it, answer."""
        while at > 0 and _only_results(self.messages[at - 1]):
            at -= 1
        before = self.messages[at - 1].blocks if at > 0 else ()
        return sum(block.kind == "tool_use" for block in before)

    def _result(self, block: Block, several: bool) -> Estimate:
        given = read(block)
        found = self._result_content(block)
        if several:
            name = self.names.get(str(given.get("tool_use_id")), "")
            found += structure.around("each_result", self.ruler.model) + self.ruler.literal(name)
        return found + structure.around("error", self.ruler.model) if given.get("is_error") is True else found

    def _result_content(self, block: Block) -> Estimate:
        said = block.text if block.text is not None else Text()
        # The line break before the content and the bracket behind it may join its first and last tokens.
        written = Text((Piece("\n", block.place), *said.parts, Piece("<", block.place)))
        found = texts.raw(written, self.ruler)
        if block.definition is None and block.text is None:
            return found + Estimate.unknown()
        for inner in block.inner:
            if inner.kind != "text":
                found += self._other(inner)
        return found

    def _others(self, at: int, message: Message) -> Iterator[Estimate]:
        for block in message.blocks:
            if block.kind == "thinking":
                yield self._thought(at, block)
            elif block.kind not in ("text", "tool_use", "tool_result"):
                yield maybe(self._other(block), None if block.optional else True)

    def _other(self, block: Block) -> Estimate:
        if block.kind in ("image", "document"):
            return media.raw(block, self.ruler)
        if block.kind == "unknown" and block.text is not None:
            return texts.raw(_perhaps(block), self.ruler)
        given = read(block)
        if given.get("type") == "tool_reference":
            return self._loaded(given.get("tool_name"), "referenced")
        if given.get("type") == "tool_addition":
            definition = tools.brought(block)
            return self._read_later(definition, "added") if definition else self._added(given.get("tool"))
        return Estimate.unknown()

    def _added(self, tool: object) -> Estimate:
        return self._loaded(tool.get("name") if isinstance(tool, dict) else None, "added")

    def _loaded(self, name: object, how: str) -> Estimate:
        definition = self.loadable.get(str(name))
        return Estimate.unknown() if definition is None else self._read_later(definition, how)

    def _read_later(self, definition: str, how: str) -> Estimate:
        return self.ruler.literal(definition) + structure.around(how, self.ruler.model)

    def _thought(self, at: int, block: Block) -> Estimate:
        """What was thought before the user's last words is not read again, except by later models."""
        if block.text is None:
            return Estimate.unknown()
        read_again = texts.raw(block.text, self.ruler) + structure.around("thought", self.ruler.model)
        if at > self.asked:
            return read_again
        return Estimate(0, 0, read_again.high, "assumed")


def _perhaps(block: Block) -> Text:
    assert block.text is not None
    return Text((Variant((block.text, Text())),)) if block.optional else block.text


def _only_results(message: Message) -> bool:
    return bool(message.blocks) and all(block.kind == "tool_result" for block in message.blocks)
