"""Rules for people and for programs: `promptlint rule`."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator

from promptlint import __version__
from promptlint.catalogue import Rule
from promptlint.report.style import Palette

_WIDEST = 100
FIXED_BY = {"safe": "--fix", "unsafe": "--fix --unsafe-fixes"}
"""What applies the safest fix of a rule."""


def page(rule: Rule, palette: Palette, columns: int) -> Iterator[str]:
    """Everything that is known of a rule: what it finds, why, an example, how to follow it."""
    yield palette.paint("strong", f"{rule.code} {rule.name}")
    yield ""
    yield f"{_summary(rule)}."
    yield ""
    severity = palette.paint(rule.severity, rule.severity)
    since = f", since {rule.since}" if rule.since else ""
    yield f"{severity}, {rule.confidence} confidence, {rule.status}{since}"
    if not rule.is_default:
        yield _off(rule)
    if rule.fixable:
        yield f"Fixed by {FIXED_BY[rule.fixable]}."
    for title, text in (("Why", rule.why), ("What to do", rule.fix), ("Savings", rule.savings)):
        if text:
            yield from _section(title, _prose(text, columns), palette)
    for title, examples in (("Reported", rule.bad[:1]), ("Left alone", rule.good[:1])):
        for example in examples:
            yield from _section(title, example.code.strip("\n").splitlines(), palette)
    if rule.evidence:
        yield from _section("Evidence", rule.evidence, palette)


def table(rules: Iterable[Rule], palette: Palette) -> Iterator[str]:
    """One line a rule, in the order of the codes; what is not on by default says what it needs."""
    rows = sorted(rules, key=lambda rule: rule.code)
    code = max((len(rule.code) for rule in rows), default=0)
    name = max((len(rule.name) for rule in rows), default=0)
    for rule in rows:
        severity = palette.paint(rule.severity, rule.severity.ljust(7))
        notes = [*([rule.status] if rule.status != "stable" else []), *(["pedantic"] if rule.pedantic else [])]
        status = f"  ({', '.join(notes)})" if notes else ""
        yield f"{rule.code:<{code}}  {severity}  {rule.name:<{name}}  {_summary(rule)}{status}".rstrip()


def to_json(rules: Iterable[Rule]) -> str:
    """`promptlint/rules/v1`, in the order of the codes. Keys may be added, never renamed."""
    rows = sorted(rules, key=lambda rule: rule.code)
    document = {"schema": "promptlint/rules/v1", "version": __version__, "rules": [_rule(rule) for rule in rows]}
    return json.dumps(document, indent=2) + "\n"


def _off(rule: Rule) -> str:
    """What a rule needs that is not in the default set."""
    if rule.status == "preview":
        return "Still on trial: it runs with --preview only."
    return f"Advice: it runs with --pedantic, or where `select` or `extend-select` names {rule.code}."


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
        "pedantic": rule.pedantic,
        "since": rule.since,
        "path": rule.path or None,
        "fixable": bool(rule.fixable),
        "fix_safety": rule.fixable or None,
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
