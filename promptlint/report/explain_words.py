"""How an explanation names things: the ways a value was resolved, where a hole comes from, and quoted text."""

from __future__ import annotations

from collections.abc import Callable

from promptlint.estimate import Estimate
from promptlint.money import tokens, usd
from promptlint.report.style import visible
from promptlint.request import Hole, How, Lifetime, Origin
from promptlint.secrets import masked

_QUOTED = 44
_NAMED = 60

HOW: dict[How, str] = {
    "literal": "assigned",
    "constant": "a constant",
    "import": "imported",
    "attribute": "an attribute",
    "env-default": "the default of an environment variable",
    "cli-default": "the default of an option",
    "config": "the default of a setting",
    "parameter": "a parameter",
    "default": "the SDK's default",
    "unknown": "not known",
}

_LIFETIME: dict[Lifetime, str] = {
    "process": "fixed while the process runs",
    "conversation": "fixed for a conversation",
    "request": "may differ on every request",
    "unknown": "how long it stays the same is not known",
}

_ORIGIN: dict[Origin, str] = {
    "parameter": "a parameter",
    "loop": "a loop",
    "clock": "the clock",
    "random": "chance",
    "environment": "the environment",
    "file": "a file",
    "database": "a database",
    "request": "a web request",
    "input": "what the user types",
    "reply": "a reply of the model",
    "call": "a call",
    "unordered": "something without a fixed order",
    "unknown": "a source that is not known",
}


def filled(hole: Hole) -> str:
    """Where a hole's value comes from, how long it lives, and why it is not known."""
    told = hole.detail in hole.reason or hole.detail == hole.name
    detail = f" ({written(hole.detail)})" if hole.detail and not told else ""
    unknown = hole.origin == hole.lifetime == "unknown" and hole.reason
    said = "unknown" if unknown else f"{_ORIGIN[hole.origin]}{detail}; {_LIFETIME[hole.lifetime]}"
    return f"{said}{because(hole.reason)}"


def because(reason: str) -> str:
    """What is added to a statement that has a reason."""
    return f": {written(reason)}" if reason else ""


def quoted(text: str) -> str:
    """A literal text: its beginning, and how long it is where that is not all of it."""
    shown = masked(text)
    if len(shown) <= _QUOTED:
        return f'"{visible(shown)}"'
    return f'"{visible(shown[:_QUOTED])}..." {len(text):,} characters'


def written(source: str) -> str:
    """A name or an expression as it stands in the source, shortened."""
    shown = masked(source)
    return visible(shown if len(shown) <= _NAMED else f"{shown[: _NAMED - 3]}...")


def amount(estimate: Estimate) -> str:
    """USD with their interval and source: "$0.0058 ($0.0056 to $0.0061, list price)"."""
    return _number(estimate, usd, usd)


def count(estimate: Estimate) -> str:
    """Tokens with their interval and source: "1,412 tokens (1,400 to 1,420, tokenizer)"."""
    return _number(estimate, tokens, lambda number: f"{round(number):,}")


def _number(estimate: Estimate, write: Callable[[float], str], bare: Callable[[float], str]) -> str:
    low, value, high = estimate.low, estimate.value, estimate.high
    if high is None and low <= 0:
        return "unknown" if value is None else f"{write(value)} at a guess, without bounds"
    if high is None and value is None:
        return f"at least {write(low)}"
    if low == high:
        return f"{write(low)} ({estimate.source})"
    if value is None:
        interval = f"{bare(low)} to {write(high or 0)}" if low > 0 else f"up to {write(high or 0)}"
        return f"{interval} ({estimate.source})"
    interval = f"at least {bare(low)}" if high is None else f"{bare(low)} to {bare(high)}"
    return f"{write(value)} ({interval}, {estimate.source})"
