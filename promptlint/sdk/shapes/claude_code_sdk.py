"""`query(..)` of claude-code-sdk, the predecessor: without a system prompt, Claude Code's own is sent."""

from __future__ import annotations

from promptlint.sdk.passed import PassedArguments
from promptlint.sdk.shapes import Gathered
from promptlint.sdk.shapes.claude_agent_sdk import translated


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of a query; None where the model is known and not Claude's."""
    return translated(gathered, preset=True)
