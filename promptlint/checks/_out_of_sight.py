"""Cache markers that the code sets where nobody can follow them to a request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.audit import Audit
    from promptlint.request import CallSite

_SETS = re.compile(r"""^[^#]*(?:["']cache_control["']\s*(?:\]\s*=(?!=)|:)|\bcache_control\s*=(?!=))""")


def marks_out_of_sight(call: CallSite, audit: Audit) -> bool:
    """Whether a file that a request comes from or goes through sets a marker that no request is known to have.

    Helpers that mark the last message do so in place, or in a copy that they make: such a marker may be this request's.
    """
    places = {call.place.source, *([call.via.place.source] if call.via is not None else ())}
    texts = {source: text for source in places if "cache_control" in (text := audit.project.sources.get(source, ""))}
    known = _known(audit) if texts else set()
    return any(
        _SETS.match(line) is not None and (source, number) not in known
        for source, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
    )


def _known(audit: Audit) -> set[tuple[str, int]]:
    """The lines of the markers that requests have."""
    markers = (marker for call in audit.project.calls for marker in call.request.cache_breakpoints)
    return {
        (marker.place.source, line)
        for marker in markers
        for line in range(marker.place.line, marker.place.end_line + 1)
    }
