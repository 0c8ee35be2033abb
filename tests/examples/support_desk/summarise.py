"""Summarises the conversations of a day for the morning shift."""

import anthropic

from prompts import SUMMARY_STYLE
from settings import SUMMARY_MODEL

client = anthropic.Anthropic()


def ask(system: str, content: str, max_tokens: int) -> str:
    reply = client.messages.create(
        model=SUMMARY_MODEL,
        max_tokens=max_tokens,
        system=system,
        messages=[{"role": "user", "content": content}],
    )
    return reply.content[0].text


def summaries(conversations: list[str]) -> list[str]:
    return [ask(SUMMARY_STYLE, conversation, 300) for conversation in conversations]


if __name__ == "__main__":
    print("\n\n".join(summaries(["(conversation)"])))
