"""The rules as data: rules/<family>/<rule-name>.toml -> Rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
Confidence = Literal["high", "medium", "low"]
Status = Literal["preview", "stable", "deprecated"]


@dataclass(frozen=True, slots=True)
class Example:
    """Code that a rule reports (`at` has the places, "line:column") or, nearly the same, leaves alone.

    `files` are further files of the example by path; `settings` are what `[tool.promptlint]` would hold.
    """

    code: str
    at: tuple[str, ...] = ()
    path: str = "example.py"
    files: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `kind` is `code` for a rule with a check of its own, else the kind of pattern in `pattern`."""

    code: str
    name: str
    family: str
    kind: str
    severity: Severity
    confidence: Confidence
    since: str
    status: Status
    summary: str
    why: str
    fix: str
    savings: str = ""
    evidence: tuple[str, ...] = ()
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()
    pattern: dict[str, Any] = field(default_factory=dict)
