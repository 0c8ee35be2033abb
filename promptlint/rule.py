"""What a rule is: the values that its file becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
Confidence = Literal["high", "medium", "low"]
Status = Literal["preview", "stable", "deprecated"]
Scope = Literal["any", "system", "messages"]
Unit = Literal["characters", "words", "tokens"]

FAMILIES = {
    "meta": "PL0",
    "caching": "PL1",
    "output": "PL2",
    "model": "PL3",
    "prompt-text": "PL4",
    "workflow": "PL5",
    "context": "PL6",
    "reliability": "PL7",
    "security": "PL8",
    "observability": "PL9",
}
"""The folders of rules/, and how the codes of their rules begin. `meta` is about the use of promptlint itself."""

OWN = "own"
"""The family of the rules that a user has written."""


@dataclass(frozen=True, slots=True)
class Example:
    """Code that a rule reports (`at` has the places, "line:column") or, nearly the same, leaves alone.

    `files` are further files of the example by path; `settings` are what `[tool.promptlint]` would hold; `line` is
    where the example begins in the rule's file.
    """

    code: str
    at: tuple[str, ...] = ()
    path: str = "example.py"
    files: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class FixExample:
    """Code that a rule reports, and what its fix makes of it; `safe` tells which kind of fix that is.

    `files` are further files of the example by path, `fixed_files` those of them that the fix changes, as they become.
    """

    before: str
    after: str
    safe: bool
    path: str = "example.py"
    files: dict[str, str] = field(default_factory=dict)
    fixed_files: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a pattern rule looks for; which of it counts is up to the rule's kind.

    `tokens`, `first`, `second` and the keys of `swap` are regular expressions as RE2 has them. `scope` says in which
    prompts: the system prompt, what the user says, or any.
    """

    tokens: tuple[str, ...] = ()
    swap: tuple[tuple[str, str], ...] = ()
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    max: int = 0
    unit: Unit = "characters"
    scope: Scope = "any"
    ignore_case: bool = True
    whole_words: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `kind` is `code` for a rule with a check of its own, else the kind of its `pattern`.

    A pedantic rule is advice that no reviewer would post: it is on where it is asked for. `path` is the file of a rule
    that the user has written, as messages name it; empty for ours.
    """

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
    pattern: Pattern = Pattern()
    pedantic: bool = False
    path: str = ""
    fixes: tuple[FixExample, ...] = ()

    @property
    def fixable(self) -> Literal["safe", "unsafe", ""]:
        """The safest kind of fix that the rule has, as its examples show; empty if it has none."""
        if not self.fixes:
            return ""
        return "safe" if any(example.safe for example in self.fixes) else "unsafe"

    @property
    def is_default(self) -> bool:
        """Whether the rule runs where nobody says anything of rules."""
        return self.status != "preview" and not self.pedantic
