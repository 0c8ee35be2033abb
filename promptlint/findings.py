"""Findings: what a rule has to say about one place, and the comments that silence it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.catalogue import selects
from promptlint.request import TEMPLATES
from promptlint.secrets import masked

if TYPE_CHECKING:
    from promptlint.catalogue import Confidence, Rule, Severity
    from promptlint.estimate import Estimate
    from promptlint.request import CallSite, Directive, Place, Project, Text


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
    replace the rule's own. `call` is the call site's id. `subjects` name what of the place is meant, for the fix.
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
    subjects: tuple[str, ...] = ()

    def without_secrets(self) -> Hit:
        """The same with each key and password in its texts masked: they quote code, and go into every report."""
        return replace(
            self,
            message=masked(self.message),
            label=masked(self.label),
            cost=masked(self.cost),
            help=masked(self.help),
            related=tuple(replace(other, message=masked(other.message)) for other in self.related),
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit of a rule, with its severity, its fingerprint and the comment that suppresses it, if one does.

    `fingerprint` stays the same when lines move; see `Fingerprints`. `baselined` says that an earlier report has it.
    """

    rule: Rule
    hit: Hit
    severity: Severity
    confidence: Confidence
    fingerprint: str
    suppressed: Directive | None = None
    baselined: bool = False

    @property
    def active(self) -> bool:
        """Whether it counts: no comment suppresses it, and it is new."""
        return self.suppressed is None and not self.baselined


@dataclass(frozen=True, slots=True)
class Suppression:
    """What came of one comment: the codes of the rules it silenced, and of those that ran in its file.

    `calls` are those that it stands at. A comment of an unknown kind silences nothing.
    """

    directive: Directive
    used: frozenset[str] = frozenset()
    ran: frozenset[str] = frozenset()
    calls: tuple[CallSite, ...] = ()


class Suppressions:
    """The `ignore` comments of a project. A comment is about the lines of its statement's beginning.

    That is its own line, or the next line of code where it has a line for itself; if a bracket is left open
    at the end of that line, it is about all lines up to the closing one.
    """

    def __init__(self, project: Project) -> None:
        self._texts = {source: source_lines(text) for source, text in project.sources.items()}
        self._by_source: defaultdict[str, list[tuple[Directive, range]]] = defaultdict(list)
        for directive in project.directives:
            if directive.kind == "ignore":
                source = directive.place.source
                self._by_source[source].append((directive, _scope(directive, self._texts.get(source, []))))

    def __iter__(self) -> Iterator[Directive]:
        return (directive for found in self._by_source.values() for directive, _ in found)

    def of(self, rule: Rule, hit: Hit, call: CallSite | None) -> list[Directive]:
        """The comments that silence a hit: in its place or a related one, around its text, or at its call."""
        places = [hit.place, *(related.place for related in hit.related)]
        if call is not None:
            places += [call.place, *(place for place in _sealed(call) if place.contains(hit.place))]
        return [directive for place in places for directive in self._at(place) if _names(directive, rule)]

    def calls_at(self, calls: Iterable[CallSite]) -> dict[Directive, tuple[CallSite, ...]]:
        """The calls that each comment stands at: in their span, at their model, or around their text."""
        found: defaultdict[Directive, dict[str, CallSite]] = defaultdict(dict)
        for call in calls:
            for place in _places(call):
                for directive in self._at(place):
                    found[directive][call.id] = call
        return {directive: tuple(near.values()) for directive, near in found.items()}

    def _at(self, place: Place) -> Iterator[Directive]:
        for directive, lines in self._by_source.get(place.source, ()):
            if lines.start <= place.end_line and place.line < lines.stop:
                yield directive


def _names(directive: Directive, rule: Rule) -> bool:
    """Whether a comment is about a rule. One that names none is about all, but not about the use of comments."""
    if not directive.codes:
        return rule.family != "meta"
    return any(selects(code, rule) for code in directive.codes)


def _sealed(call: CallSite) -> Iterator[Place]:
    """The literals that nobody can write a comment inside of; between the lines of a template anybody can."""
    return (place for place in _literals(call) if not place.path.lower().endswith(TEMPLATES))


def _literals(call: CallSite) -> Iterator[Place]:
    """The literals that a call's text is made of."""
    request = call.request
    texts: list[Text | None] = [request.system.text, *(tool.static for tool in request.tools.tools)]
    texts += [block.text for message in request.messages.messages for block in message.blocks]
    return (piece.place for text in texts if text is not None for piece in text.pieces())


def _places(call: CallSite) -> Iterator[Place]:
    """Where a finding about a call may stand."""
    model, via = call.request.model, call.via
    own = (call.place, via.place if via else None, model.place, *model.origins)
    yield from (place for place in own if place is not None)
    yield from _literals(call)


def _scope(directive: Directive, lines: list[str]) -> range:
    first, last = directive.place.line, directive.place.end_line
    if directive.own_line:
        comment = "#" if directive.place.path.endswith((".py", ".ipynb")) else "{#"
        last += 1
        while last <= len(lines) and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith(comment)):
            last += 1
    return range(first, _closing_line(lines, last) + 1)


_OPEN_END = re.compile(r"[(\[{]\s*(#.*)?$")


def _closing_line(lines: list[str], opening: int) -> int:
    if opening > len(lines) or not _OPEN_END.search(lines[opening - 1]):
        return opening
    indent = _indent(lines[opening - 1])
    rest = enumerate(lines[opening:], opening + 1)
    return next((number for number, line in rest if line.strip() and _indent(line) <= indent), opening)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def source_lines(text: str) -> list[str]:
    """The lines of a source file as Python counts them, without their ends."""
    return re.split(r"\r\n|\r|\n", text)
