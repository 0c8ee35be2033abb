"""PL301: a model that no longer answers, or soon will not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from promptlint.checks._place import is_asked_for
from promptlint.checks._retirement import Use, advice, price_change, state
from promptlint.findings import Hit, Related
from promptlint.prices.table import find, name_like, successor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from promptlint.audit import Audit
    from promptlint.request import Place


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each place where such a name stands in the same words for all calls that it reaches."""
    causes: defaultdict[tuple[Place, str], list[Use]] = defaultdict(list)
    for call in audit.project.calls:
        argument = call.request.model
        if call.role != "call" or is_asked_for(call):
            continue
        for name, origin in zip_longest(argument.values, argument.origins):
            model = find(name) if name is not None else None
            if model is not None and model.status_on(audit.today) != "active":
                causes[origin or argument.place or call.place, name].append(Use(name, model, call))
    for (place, _), uses in causes.items():
        hit = _hit(place, uses, audit.today)
        yield from (replace(hit, call=use.call.id) for use in uses)


def _hit(place: Place, uses: list[Use], today: date) -> Hit:
    direct = [use for use in uses if use.cloud is None]
    use = (direct or uses)[0]
    message, label, severity = state(use, today)
    better = successor(use.model, today)
    return Hit(
        place=place,
        message=message,
        label=label,
        cost=price_change(use.model, better),
        help=advice(use, better, today) if better else "",
        related=tuple(Related(where, what) for where, what in _reached(uses, place).items()),
        severity=severity,
        subjects=_names(uses, today),
    )


def _names(uses: list[Use], today: date) -> tuple[str, ...]:
    """What to write instead, where one name is right for all uses."""
    found = {name_like(use.name, better, use.platform) for use in uses if (better := successor(use.model, today))}
    return tuple(name for name in found if name is not None) if len(found) == 1 else ()


def _reached(uses: list[Use], place: Place) -> dict[Place, str]:
    """Where the value is passed as a model, and the callers that have it sent; not where it stands itself."""
    found: dict[Place, str] = {}
    for call in (use.call for use in uses):
        passed = call.request.model.place
        where = call.place if passed in (None, place) else passed
        if not where.contains(place):
            found.setdefault(where, f"reaches {call.via.function if call.via else call.id}")
        if call.via is not None and call.place != place:
            found.setdefault(call.place, f"reaches {call.id}")
    return found
