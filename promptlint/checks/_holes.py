"""What a prompt is filled with at run time, as checks look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.tokens.holes import HoleSizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import Block, CallSite, Hole

_LONGEST_NAME = 60


def blocks_of(call: CallSite) -> Iterator[Block]:
    """Every block of what a call says to the model: not of what the model is said to have answered."""
    messages = call.request.messages.messages
    blocks = [*call.request.system.blocks]
    blocks += [block for message in messages if message.role != "assistant" for block in message.blocks]
    for block in blocks:
        yield block
        yield from block.inner


def holes_of(call: CallSite) -> Iterator[Hole]:
    """Every hole in the text of those blocks."""
    for block in blocks_of(call):
        if block.text is not None:
            yield from block.text.holes()


def named(hole: Hole) -> str:
    """The expression of a hole on one line, cut where it is long."""
    name = " ".join(hole.name.split())
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME].rstrip()}..."


def configured_tokens(call: CallSite, hole: Hole, audit: Audit) -> int | None:
    """The size that the user gave to a hole, in tokens."""
    return HoleSizes(audit.settings.holes).of(call).get(hole.name)
