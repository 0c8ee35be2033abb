"""PL301: a model that no longer answers, or soon will not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from promptlint.checks._place import is_asked_for
from promptlint.findings import Hit, Related
from promptlint.money import usd
from promptlint.prices.table import find, name_like, platform_of, replacement, successor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from promptlint.audit import Audit
    from promptlint.catalogue import Severity
    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Place

_CLOUDS = {"bedrock": "Amazon Bedrock", "vertex": "Google Cloud"}


@dataclass(frozen=True, slots=True)
class _Use:
    """A value that can reach the model of a call."""

    name: str
    model: Model
    call: CallSite

    @property
    def platform(self) -> str | None:
        """What serves it, where it is not Anthropic's own API."""
        sdk = self.call.sdk if self.call.sdk in _CLOUDS else None
        return platform_of(self.name) or self.call.client.platform or sdk

    @property
    def cloud(self) -> str | None:
        """The cloud with a calendar of its own that serves it, if any."""
        return _CLOUDS.get(self.platform or "")


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each place where such a name stands in the same words for all calls that it reaches."""
    causes: defaultdict[tuple[Place, str], list[_Use]] = defaultdict(list)
    for call in audit.project.calls:
        argument = call.request.model
        if call.role != "call" or is_asked_for(call):
            continue
        for name, origin in zip_longest(argument.values, argument.origins):
            model = find(name) if name is not None else None
            if model is not None and model.status_on(audit.today) != "active":
                causes[origin or argument.place or call.place, name].append(_Use(name, model, call))
    for (place, _), uses in causes.items():
        hit = _hit(place, uses, audit.today)
        yield from (replace(hit, call=use.call.id) for use in uses)


def _hit(place: Place, uses: list[_Use], today: date) -> Hit:
    direct = [use for use in uses if use.cloud is None]
    use = (direct or uses)[0]
    message, label, severity = _state(use, today)
    better = successor(use.model, today)
    return Hit(
        place=place,
        message=message,
        label=label,
        cost=_price_change(use.model, better),
        help=_help(use, better, today) if better else "",
        related=tuple(Related(where, what) for where, what in _reached(uses, place).items()),
        severity=severity,
    )


def _help(use: _Use, better: Model, today: date) -> str:
    vendors = replacement(use.model, today)
    also = f" (the vendor names {vendors.id})" if vendors is not None and vendors is not better else ""
    name = name_like(use.name, better, use.platform)
    if name is None:
        service = use.cloud or use.platform or "this service"
        return f"Its successor is {better.id}{also}; how {service} names it is not known here"
    return f'Write "{name}" here{also}, and run your tests: tokens, thinking and parameters differ'


def _reached(uses: list[_Use], place: Place) -> dict[Place, str]:
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


def _state(use: _Use, today: date) -> tuple[str, str, Severity]:
    model, day = use.model, use.model.retirement_date
    if model.status_on(today) == "deprecated":
        if use.cloud is not None:
            message = f"{model.id} is deprecated on Anthropic's API: {use.cloud} has a calendar of its own"
            return message, "deprecated on the API", "info"
        when = f"it will be retired on {day}" if day else "the day of its retirement is not known"
        return f"{model.id} is deprecated: {when}", f"retires {day}" if day else "deprecated", "warning"
    since = f" since {day}" if day else ""
    if use.cloud is not None:
        message = (
            f"{model.id} is retired on Anthropic's API{since}; whether {use.cloud} still serves it is not known here"
        )
        return message, "retired on the API", "info"
    return f"{model.id} is retired{since}: every request for it fails with 404", f"retired{since}", "error"


def _price_change(old: Model, new: Model | None) -> str:
    if new is None:
        return "unknown: no replacement is known"
    if None in (new.price.input, new.price.output, old.price.input, old.price.output):
        return f"unknown: a price of {old.id} or {new.id} is"
    return f"{new.id}: {_listed(new)} per million tokens in and out, where {old.id} was {_listed(old)}"


def _listed(model: Model) -> str:
    return f"{usd(model.price.input or 0)} and {usd(model.price.output or 0)}"
