"""What there is to ask the API about the calls of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from promptlint.prices.table import known
from promptlint.tokens import parts
from promptlint.tokens.parts import Part
from promptlint.tokens.recorded import Key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Request


class Question(NamedTuple):
    """How many tokens a part has for a model, by its id."""

    part: Part
    model: str

    @property
    def key(self) -> Key:
        """The part's digest and the model: what an answer is filed under."""
        return self.part.digest, self.model


def questions(calls: Iterable[CallSite], today: date | None = None) -> dict[Question, CallSite]:
    """Every question about these calls with the first call that it is about: each part, for each known model.

    `today` leaves out the models that are retired by then: the API counts nothing for them.
    """
    found: dict[Question, CallSite] = {}
    for call in calls:
        if call.role != "call":
            continue
        models = _countable(known(call.request.model.values), today)
        of_call = parts.of_call(call.request) if models else ()
        for question in (Question(part, model.id) for model in models for part in of_call):
            found.setdefault(question, call)
    return found


def about(what: str | Request, models: Iterable[Model], today: date) -> tuple[Question, ...]:
    """The questions about one text, or about a request as a whole, for the models that are not retired by then."""
    found = parts.of_text(what) if isinstance(what, str) else parts.of_request(what)
    return tuple(Question(part, model.id) for model in _countable(models, today) for part in found)


def _countable(models: Iterable[Model], today: date | None) -> tuple[Model, ...]:
    return tuple(model for model in models if today is None or model.status_on(today) != "retired")
