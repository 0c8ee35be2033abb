"""Answers a question from the help widget."""

import anthropic
from fastapi import FastAPI
from pydantic import BaseModel

from prompts import HANDBOOK

app = FastAPI()
client = anthropic.AsyncAnthropic()


class Question(BaseModel):
    text: str
    bookings: str


@app.post("/answer")
async def answer(question: Question) -> dict[str, str]:
    reply = await client.messages.create(
        model="claude-sonnet-5-5",
        max_tokens=600,
        system=HANDBOOK,
        messages=[{"role": "user", "content": f"<bookings>{question.bookings}</bookings>\n\n{question.text}"}],
    )
    return {"reply": reply.content[0].text}
