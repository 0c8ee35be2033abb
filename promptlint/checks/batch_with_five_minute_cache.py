"""PL122: requests of a batch run within hours of each other, and a cache of five minutes is gone by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each marker once, whatever the number of requests that carry it."""
    seen: set[Place] = set()
    for call in audit.project.calls:
        for marker in call.request.cache_breakpoints if call.request.batch else ():
            if marker.certain and marker.ttl == "5m" and marker.place not in seen:
                seen.add(marker.place)
                yield _hit(call, marker.place)


def _hit(call: CallSite, place: Place) -> Hit:
    return Hit(
        place=place,
        message="A batch runs for up to a day, and this cache lives for five minutes",
        call=call.id,
        label="five minutes",
        cost="a miss pays 1.25 times the input price for the prefix; how many requests miss, the code does not tell",
        help='Let it live for an hour:\n    "cache_control": {"type": "ephemeral", "ttl": "1h"}',
    )
