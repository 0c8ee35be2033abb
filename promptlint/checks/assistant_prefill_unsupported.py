"""PL209: a last message of the assistant is a beginning of the answer, which newer models do not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._prefix import possible_models
from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite

_HELP = """\
End with the user's message. For a fixed form, ask for it with structured output:
    output_config={"format": {"type": "json_schema", "schema": SCHEMA}}"""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report a conversation that ends with the assistant, where every model that the call can use refuses that."""
    conversation, models = call.request.messages, possible_models(call, audit)
    if call.role != "call" or not conversation.complete or conversation.grows or not conversation.messages:
        return
    last = conversation.messages[-1]
    if last.role != "assistant" or last.optional or last.repeated:
        return
    if models and not any(model.takes_prefill for model in models):
        yield Hit(
            place=last.place,
            message=f"{models[0].id} takes no beginning of its answer: the API answers with error 400",
            call=call.id,
            label="the last message is the assistant's",
            cost="nothing: no request with this call can succeed",
            help=_HELP,
        )
