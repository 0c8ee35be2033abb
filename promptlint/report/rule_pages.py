"""The documentation of the rules, in Markdown: a page for each, their index, and the table of the README."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.catalogue import FAMILIES
from promptlint.report.rules import FIXED_BY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.catalogue import Example, Rule

BEGIN, END = "<!-- rules: written by .ci/rule-docs -->\n", "<!-- end of rules -->\n"
_SLOT = re.compile(r"\{(\w+)\}")


def page(rule: Rule) -> str:
    """One rule: what it finds, why that matters, what to do, and its examples."""
    parts = [
        f"# {rule.name} ({rule.code})",
        f"{_summary(rule)}.",
        f"Severity **{rule.severity}**, confidence **{rule.confidence}**, since {rule.since}"
        + (f", {rule.status}." if rule.status != "stable" else ".")
        + ("" if rule.is_default else f" {_off(rule)}")
        + (f" Fixed by `{FIXED_BY[rule.fixable]}`." if rule.fixable else ""),
        "## Why",
        rule.why.strip(),
        "## What to do",
        rule.fix.strip(),
    ]
    if rule.savings:
        parts += ["## What it saves", f"{rule.savings[:1].upper()}{rule.savings[1:]}."]
    parts += ["## Reported", *map(_code, rule.bad), "## Left alone", *map(_code, rule.good)]
    if rule.evidence:
        parts += ["## Evidence", "\n".join(f"- <{link}>" for link in rule.evidence)]
    return "\n\n".join(parts) + "\n"


def index(rules: Sequence[Rule]) -> str:
    """All rules by family, each with a link to its page."""
    parts = ["# Rules", "Written from the files under `rules/`; `promptlint rule CODE` prints the same in a terminal."]
    for family in FAMILIES:
        members = [rule for rule in rules if rule.family == family]
        if members:
            parts += [f"## {family} ({FAMILIES[family]}xx)", _table(members, "")]
    return "\n\n".join(parts) + "\n"


def readme_table(rules: Sequence[Rule]) -> str:
    """All rules in one table, with links to their pages."""
    return _table(rules, "docs/rules/") + "\n"


def with_table(readme: str, table: str) -> str:
    """The README with this table between its marks. Raises ValueError where it has none."""
    before, after = readme.index(BEGIN) + len(BEGIN), readme.index(END)
    return f"{readme[:before]}{table}{readme[after:]}"


def _table(rules: Sequence[Rule], folder: str) -> str:
    rows = ["| code | name | severity | fix | what it finds |", "|---|---|---|---|---|"]
    rows += [
        f"| {rule.code} | [{rule.name}]({folder}{rule.name}.md) | {_level(rule)} | {rule.fixable} | {_summary(rule)} |"
        for rule in rules
    ]
    return "\n".join(rows)


def _level(rule: Rule) -> str:
    notes = [*(["preview"] if rule.status == "preview" else []), *(["pedantic"] if rule.pedantic else [])]
    return ", ".join((rule.severity, *notes))


def _summary(rule: Rule) -> str:
    """The summary with what differs from finding to finding in italics."""
    return _SLOT.sub(r"*\1*", rule.summary).replace("|", "\\|")


def _off(rule: Rule) -> str:
    """What a rule needs that is not in the default set."""
    if rule.status == "preview":
        return "It is still on trial, and runs with `--preview` only."
    return f"It is advice, and runs with `--pedantic`, or where `select` or `extend-select` names {rule.code}."


def _code(example: Example) -> str:
    language = "python" if example.path.endswith(".py") else ""
    return f"```{language}\n{example.code.rstrip()}\n```"
