"""PL121: a switch that looks like caching and marks nothing: the beta header of 2024 without a marker."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from promptlint.checks._uncached import may_cache, takes_markers
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place

_HEADER = "prompt-caching-2024-07-31"
_HELP = """\
Drop the header, and mark the end of what never changes:
    system=[{"type": "text", "text": ..., "cache_control": {"type": "ephemeral"}}]"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each client, or each call where its client has no place, that asks for the beta and marks nothing."""
    if audit.settings.caching == "external":
        return
    asking: defaultdict[Place, list[CallSite]] = defaultdict(list)
    for call in audit.project.calls:
        if takes_markers(call) and _HEADER in call.client.betas:
            asking[call.client.place or call.place].append(call)
    for place, calls in asking.items():
        if not any(map(may_cache, calls)):
            yield _hit(place, calls)


def _hit(place: Place, calls: list[CallSite]) -> Hit:
    others = {call.place: f"{call.id} sends no marker" for call in calls if call.place != place}
    return Hit(
        place=place,
        message=f"The beta {_HEADER} caches nothing by itself, and no request has a cache_control",
        call=calls[0].id,
        label="asks for caching",
        cost="all input is billed at the full price, as without the header",
        help=_HELP,
        related=tuple(Related(other, message) for other, message in others.items()),
    )
