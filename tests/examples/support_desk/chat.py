"""The live chat, which keeps the conversation."""

from datetime import datetime

import anthropic

from prompts import HANDBOOK
from settings import CHAT_MODEL


class Chat:
    def __init__(self) -> None:
        self.client = anthropic.Anthropic()
        self.history: list[dict[str, str]] = []

    def say(self, text: str) -> str:
        self.history.append({"role": "user", "content": text})
        reply = self.client.messages.create(
            model=CHAT_MODEL,
            max_tokens=600,
            system=[
                {
                    "type": "text",
                    "text": f"It is {datetime.now():%d %B %Y, %H:%M:%S}.\n\n{HANDBOOK}",
                    "cache_control": {"type": "ephemeral"},
                }
            ],
            messages=self.history,
        )
        self.history.append({"role": "assistant", "content": reply.content[0].text})
        return reply.content[0].text
