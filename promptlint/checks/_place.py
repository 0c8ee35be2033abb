"""Where a finding about an argument stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.request import CallSite, Place


def own_place(call: CallSite, place: Place | None) -> Place:
    """The place of an argument, or the call's where there is none or it is the wrapper's, which others share."""
    if place is None or (call.via is not None and call.via.place.contains(place)):
        return call.place
    return place


def is_asked_for(call: CallSite) -> bool:
    """Whether a prompt names no model: the one that it is judged by is the user's question, and stands nowhere."""
    return call.request.model.place is None and (call.is_prompt or call.is_body)
