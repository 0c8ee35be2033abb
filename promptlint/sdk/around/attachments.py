"""Images and documents that are sent as they came: the whole file or upload, at its full size."""

from __future__ import annotations

from dataclasses import replace

from promptlint.request import Block, Media, Message, Request
from promptlint.sdk.around import cuts
from promptlint.sdk.around.wholes import bulk_at
from promptlint.source.evaluator import Evaluator


def with_wholes(ev: Evaluator, request: Request) -> Request:
    """The request with what its images and documents are, where that is a whole file or upload."""
    messages = request.messages
    if not any(_made_of(block) for message in messages.messages for block in message.blocks):
        return request
    ev.refuel()
    seen = tuple(_message(ev, message) for message in messages.messages)
    return replace(request, messages=replace(messages, messages=seen))


def _made_of(block: Block) -> bool:
    return any(_made_of(inner) for inner in block.inner) or (block.media is not None and bool(block.media.data))


def _message(ev: Evaluator, message: Message) -> Message:
    return replace(message, blocks=tuple(_block(ev, block) for block in message.blocks))


def _block(ev: Evaluator, block: Block) -> Block:
    if not _made_of(block):
        return block
    inner = tuple(_block(ev, one) for one in block.inner)
    if block.media is None or (block.kind == "image" and _is_made_smaller(ev, block, block.media)):
        return replace(block, inner=inner)
    found = {one.place: one for hole in block.media.data if (one := bulk_at(ev, hole.place)) is not None}
    return replace(block, inner=inner, media=replace(block.media, whole=tuple(found[place] for place in sorted(found))))


def _is_made_smaller(ev: Evaluator, block: Block, media: Media) -> bool:
    """Whether a file that the image passes speaks of sizes: it may have been made smaller on the disk."""
    places = {block.place.path, *(hole.place.path for hole in media.data)}
    places |= {step.place.path for hole in media.data for step in hole.trail}
    modules = [ev.modules.get(path) for path in sorted(places) if path.endswith(".py")]
    return any(module is None or cuts.IMAGE.search(module.file.text) for module in modules)
