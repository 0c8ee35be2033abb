"""PL601: a conversation that is kept for good and sent whole, or a loop whose prompts hold all earlier results."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from promptlint.checks._cost import input_cost
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Growth

_FITS = frozenset({"anthropic", "bedrock", "http", "langchain", "litellm", "openai", "instructor"})
"""The SDKs that send what they are given; Claude Code and others shorten a conversation by themselves."""
_HELP = {
    "session": """\
Cache it first. Then let the API replace what is old by a summary, and add the whole of each reply:
    client.beta.messages.create(
        ..., betas=["compact-2026-01-12"], context_management={{"edits": [{{"type": "compact_20260112"}}]}}
    )
or summarise the older half of {name} at a limit, seldom and all at once: a window that moves each turn is never
read from the cache""",
    "rounds": """\
Send what the next round needs, the last results and a summary of those before, or make a cached conversation of it:
    {name}[-5:]""",
}
_MESSAGE = {
    "session": "{name} keeps all that was ever said, and each request sends it whole",
    "rounds": "Each round adds to {name}, and the prompt of the next holds all of it",
}


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each list that grows once, at the place that adds to it."""
    found: defaultdict[Growth, list[CallSite]] = defaultdict(list)
    for call in audit.project.calls:
        growth, request = call.request.growth, call.request
        trims = "context_management" in request.others or request.opaque
        if growth is not None and call.role == "call" and call.priced and call.sdk in _FITS and not trims:
            found[growth].append(call)
    for growth, calls in found.items():
        yield _hit(growth, calls, audit)


def _hit(growth: Growth, calls: list[CallSite], audit: Audit) -> Hit:
    cost = input_cost(calls[0], 1000, audit)
    again = "later turn of its session" if growth.of == "session" else "later round"
    return Hit(
        place=growth.place,
        message=_MESSAGE[growth.of].format(name=growth.name),
        call=calls[0].id,
        label="nothing makes it shorter again",
        cost=f"grows with the square of what is added: each 1,000 tokens cost {cost} in every {again}, uncached; "
        "how many there are, the code does not tell",
        help=_HELP[growth.of].format(name=growth.name),
        related=tuple(Related(call.place, "sent here") for call in calls),
    )
