"""PL210: the Messages API requires `max_tokens`; the anthropic package raises TypeError without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.checks._place import source_of
from promptlint.findings import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite

_HELP = "Pass max_tokens, enough for the longest answer you can use: a higher cap costs nothing by itself"
_AMPLE = 4_000
"""Tokens in which most answers end: some 3,000 words."""
_RAISES = frozenset({"anthropic"})
_REFUSED = frozenset({"bedrock", "http", "request"})


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each place that sends without a cap, wrappers too: what their callers pass has reached them."""
    for call in audit.project.calls:
        yield from _check(call, audit)


def _check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    cap = call.request.max_tokens
    if not call.priced or call.via is not None or call.request.opaque or _is_completion(call, audit):
        return
    if cap.how == "default" and cap.only is not None:
        yield from _default(call, cap.only, audit)
    elif cap.present is False and (fails := _failure(call)):
        yield Hit(
            place=call.place,
            message=f"max_tokens is not passed: {fails}",
            call=call.id,
            label="no max_tokens",
            cost=f"nothing: {'this request cannot' if call.is_body else 'no request with this call can'} succeed",
            help=_HELP,
        )


def _is_completion(call: CallSite, audit: Audit) -> bool:
    """Whether a body has a prompt instead of messages: what Bedrock takes of other vendors' models, not of Claude."""
    keyword = call.request.messages.keyword
    written = source_of(keyword, audit.project) if keyword is not None and call.sdk == "bedrock" else ""
    return written.strip("\"'") == "prompt"


def _failure(call: CallSite) -> str:
    if call.sdk in _RAISES and not call.request.batch:
        return "the anthropic package raises TypeError before it sends anything"
    if call.request.batch or call.sdk in _REFUSED:
        return "the API answers with error 400"
    return ""


def _default(call: CallSite, default: int, audit: Audit) -> Iterator[Hit]:
    models = audit.ledger.models(call)
    if models and all(model.max_output is not None and default >= model.max_output for model in models):
        return
    yield Hit(
        place=call.place,
        message=f"max_tokens is not passed, so {call.sdk} cuts every answer off at {default:,} tokens",
        call=call.id,
        label=f"the default of {default:,} applies",
        cost="an answer that is cut off is billed in full; how many are, the code does not tell",
        help=_HELP,
        severity="info" if default >= _AMPLE else "warning",
    )
