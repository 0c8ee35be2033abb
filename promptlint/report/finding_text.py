"""What the formats for other programs say of a finding, in plain text."""

from __future__ import annotations

import re

from promptlint.findings import Finding, Related
from promptlint.report.style import visible
from promptlint.request import Place, Problem
from promptlint.secrets import masked

MOST_RELATED = 5
_NEWLINE = re.compile(r"\r\n|\r|\n")


def lines(text: str) -> str:
    """A text of several lines without any other control character, and without secrets."""
    return "\n".join(visible(part.expandtabs(4)) for part in _NEWLINE.split(masked(text)))


def line(text: str) -> str:
    """The same in one line."""
    return visible(masked(text))


def title(finding: Finding) -> str:
    """`PL103 reused-prefix-not-cached`."""
    return f"{finding.rule.code} {finding.rule.name}"


def whole(finding: Finding) -> str:
    """The message, what it costs and what to do, each in a paragraph of its own."""
    hit = finding.hit
    parts = [f"{in_cell(hit.place)}{line(hit.message)}"]
    parts += [f"{name}: {lines(text)}" for name, text in (("Cost", hit.cost), ("Help", hit.help)) if text]
    return "\n".join(parts)


def in_cell(place: Place) -> str:
    """Where in a notebook, whose own lines mean nothing to a reader; elsewhere nothing."""
    return f"cell {place.cell}, line {place.line}: " if place.cell else ""


def problem(of: Problem) -> str:
    """What could not be analysed, and what can be done about it."""
    cell = f"cell {of.cell}: " if of.cell else ""
    return cell + lines(of.message) + (f"\nHelp: {lines(of.help)}" if of.help else "")


def related(finding: Finding) -> tuple[Related, ...]:
    """The other places of a finding, each once, and no more than a reader takes in."""
    return tuple(dict.fromkeys(finding.hit.related))[:MOST_RELATED]
