"""Why the tokens of a request are not known: one short reason for each part."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from promptlint.tokens import structure
from promptlint.tokens.added import schemas
from promptlint.tokens.calls import read
from promptlint.tokens.tools import brought, is_own, loadable

if TYPE_CHECKING:
    from promptlint.prices.model import Model
    from promptlint.request import Block, Request

_MEASURED = frozenset({"text", "tool_result"})


def reasons(request: Request, model: Model) -> tuple[str, ...]:
    """What leaves an open count of a request open, each reason once, in the order of the request."""
    found = chain(_tools(request), _texts(request), _blocks(request, model), _settings(request))
    return tuple(dict.fromkeys(found)) or ("a part of the request was not measured",)


def _tools(request: Request) -> Iterator[str]:
    for tool in request.tools.tools:
        if not is_own(tool) and structure.anthropic_tool(tool.kind or "") is None:
            yield f"the tool {tool.name or tool.kind} adds what it finds"
        elif is_own(tool) and tool.definition is None:
            yield f"the definition of the tool {tool.name or ''} is known at run time only".replace("  ", " ")
    if not request.tools.complete:
        yield request.tools.reason or "not all tools are known"


def _texts(request: Request) -> Iterator[str]:
    for hole in (*request.system.text.holes(), *request.messages.text.holes()):
        yield f"`{hole.name}` is known at run time only"
    if not request.system.complete:
        yield request.system.reason or "not all of the system prompt is known"
    if not request.messages.complete:
        yield request.messages.reason or "not all messages are known"
    if request.messages.grows:
        yield "the conversation grows"
    if request.opaque:
        yield f"what `{request.opaque[0]}` adds is not known"


def _blocks(request: Request, model: Model) -> Iterator[str]:
    names = loadable(request.tools.tools)
    for message in request.messages.messages:
        for block in message.blocks:
            for part in (block, *block.inner):
                yield from _block(part, model, names)


def _block(block: Block, model: Model, names: dict[str, str]) -> Iterator[str]:
    if block.kind in ("image", "document"):
        yield from _media(block, model)
    elif block.kind == "tool_use":
        if block.definition is None:
            yield "the input of a tool's call is known at run time only"
    elif block.kind == "thinking":
        if block.text is None:
            yield "what was thought is not known"
    elif block.kind not in _MEASURED and not _known_tool(block, names):
        kind = read(block).get("type")
        yield f"a block of type {kind} was not measured" if isinstance(kind, str) else "a block is not known"


def _known_tool(block: Block, names: dict[str, str]) -> bool:
    """Whether a block refers to, or brings, a tool whose definition is known."""
    given = read(block)
    kind, tool = given.get("type"), given.get("tool")
    if kind == "tool_reference":
        return str(given.get("tool_name")) in names
    named = isinstance(tool, dict) and str(tool.get("name")) in names
    return kind == "tool_addition" and (named or bool(brought(block)))


def _media(block: Block, model: Model) -> Iterator[str]:
    media = block.media
    if media is None:
        if block.text is None:
            yield f"the {block.kind} is known at run time only"
    elif media.reason:
        yield media.reason
    elif media.pages is not None:
        if structure.page(model) is None:
            yield "what this model reads of a PDF was not measured"
        elif media.pages[0] != media.pages[1]:
            yield "the pages of the PDF cannot be counted"
    elif max(media.width or 0, media.height or 0) < structure.image(model)["tile"]:
        yield "an image smaller than a tile was not measured"


def _settings(request: Request) -> Iterator[str]:
    if None in schemas(request):
        yield "the schema of the reply is not known"
    if "mcp_servers" in request.others:
        yield "the tools of MCP servers are known at run time only"
    if "container" in request.others:
        yield "what a container adds was not measured"
