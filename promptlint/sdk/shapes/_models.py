"""Whether a model can be one of Claude, by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from promptlint.request import Piece
from promptlint.sdk.passed import Passed
from promptlint.source.values import Const, Str, Value, choice, options

_CLAUDE = ("claude", "anthropic")
_OF_ANOTHER = re.compile(r"(?:gateway/)?anthropic[:/](?!.*claude)\w")
"""A provider's prefix on a name that no model of Claude has: a default for one that goes with another provider."""
_CARRIERS = re.compile(
    r"(?:bedrock|converse|invoke|vertex_ai|vertex|azure_ai|openrouter|databricks|litellm_proxy|vercel_ai_gateway)\b"
)
"""Routes that Claude is among the models of: what follows decides."""
_NAMELESS = re.compile(
    r"(?:bedrock/)?(?:converse/|invoke/)?arn:aws[\w-]*:bedrock:.*"
    r"(?:application-inference-profile|provisioned-model|custom-model-deployment|default-prompt-router|prompt-router|prompt)/"
)
"""Resources of Bedrock whose names do not tell the model."""


def is_claude(model: Value) -> bool | None:
    """Whether a value names a model of Claude; None where that cannot be told."""
    if not isinstance(model, Str):
        return None
    known = model.text.known
    if known is not None:
        name = known.lower()
        if _OF_ANOTHER.match(name):
            return False
        return True if any(mark in name for mark in _CLAUDE) else None if _NAMELESS.match(name) else False
    pieces = [part.text.lower() for part in model.text.parts if isinstance(part, Piece)]
    if any(mark in piece for piece in pieces for mark in _CLAUDE):
        return True
    first = model.text.parts[0]
    is_other = isinstance(first, Piece) and re.match(r"\w", first.text) and not _CARRIERS.match(first.text)
    return False if is_other else None


def for_claude(model: Passed) -> Passed | None:
    """The model less the names of others; None where it is known and not Claude's.

    A default of another vendor counts as known: a caller who passes a model of Claude is found at the caller.
    """
    kept = claudes(options(model.value))
    return replace(model, value=choice(kept)) if kept else None


def claudes(models: Iterable[Value]) -> list[Value]:
    """Those that are or may be Claude's; none where all names that are known are others'."""
    judged = [(option, is_claude(option)) for option in models if not _is_none(option)]
    if any(verdict is False for _, verdict in judged) and not any(verdict for _, verdict in judged):
        return []
    return [option for option, verdict in judged if verdict is not False]


def names_claude(model: Passed | None) -> bool:
    """Whether a model that is known is one of Claude."""
    return model is not None and any(is_claude(option) for option in options(model.value))


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None
