"""What is to be said of a model that is retired or will be: since when, what instead, at what price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.money import usd
from promptlint.prices.table import name_like, platform_of, replacement

if TYPE_CHECKING:
    from datetime import date

    from promptlint.catalogue import Severity
    from promptlint.prices.model import Model
    from promptlint.request import CallSite

_CLOUDS = {"bedrock": "Amazon Bedrock", "vertex": "Google Cloud"}


@dataclass(frozen=True, slots=True)
class Use:
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


def state(use: Use, today: date) -> tuple[str, str, Severity]:
    """The message, the label and the severity of a model that is not active."""
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


def advice(use: Use, better: Model, today: date) -> str:
    """What to write instead, in the form in which the service names its models."""
    vendors = replacement(use.model, today)
    also = f" (the vendor names {vendors.id})" if vendors is not None and vendors is not better else ""
    name = name_like(use.name, better, use.platform)
    if name is None:
        service = use.cloud or use.platform or "this service"
        return f"Its successor is {better.id}{also}; how {service} names it is not known here"
    return f'Write "{name}" here{also}, and run your tests: tokens, thinking and parameters differ'


def price_change(old: Model, new: Model | None) -> str:
    """What changes with the successor, in USD per million tokens."""
    if new is None:
        return "unknown: no replacement is known"
    if None in (new.price.input, new.price.output, old.price.input, old.price.output):
        return f"unknown: a price of {old.id} or {new.id} is"
    return f"{new.id}: {_listed(new)} per million tokens in and out, where {old.id} was {_listed(old)}"


def _listed(model: Model) -> str:
    return f"{usd(model.price.input or 0)} and {usd(model.price.output or 0)}"
