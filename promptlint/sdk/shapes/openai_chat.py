"""Chat Completions of the OpenAI SDK, where Claude answers."""

from __future__ import annotations

from promptlint.sdk.passed import PassedArguments
from promptlint.sdk.shapes import Gathered, _chat, _openai, _tools

_CAPS = ("max_tokens", "max_completion_tokens")
_OWN = frozenset({"model", "messages", "tools", "tool_choice", "extra_body", *_CAPS})


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of the Messages API; None where nothing says that Claude answers."""
    given, model = gathered.given, _openai.model(gathered)
    if model is None:
        return None
    found = PassedArguments(opaque=list(given.opaque), insert_at=given.insert_at)
    found.named |= {name: passed for name, passed in given.named.items() if name not in _OWN}
    found.named |= {"model": model} | _openai.extras(given) | _tools.passed_on(given)
    conversation = given.get("messages")
    if conversation is not None:
        found.named |= _chat.split(conversation)
    cap = next((cap for name in _CAPS if (cap := given.get(name)) is not None), None)
    if cap is not None:
        found.named["max_tokens"] = cap
    return found
