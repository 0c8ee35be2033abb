"""Rules for people and for programs: `promptlint rule`."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator

from promptlint.catalogue import Rule
from promptlint.report.style import Palette

_WIDEST = 100


def page(rule: Rule, palette: Palette, columns: int) -> Iterator[str]:
    """Everything that is known of a rule: what it finds, why, an example, how to follow it."""
    yield palette.paint("strong", f"{rule.code} {rule.name}")
    yield ""
    yield f"{_summary(rule)}."
    yield ""
    severity = palette.paint(rule.severity, rule.severity)
    yield f"{severity}, {rule.confidence} confidence, {rule.status}, since {rule.since}"
    for title, text in (("Why", rule.why), ("What to do", rule.fix), ("Savings", rule.savings)):
        if text:
            yield from _section(title, _prose(text, columns), palette)
    for title, examples in (("Reported", rule.bad[:1]), ("Not reported", rule.good[:1])):
        for example in examples:
            yield from _section(title, example.code.strip("\n").splitlines(), palette)
    if rule.evidence:
        yield from _section("Evidence", rule.evidence, palette)


def table(rules: Iterable[Rule], palette: Palette) -> Iterator[str]:
    """One line a rule, in the order of the codes."""
    rows = sorted(rules, key=lambda rule: rule.code)
    name = max((len(rule.name) for rule in rows), default=0)
    for rule in rows:
        severity = palette.paint(rule.severity, rule.severity.ljust(7))
        status = "" if rule.status == "stable" else f"  ({rule.status})"
        yield f"{rule.code}  {severity}  {rule.name:<{name}}  {_summary(rule)}{status}".rstrip()


def to_json(rules: Iterable[Rule]) -> str:
    """`{"rules": [..]}` in the order of the codes."""
    rows = sorted(rules, key=lambda rule: rule.code)
    return json.dumps({"rules": [_rule(rule) for rule in rows]}, indent=2) + "\n"


def _summary(rule: Rule) -> str:
    """The summary with `<tokens>` for what a finding fills in."""
    return re.sub(r"\{(\w+)\}", r"<\1>", rule.summary)


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "kind": rule.kind,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "status": rule.status,
        "since": rule.since,
        "fixable": False,
        "summary": rule.summary,
        "why": rule.why,
        "fix": rule.fix,
        "savings": rule.savings,
        "evidence": list(rule.evidence),
    }


def _section(title: str, lines: Iterable[str], palette: Palette) -> Iterator[str]:
    yield ""
    yield palette.paint("accent", title)
    yield from (f"  {line}".rstrip() for line in lines)


def _prose(text: str, columns: int) -> Iterator[str]:
    """Paragraphs wrapped to the terminal; indented lines, which are code, stay as they are."""
    room = min(columns, _WIDEST) - 2
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ""
        if paragraph.startswith((" ", "\t", "- ")):
            yield from paragraph.splitlines()
        else:
            yield from textwrap.wrap(" ".join(paragraph.split()), room, break_long_words=False, break_on_hyphens=False)
