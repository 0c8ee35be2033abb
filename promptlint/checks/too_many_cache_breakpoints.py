"""PL105: the API takes four cache breakpoints in a request, and answers a fifth with error 400."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CacheMarker, CallSite, Request

MOST = 4  # breakpoints in one request, the automatic one counted: Anthropic's documentation of prompt caching


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report the first marker that is one too many."""
    markers = certain_markers(call.request)
    if call.role != "call" or len(markers) <= MOST:
        return
    fifth = markers[MOST]
    yield Hit(
        place=fifth.place,
        message=f"The request has {len(markers)} cache breakpoints, and the API takes {MOST}: it answers error 400",
        call=call.id,
        label="one too many",
        cost="nothing: no request with this call can succeed",
        help="Keep the markers on the last tool, the system prompt, the documents, and the end of the conversation",
        related=tuple(Related(marker.place, "a cache breakpoint") for marker in markers[:MOST]),
    )


def certain_markers(request: Request) -> list[CacheMarker]:
    """The markers that every request of the call has, in the order of the prefix."""
    found = [tool.cache for tool in request.tools.tools]
    found += [block.cache for block in request.system.blocks if not block.optional]
    for message in request.messages.messages:
        if not message.optional and not message.repeated:
            found += [block.cache for block in message.blocks if not block.optional]
    return [marker for marker in (*found, request.cache) if marker is not None and marker.certain]
