"""Decides which messages jump the queue."""

import anthropic

from prompts import URGENT
from settings import REQUEST_TIMEOUT_SECONDS, TRIAGE_MODEL

client = anthropic.Anthropic(timeout=REQUEST_TIMEOUT_SECONDS)


def urgent(message: str) -> bool:
    reply = client.messages.create(
        model=TRIAGE_MODEL,
        max_tokens=8,
        system=[{"type": "text", "text": URGENT, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": message}],
    )
    return reply.content[0].text.strip().lower().startswith("yes")


def sort_inbox(messages: list[str]) -> list[str]:
    return sorted(messages, key=urgent, reverse=True)
