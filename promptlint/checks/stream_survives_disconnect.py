"""PL510: a server that reads a stream with a synchronous client does not see that its user has gone, and pays on."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from promptlint.checks._cost import output_cost
from promptlint.checks._place import first_line
from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite, Place

_HELP = {
    "anthropic": """\
Read it with the asynchronous client; where the user goes, the `async with` is left, and Claude stops writing:
    client = anthropic.AsyncAnthropic()
    async with client.messages.stream(...) as stream:
        async for text in stream.text_stream:
            yield text""",
    "litellm": """\
Read it asynchronously:
    async for chunk in await litellm.acompletion(..., stream=True):
        yield chunk""",
}
_ANY_OTHER = "Read it with the asynchronous client of the SDK, in an `async for`; or make the generator a plain `def`"


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report each place that streams so once, whatever its callers send."""
    found: defaultdict[Place, list[CallSite]] = defaultdict(list)
    for call in audit.project.calls:
        if call.role == "call" and call.context.relay is not None and not _is_paid_anyway(call):
            found[call.via.place if call.via else call.place].append(call)
    for place, (call, *_) in found.items():
        if call.context.relay is not None:
            yield _hit(place, call, call.context.relay, audit)


def _is_paid_anyway(call: CallSite) -> bool:
    """Whether AWS bills the whole answer even where the connection is closed before its end."""
    return call.sdk == "bedrock" or call.client.platform == "bedrock"


def _hit(place: Place, call: CallSite, relay: Place, audit: Audit) -> Hit:
    return Hit(
        place=first_line(place, audit.project),
        message="An async generator reads this stream with a synchronous client: the event loop stands still until "
        "Claude has written all, whether the user is still there or not",
        call=call.id,
        label="read to its end, and paid to its end",
        cost=f"{output_cost(call, audit)}, those too that nobody reads; how many users leave, the code does not tell",
        help=_HELP.get(call.sdk, _ANY_OTHER),
        related=(Related(first_line(relay, audit.project), "the response that passes it on"),),
    )
