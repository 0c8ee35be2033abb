"""PL117: two models take turns in one cached conversation, and neither reads what the other cached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._conversation import cached_turns, cost_of_history
from promptlint.checks._prefix import possible_models
from promptlint.checks._uncached import takes_markers
from promptlint.findings import Hit, Related
from promptlint.prices.in_use import caches_conversation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Place

_HELP = """\
Keep one model for the conversation, and give the other what it needs in a conversation of its own:
    client.messages.create(model="%s", ..., messages=[{"role": "user", "content": task}])"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report the later of two calls with different models, and the call that chooses another one in each turn."""
    seen: set[Place] = set()
    for turns in cached_turns(audit):
        one, other = possible_models(turns.first, audit), possible_models(turns.second, audit)
        place = _place(turns.second)
        if turns.back and len(one) == len(other) == 1 and _loses(one[0], other[0]) and place not in seen:
            seen.add(place)
            yield _hit(turns.first, turns.second, (one[0], other[0]), turns.together)
    for call in audit.project.calls:
        models = possible_models(call, audit)
        chosen = "model" in call.request.by_turn and _talks_in_a_loop(call)
        if chosen and len(models) > 1 and _loses(models[0], models[1]):
            yield _hit(call, call, (models[0], models[1]), True)


def _talks_in_a_loop(call: CallSite) -> bool:
    return takes_markers(call) and call.request.messages.grows and caches_conversation(call.request)


def _loses(one: Model, other: Model) -> bool:
    """Whether the cheaper of two models pays more to write a conversation than the dearer one to read it."""
    written = [model.price.cache_write_5m for model in (one, other) if model.price.cache_write_5m is not None]
    read = [model.price.cache_read for model in (one, other) if model.price.cache_read is not None]
    return one != other and len(written) == len(read) == 2 and min(written) > max(read)


def _place(call: CallSite) -> Place:
    return call.request.model.place or call.place


def _hit(first: CallSite, second: CallSite, models: tuple[Model, Model], together: bool) -> Hit:
    return Hit(
        place=_place(second),
        message=f"{models[0].id} and {models[1].id} take turns in one conversation: each writes it to a cache of its "
        "own, and neither reads the other's",
        call=second.id,
        label="another model than in the turn before",
        cost=cost_of_history((first, second), models),
        help=_HELP % models[1].id,
        related=() if first is second else (Related(first.place, f"{first.id} asks {models[0].id}"),),
        severity=None if together else "info",
    )
