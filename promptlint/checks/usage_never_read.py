"""PL901: nothing in the project looks at what its calls used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.findings import Hit, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.audit import Audit
    from promptlint.request import CallSite

_WATCHED = re.compile(
    r"\.usage\b|usage_metadata|[\"']usage[\"']|input_tokens|total_cost_usd|completion_cost|get_openai_callback|"
    r"\b(agentops|arize|braintrust|datadog|ddtrace|helicone|langfuse|langsmith|logfire|mlflow|openinference|openlit|"
    r"opentelemetry|phoenix|portkey|traceloop|weave)\b|LANGCHAIN_TRACING",
    re.IGNORECASE,
)
"""Signs that somebody counts: the fields of a reply by name, or a service that reads them."""
_SHOWN = 5  # further calls that are named
_HELP = """\
Log all four counters behind each call: input_tokens is only what was not cached
    u = reply.usage
    log.info("claude %d in, %d written, %d read, %d out", u.input_tokens,
             u.cache_creation_input_tokens or 0, u.cache_read_input_tokens or 0, u.output_tokens)"""


def check_project(audit: Audit) -> Iterator[Hit]:
    """Report a project once, at its first call."""
    calls = [call for call in audit.project.calls if _counts(call)]
    if not calls or audit.project.usage_reads or any(map(_WATCHED.search, audit.project.sources.values())):
        return
    first, *others = sorted(calls, key=lambda call: call.place)
    many = f"any of the {len(calls):,} calls" if others else "the only call"
    yield Hit(
        place=first.place,
        message=f"Nothing reads the usage of {many} of Claude here",
        call=first.id,
        label="what this used is not recorded",
        cost="none by itself: it is what every other cost is seen by",
        help=_HELP,
        related=tuple(Related(call.place, "nor of this one") for call in others[:_SHOWN]),
    )


def _counts(call: CallSite) -> bool:
    """Whether a call's usage is worth reading: not that of a test, a probe, or a file that holds a request."""
    in_code = not (call.is_prompt or call.is_body) and call.request.max_tokens.only != 1
    return call.role == "call" and call.priced and in_code and call.context.entry != "test"
