"""PL210: `max_tokens` is passed."""

from __future__ import annotations

import libcst as cst

from promptlint.edits import Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.arguments import with_argument
from promptlint.fixes.bench import Bench
from promptlint.request import CallSite

USUAL = 16_000
"""Tokens: room for thinking and an answer, and no more than what is taken without streaming."""

_TAKEN_BY_NAME = frozenset({"anthropic", "http", "instructor", "langchain", "litellm"})


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: a cap is a decision. A higher one costs nothing by itself."""
    call = bench.call(finding)
    if call.sdk not in _TAKEN_BY_NAME:
        raise Refused(f"how {call.sdk} is told is not known to the fix")
    cap = room(call, bench)
    return Fix(f"pass max_tokens={cap}", (with_argument("max_tokens", cst.Integer(str(cap)), call, bench),))


def room(call: CallSite, bench: Bench) -> int:
    """The usual cap, or what the smallest model of the call can write, in tokens."""
    limits = [model.max_output for model in bench.audit.ledger.models(call) if model.max_output is not None]
    return min([USUAL, *limits])
