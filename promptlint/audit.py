"""The right wing's run: a project and its rules -> findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol, get_args

from promptlint import patterns
from promptlint.catalogue import Confidence, Rule, Severity, select, selects
from promptlint.checks import check_of
from promptlint.errors import UserError
from promptlint.findings import Finding, Hit, Related, Suppression, Suppressions
from promptlint.fingerprints import Fingerprints
from promptlint.request import CallSite, Directive, Problem

if TYPE_CHECKING:
    from datetime import date

    from promptlint.ledger import Ledger
    from promptlint.request import Place, Project
    from promptlint.settings import Settings


@dataclass(frozen=True, slots=True)
class Audit:
    """What a check may look at besides its call: the whole project, tokens and prices, the settings, the date."""

    project: Project
    settings: Settings
    ledger: Ledger
    today: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an audit came to: the findings in the order of their places, and what could not be analysed."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]


class Shown(Protocol):
    """What the user wants to see."""

    @property
    def whole(self) -> bool:
        """Whether whole folders are wanted, and with them what rules say of the project at large."""

    def shows(self, path: str) -> bool:
        """Whether findings in a file are wanted."""


def run(audit: Audit, rules: Sequence[Rule], shown: Shown) -> Outcome:
    """Check a project. `rules` are all there are: the settings select. Raises `UserError` for wrong selectors.

    Every rule sees the whole project, so that a finding has the same fingerprint, and a comment the same
    effect, whatever is shown.
    """
    engine = _Engine(audit, rules)
    found = [finding for rule in engine.selected for finding in engine.findings(rule)]
    found += engine.findings_about_suppressions()
    findings = tuple(engine.numbered(filter(engine.is_wanted, found), shown))
    return Outcome(findings, (*audit.project.problems, *engine.problems))


def exit_code(outcome: Outcome, settings: Settings, exit_zero: bool = False) -> int:
    """2 if something could not be analysed, else 1 if a finding is at or above `fail-on` and `min-severity`, else 0."""
    if outcome.problems:
        return 2
    severities = get_args(Severity)
    least = min(map(severities.index, (settings.fail_on, settings.min_severity)))
    failing = severities[: least + 1]
    active = any(finding.active and finding.severity in failing for finding in outcome.findings)
    return int(active and not exit_zero)


Attempt = tuple[Callable[[], Iterable[Hit]], CallSite | None]
"""A check that is ready to run, and the call that it is about, if it is about one."""


class _Engine:
    """One audit while it runs: which rules broke down, and which comments have silenced what."""

    def __init__(self, audit: Audit, rules: Sequence[Rule]) -> None:
        self.audit = audit
        self.rules = rules
        self.selected = select(rules, audit.settings)
        self.problems: list[Problem] = []
        self._calls = {call.id: call for call in audit.project.calls}
        self._suppressions = Suppressions(audit.project)
        self._used: defaultdict[Directive, set[str]] = defaultdict(set)
        self._broken: set[str] = set()
        self._off: dict[str, tuple[str, ...]] = {}

    def findings(self, rule: Rule) -> Iterator[Finding]:
        """What a rule finds in the project, silenced or not; still without fingerprints."""
        for attempt, call in self._attempts(rule):
            for hit in self._hits_or_problem(rule, attempt, call):
                yield self._finding(rule, hit)

    def findings_about_suppressions(self) -> list[Finding]:
        """What rules about comments find, when all other rules have had their say."""
        near = self._suppressions.calls_at(call for call in self._calls.values() if call.role == "call")
        outcomes = [
            Suppression(
                directive, frozenset(self._used[directive]), self._ran_in(directive.place.path), near.get(directive, ())
            )
            for directive in self._suppressions
        ]
        outcomes += [
            Suppression(directive) for directive in self.audit.project.directives if directive.kind == "unknown"
        ]
        found = []
        for rule in self.selected:
            check = check_of(rule).suppressions if rule.kind == "code" else None
            if check:
                attempt = partial(check, outcomes, self.rules)
                found += [self._finding(rule, hit) for hit in self._hits_or_problem(rule, attempt, None)]
        return found

    def is_wanted(self, finding: Finding) -> bool:
        """Whether the settings want a finding: not where they switch its rule off for its file, or its call's."""
        levels = get_args(Confidence)
        if levels.index(finding.confidence) > levels.index(self.audit.settings.min_confidence):
            return False
        call = self._call_of(finding.hit)
        paths = {finding.hit.place.path} | ({call.place.path} if call else set())
        return not any(self._is_off(finding.rule, path) for path in paths)

    def numbered(self, findings: Iterable[Finding], shown: Shown) -> Iterator[Finding]:
        """The findings that are shown, each once, by path, line, column and code, with their fingerprints.

        Of several that say the same of the same place, for different calls, one that is shown and not
        silenced stands for all.
        """
        same: defaultdict[tuple[Place, str, str], list[Finding]] = defaultdict(list)
        for finding in self._once_a_file(findings):
            same[finding.hit.place, finding.rule.code, finding.hit.message].append(finding)
        fingerprints = Fingerprints(self.audit.project.sources)
        for (place, _, _), group in sorted(same.items(), key=itemgetter(0)):
            fingerprint = fingerprints.next(group[0].rule, place, self._call_of(group[0].hit))
            visible = [finding for finding in group if self._is_shown(finding, shown)]
            if visible:
                best = next((finding for finding in visible if finding.suppressed is None), visible[0])
                yield replace(best, fingerprint=fingerprint)

    def _once_a_file(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings, those that say the same of several requests of one file as one: a batch repeats its prompt."""
        seen: Counter[tuple[str, str, str]] = Counter()
        alike: defaultdict[tuple[str, str, str, int], list[Finding]] = defaultdict(list)
        for finding in findings:
            call, hit = self._call_of(finding.hit), finding.hit
            if call is None or not call.is_body:
                yield finding
                continue
            own = (call.id, finding.rule.code, hit.message)
            seen[own] += 1
            alike[call.place.path, finding.rule.code, hit.message, seen[own]].append(finding)
        for first, *others in alike.values():
            related = tuple(Related(other.hit.place, f"the same in {other.hit.call}") for other in others)
            yield replace(first, hit=replace(first.hit, related=(*first.hit.related, *related)))

    def _attempts(self, rule: Rule) -> Iterator[Attempt]:
        calls = [call for call in self.audit.project.calls if call.role == "call"]
        if rule.kind != "code":
            yield from ((partial(patterns.hits, rule, call, self.audit), call) for call in calls)
            return
        check = check_of(rule)
        if check.call:
            yield from ((partial(check.call, call, self.audit), call) for call in calls)
        if check.project:
            yield partial(check.project, self.audit), None

    def _hits_or_problem(self, rule: Rule, attempt: Callable[[], Iterable[Hit]], call: CallSite | None) -> list[Hit]:
        """What a check finds. One that breaks down is a problem of this call; other calls and rules go on."""
        try:
            return list(attempt())
        except UserError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one rule must not hide what all others find
            self._broken.add(rule.code)
            what = f"{rule.code} ({rule.name}) broke down here: {type(error).__name__}: {error}"
            advice = f"this is a bug in promptlint; until it is fixed, `--ignore {rule.code}` leaves the rule out"
            problem = Problem(".", what, help=advice)
            if call is not None:
                at = call.place
                problem = replace(problem, path=at.path, line=at.line, column=at.column, cell=at.cell)
            self.problems.append(problem)
            return []

    def _finding(self, rule: Rule, hit: Hit) -> Finding:
        directives = self._suppressions.of(rule, hit, self._call_of(hit))
        for directive in directives:
            self._used[directive].add(rule.code)
        severity, confidence = hit.severity or rule.severity, hit.confidence or rule.confidence
        return Finding(rule, hit.without_secrets(), severity, confidence, "", directives[0] if directives else None)

    def _call_of(self, hit: Hit) -> CallSite | None:
        return self._calls.get(hit.call) if hit.call else None

    def _ran_in(self, path: str) -> frozenset[str]:
        return frozenset(
            rule.code for rule in self.selected if rule.code not in self._broken and not self._is_off(rule, path)
        )

    def _is_off(self, rule: Rule, path: str) -> bool:
        if path not in self._off:
            self._off[path] = self.audit.settings.ignored_in(path)
        return any(selects(selector, rule) for selector in self._off[path])

    def _is_shown(self, finding: Finding, shown: Shown) -> bool:
        hit = finding.hit
        call = self._call_of(hit)
        if call is None and not shown.whole and check_of(finding.rule).project:
            return False
        paths = [hit.place.path, *(related.place.path for related in hit.related), *([call.place.path] if call else [])]
        return any(map(shown.shows, paths))
