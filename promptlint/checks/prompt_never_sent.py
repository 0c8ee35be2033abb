"""PL610: a prompt that is built and never sent: what it asks for never reaches the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, UnsentPrompt


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each text that is named as a prompt and read nowhere in the project; with the calls that lack it."""
    for prompt in audit.project.unsent:
        where = f" in {prompt.function}" if prompt.function else ""
        calls = _without_it(prompt, audit)
        yield Hit(
            place=prompt.place,
            message=f"The prompt `{prompt.name}` is built{where} and never sent",
            call=calls[0].id if len(calls) == 1 else None,
            label="read nowhere",
            cost="nothing is billed, but no request says what stands here",
            help=_help(prompt, calls),
            related=tuple(Related(call.place, "this request goes out without it") for call in calls),
            severity="warning" if calls else None,
        )


def _without_it(prompt: UnsentPrompt, audit: Audit) -> list[CallSite]:
    """The calls of the function that builds a prompt, behind it: one of them was meant to send it."""
    return [
        call
        for call in audit.project.calls
        if prompt.function
        and (call.place.path, call.place.cell, call.function) == (prompt.place.path, prompt.place.cell, prompt.function)
        and prompt.place < call.place
    ]


def _help(prompt: UnsentPrompt, calls: list[CallSite]) -> str:
    via = next((call.via.function for call in calls if call.via is not None), None)
    if via is not None:
        return f"Give {via} a parameter for it and send it from there as `system`, or delete it"
    if any(call.request.system.present for call in calls):
        return f"Send it with or instead of the system prompt that goes out now (`system={prompt.name}`), or delete it"
    return f"Pass it to the call that it was written for (`system={prompt.name}`), or delete it"
