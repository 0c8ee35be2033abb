"""PL701: the anthropic package raises ValueError for a large cap on a request that is not streamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite

# The package expects 128,000 tokens to take an hour, and refuses what may take longer than ten minutes; some models
# have a cap of their own. Source: anthropic 2.12, `_base_client.py` and `resources/messages`.
LARGEST = 21_333
LARGEST_OF = {"claude-opus-4-20250514": 8_192, "claude-opus-4-1-20250805": 8_192}
_METHODS = ("messages.create", "messages.parse")


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report a cap that the package refuses whatever the model, where no timeout is set."""
    cap, request = call.request.max_tokens, call.request
    if call.sdk != "anthropic" or not call.api.endswith(_METHODS) or request.streaming or request.batch:
        return
    if request.opaque or "timeout" in request.others or call.client.timeout.present is not False:
        return
    if "stream" in request.others or not cap.complete or not cap.values or cap.place is None or call.role != "call":
        return
    models = audit.ledger.models(call) if request.model.complete else ()
    largest = max((LARGEST_OF.get(model.id, LARGEST) for model in models), default=LARGEST)
    if min(cap.values) > largest:
        yield Hit(
            place=cap.place if call.via is None else call.place,
            message=f"max_tokens is {min(cap.values):,} without streaming: the anthropic package raises ValueError",
            call=call.id,
            label=f"at most {largest:,} without streaming",
            cost="nothing: the request is never sent",
            help=_HELP,
        )


_HELP = """\
Stream the answer, and take the whole message at the end:
    with client.messages.stream(...) as stream:
        reply = stream.get_final_message()"""
