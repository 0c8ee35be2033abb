"""PL116: one turn of a cached conversation asks with other settings than the last, and does not find its cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._conversation import cached_turns, cost_of_history, same_before_messages
from promptlint.checks._prefix import possible_models
from promptlint.checks._settings import SETTINGS, place_of, value_of, values_by_turn
from promptlint.checks._uncached import takes_markers
from promptlint.findings import Hit, Related
from promptlint.prices.in_use import caches_conversation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.prices.model import Model
    from promptlint.request import CallSite, Place


_SETTLE = "Settle it before the first turn, and send the same in every turn:\n    "
_HELP = {
    "thinking": f'{_SETTLE}thinking={{"type": "adaptive"}}',
    "budget_tokens": f'{_SETTLE}thinking={{"type": "enabled", "budget_tokens": 4000}}',
    "effort": f'{_SETTLE}output_config={{"effort": "medium"}}',
    "tool_choice": "Leave it as it is in the other turns, and ask for the tool in the last message:\n"
    '    {"role": "user", "content": "... Use the search tool for this."}',
    "speed": f'{_SETTLE}speed="fast"',
}


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report the later of two calls that differ in a setting, and the call that differs from itself."""
    seen: set[tuple[Place, str]] = set()
    for turns in cached_turns(audit):
        pair, model = (turns.first, turns.second), _model(turns.first, turns.second, audit)
        if model is None or not same_before_messages(*pair):
            continue
        for setting in SETTINGS:
            values = [value_of(call, setting, model) for call in pair]
            place = place_of(turns.second, setting)
            if None not in values and values[0] != values[1] and (place, setting) not in seen:
                seen.add((place, setting))
                yield _hit(*pair, setting, values, model, turns.together)
    for call in audit.project.calls:
        model = _model(call, call, audit) if _talks_in_a_loop(call) else None
        for setting in SETTINGS if model is not None else ():
            values = values_by_turn(call, setting)
            if model is not None and len(set(values)) > 1:
                yield _hit(call, call, setting, values, model, True)


def _model(one: CallSite, other: CallSite, audit: Audit) -> Model | None:
    """The one model that both calls use."""
    models = {*possible_models(one, audit), *possible_models(other, audit)}
    return models.pop() if len(models) == 1 else None


def _talks_in_a_loop(call: CallSite) -> bool:
    return takes_markers(call) and call.request.messages.grows and caches_conversation(call.request)


def _hit(
    first: CallSite,
    second: CallSite,
    setting: str,
    values: list[object],
    model: Model,
    together: bool,
) -> Hit:
    what = " and ".join(f'"{value}"' if isinstance(value, str) else f"{value}" for value in values)
    return Hit(
        place=place_of(second, setting),
        message=f"{setting} is {what} in turns of one conversation: what one of them cached of it, the other does not "
        "find",
        call=second.id,
        label="other than in the turn before",
        cost=cost_of_history((first, second), (model, model)),
        help=_HELP[setting],
        related=() if first is second else (Related(first.place, f"{first.id} sends it with {values[0]}"),),
        severity=None if together else "info",
    )
