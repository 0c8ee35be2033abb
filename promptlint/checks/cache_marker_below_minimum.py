"""PL104: a marker on a prefix that is too short to be cached does nothing, and says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.checks._prefix import marked, minimum, possible_models
from promptlint.findings import Hit, Related
from promptlint.money import tokens_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place

_HELP = """\
Put more of what never changes in front of the marker: examples, reference text, tools. Otherwise take the marker out.
Text that is added only to reach the minimum pays where no more than a fifth is missing."""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each marker in the same words for all its calls; one that does something for others is advice only."""
    short: dict[Place, list[tuple[CallSite, str]]] = {}
    useful: set[Place] = set()
    for call in audit.project.calls:
        if call.role != "call" or not call.priced:
            continue
        for marker, cut in marked(call):
            reason = _too_short(cut, audit) if marker.certain else ""
            if reason:
                short.setdefault(marker.place, []).append((call, reason))
            else:
                useful.add(marker.place)
    for place, found in short.items():
        hit = _hit(place, found, shared=place in useful)
        yield from (replace(hit, call=call.id) for call, _ in found)


def _hit(place: Place, found: list[tuple[CallSite, str]], *, shared: bool) -> Hit:
    reason = found[0][1]
    others = [other for other, _ in found if other.place != place and not other.place.contains(place)]
    return Hit(
        place=place,
        message=f"This cache_control does nothing{' for some of its calls' if shared else ''}: {reason}",
        label="too short to be cached",
        cost="nothing, and no saving either: the whole prefix is billed at the input price",
        help=_HELP,
        related=tuple(Related(other.place, "this call's prefix is too short") for other in others),
        severity="info" if shared else None,
    )


def _too_short(cut: CallSite, audit: Audit) -> str:
    """Why the marker at the end of this request does nothing, whatever the model; empty where it may do something."""
    reasons = []
    for model in possible_models(cut, audit):
        least, prefix = minimum(cut, model), audit.ledger.tokens(cut, model).cached_prefix
        if least is None or prefix is None or not prefix.below(least):
            return ""
        reasons.append(f"{model.id} caches from {least:,} tokens on, and this prefix has {tokens_range(prefix)}")
    return reasons[0] if reasons else ""
