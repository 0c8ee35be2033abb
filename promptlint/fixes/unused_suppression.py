"""PL001: a comment that suppresses nothing is removed, or what of it does nothing."""

from __future__ import annotations

import re

from promptlint.edits import Edit, Fix, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.spans import TextSpans
from promptlint.request import TEMPLATES, Directive, Place

_LISTED = re.compile(r"\[([^\]]*)\]")
_NEXT_COMMENT = re.compile(r"(?<=\S)\s+#.*$")


def fix(finding: Finding, bench: Bench) -> Fix:
    """Safe in code; the output of a template may get or lose a line break."""
    place, unused = finding.hit.place, finding.hit.subjects
    directive = next((one for one in bench.audit.project.directives if one.place == place), None)
    if directive is None or not unused:
        raise Refused("what the comment was meant for is not known")
    text = bench.text(place.path)
    if set(unused) < set(directive.codes):
        return Fix(f"remove {', '.join(unused)} from the comment", (_fewer(directive, unused, text),), "safe")
    if place.path.lower().endswith(TEMPLATES):
        return Fix("remove the comment", (Edit(place, ""),))
    return Fix("remove the comment", (_removed(directive, text),), "safe")


def _fewer(directive: Directive, unused: tuple[str, ...], text: TextSpans) -> Edit:
    listed = _LISTED.search(text.segment(directive.place))
    assert listed is not None
    start = text.offset(directive.place.line, directive.place.column)
    kept = ", ".join(code for code in directive.codes if code not in unused)
    return Edit(text.place(start + listed.start(1), start + listed.end(1)), kept)


def _removed(directive: Directive, text: TextSpans) -> Edit:
    """The comment with its line, or with the blanks in front of it; another comment behind it stays."""
    place = directive.place
    written, start = text.segment(place), text.offset(place.line, place.column)
    other = _NEXT_COMMENT.search(written)
    if other is not None:
        return Edit(text.place(start, start + other.end() - len(other.group().lstrip())), "")
    if directive.own_line:
        return Edit(text.place(*text.line(place.line)), "")
    line = text.line(place.line)[0]
    code = text.text[line:start].rstrip(" \t\f")
    return Edit(_without_blanks(place, len(code)), "")


def _without_blanks(place: Place, code: int) -> Place:
    return Place(place.path, place.line, code + 1, place.end_line, place.end_column)
