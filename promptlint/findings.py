"""Findings: what a rule has to say about one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.catalogue import Confidence, Rule, Severity
    from promptlint.estimate import Estimate
    from promptlint.request import Directive, Place


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about, and in what way."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check yields: where, what, what it costs, what to do. The engine makes a finding of it.

    `message` is one sentence without a full stop. `label` stands beside the carets. `cost` says in dollars
    what it costs here, or why no number can be given; `savings` is the same as a number, USD per call.
    `help` is the change to make, code on lines of its own where code helps. `severity` and `confidence`
    replace the rule's own. `call` is the call site's id.
    """

    place: Place
    message: str
    call: str | None = None
    label: str = ""
    cost: str = ""
    savings: Estimate | None = None
    help: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit of a rule, with its severity, its fingerprint and the comment that suppresses it, if one does.

    `fingerprint` stays the same when lines move.
    """

    rule: Rule
    hit: Hit
    severity: Severity
    confidence: Confidence
    fingerprint: str
    suppressed: Directive | None = None
