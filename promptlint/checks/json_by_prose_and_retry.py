"""PL205: JSON that is asked for in words, and asked for again where it was none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.checks._cost import UNKNOWN_MODEL, dollars, known_input, price_of
from promptlint.checks._prefix import possible_models
from promptlint.findings import Hit, Related
from promptlint.prose import HOLE, prompts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place, Retry

_ONLY_JSON = re.compile(
    rf"\b(?:only|just|exclusively)\s+(?:(?:with|in|a|an|the|valid|raw|pure|strict|single)\s+){{0,4}}JSON\b"
    rf"|\b(?:valid|pure|raw|strict)\s+JSON\s+only\b|\bJSON\s+only\b"
    rf"|\bnothing\s+(?:else\s+)?(?:but|except)\s+[^.\n{HOLE}]{{0,20}}\bJSON\b",
    re.IGNORECASE,
)
_TAKES_A_SCHEMA = ("adaptive", "on-by-default", "always")
"""Models of 4.6 and later, by how they think: all of them take `output_config.format`."""


def check(call: CallSite, audit: Audit) -> Iterator[Hit]:
    """Report the wish of a call that is repeated after any failure and could pass a schema."""
    request, models = call.request, possible_models(call, audit)
    retry = next((retry for retry in call.context.retries if not retry.name and retry.catches_all is not False), None)
    if retry is None or call.sdk != "anthropic" or request.opaque or not call.priced:
        return
    if request.reply_format.present is not False or request.forced_tool.present is not False:
        return
    if models and all(model.thinking in _TAKES_A_SCHEMA for model in models):
        for prose in prompts(call):
            match = _ONLY_JSON.search(prose.text)
            if match is not None and prose.is_english():
                yield _hit(call, prose.locate(*match.span()), " ".join(match[0].split()), retry, audit)
                return


def _hit(call: CallSite, place: Place, phrase: str, retry: Retry, audit: Audit) -> Hit:
    return Hit(
        place=place,
        message=f'"{phrase}" is a wish, and where the answer is no JSON the whole request is sent and paid again',
        call=call.id,
        label="asked for in words",
        cost=_cost(call, audit),
        help="""\
Pass the schema; the answer then is JSON of that form, unless it is refused or cut off:
    output_config={"format": {"type": "json_schema", "schema": SCHEMA}}""",
        related=(Related(retry.place, "the retry"),),
    )


def _cost(call: CallSite, audit: Audit) -> str:
    models = audit.ledger.models(call)
    amounts = [known_input(call, model, audit).low for model in models]
    if not amounts or not max(amounts):
        return UNKNOWN_MODEL if not amounts else "unknown, because the size of the prompt is"
    return f"each retry at least {dollars(amounts)} of input, and its output ({price_of(*models)})"
