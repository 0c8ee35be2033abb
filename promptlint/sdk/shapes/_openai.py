"""Whether a call of the OpenAI SDK goes to Claude."""

from __future__ import annotations

from promptlint.request import Piece
from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.receivers import Receiver
from promptlint.sdk.shapes import Gathered
from promptlint.sdk.shapes._models import for_claude, names_claude
from promptlint.source.values import Map, Str, options

_HOST = "anthropic.com"


def model(gathered: Gathered) -> Passed | None:
    """The model where Claude is evident: by its name, or by the address where no other is named; else None."""
    passed = gathered.given.get("model")
    kept = for_claude(passed) if passed is not None else None
    return kept if kept is not None and (names_claude(kept) or _is_anthropic(gathered.receiver)) else None


def extras(given: PassedArguments) -> dict[str, Passed]:
    """The further arguments that `extra_body` holds, such as `thinking`."""
    extra = given.get("extra_body")
    entries = [e for o in options(extra.value) if isinstance(o, Map) for e in o.entries] if extra is not None else []
    return {entry.key: Passed(entry.value, entry.key_place, entry.key_place, entry.optional) for entry in entries}


def _is_anthropic(client: Receiver | None) -> bool:
    address = client.arguments.get("base_url") if client is not None and client.arguments is not None else None
    if address is None:
        return False
    texts = [option.text for option in options(address) if isinstance(option, Str)]
    return any(isinstance(part, Piece) and _HOST in part.text for text in texts for part in text.parts)
