"""PL106: breakpoints that live an hour stand before those that live five minutes, or the API answers with error 400."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CacheMarker, CallSite, Request

_HELP = """\
Give both the same lifetime, or move what lives for an hour to the front:
    "cache_control": {"type": "ephemeral", "ttl": "1h"}"""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report the first marker that lives longer than one before it, or the automatic one that contradicts the last."""
    if call.role != "call":
        return
    short: CacheMarker | None = None
    for marker in call.request.cache_breakpoints:
        if not marker.certain:
            continue
        if marker.ttl == "1h" and short is not None:
            yield _hit(call, marker, short, "An hour's cache_control stands behind one of five minutes")
            return
        if marker.ttl == "5m" and short is None:
            short = marker
    last, automatic = _last_block(call.request), call.request.cache
    if last is not None and automatic is not None and {last.ttl, automatic.ttl} == {"5m", "1h"}:
        yield _hit(call, automatic, last, "The automatic cache_control and that of the last block differ in lifetime")


def _hit(call: CallSite, marker: CacheMarker, other: CacheMarker, what: str) -> Hit:
    return Hit(
        place=marker.place,
        message=f"{what}: the API answers with error 400",
        call=call.id,
        label=f"lives {'an hour' if marker.ttl == '1h' else 'five minutes'}",
        cost="nothing: no request with this call can succeed",
        help=_HELP,
        related=(Related(other.place, f"lives {'an hour' if other.ttl == '1h' else 'five minutes'}"),),
    )


def _last_block(request: Request) -> CacheMarker | None:
    """The marker of the last block of the conversation, where that is known."""
    messages = request.messages
    if not messages.complete or messages.grows or not messages.messages:
        return None
    blocks = messages.messages[-1].blocks
    marker = blocks[-1].cache if blocks else None
    return marker if marker is not None and marker.certain else None
