"""Wording: only where its rule was selected by its own code or name, and each phrase shown."""

from __future__ import annotations

import re

from promptlint.edits import Edit, Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.spans import TextSpans
from promptlint.request import Place

_BEFORE = re.compile(r"(?:^|[.!?\n\"']|\\n)[ \t]*\Z")
_AFTER = re.compile(r"\s*[.!]?(?=[ \t]|\n|\\n|[\"']|\Z)")


def check_selected(finding: Finding, bench: Bench) -> None:
    """Raise `Refused` unless somebody asked for this very rule."""
    settings = bench.audit.settings
    if not {finding.rule.code, finding.rule.name} & {*settings.select, *settings.extend_select}:
        raise Refused(f"wording is changed only where the rule is asked for: --select {finding.rule.code}")


def without_sentence(finding: Finding, bench: Bench) -> Fix:
    """The fix that takes a sentence out which says nothing else than the phrase. Raises `Refused`."""
    check_selected(finding, bench)
    text = bench.text(finding.hit.place.path)
    start, end = sentence(finding.hit.place, text)
    phrase = " ".join(text.segment(finding.hit.place).split())
    return Fix(f'leave out "{phrase}"', (Edit(text.place(start, end), ""),))


def sentence(place: Place, text: TextSpans) -> tuple[int, int]:
    """The span of the sentence that a phrase is, with the blank that parts it from a neighbour. Raises `Refused`."""
    start = text.offset(place.line, place.column)
    end = text.offset(place.end_line, place.end_column)
    line = text.text.rfind("\n", 0, start) + 1
    after = _AFTER.match(text.text, end)
    if not _BEFORE.search(text.text[line:start]) or after is None:
        raise Refused("the phrase is a part of a sentence that says more")
    end = after.end()
    if text.text[end : end + 1] == " ":
        return start, end + 1
    return (start - 1, end) if text.text[start - 1 : start] == " " else (start, end)
