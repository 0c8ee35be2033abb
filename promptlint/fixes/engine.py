"""Fixes for the findings of a project: proposed, proven by analysing the project with them, and applied."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from promptlint.edits import Edit, Fix, Refusal, Refused
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench, Judged, propose
from promptlint.source.text_file import Unreadable, parse

ROUNDS = 10
MOST_JUDGEMENTS = 60
"""How often a run analyses the project anew: where fixes are refused, each takes several."""

Judge = Callable[[Mapping[str, bytes]], Judged]
"""Analyses the project as if these files held these bytes, by path."""

Wanted = Callable[[Finding], bool]

Obstacle = Callable[[str], str]
"""Why a file may not be changed, by its path; empty if it may."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A finding that is gone, and what was done about it."""

    finding: Finding
    fix: Fix


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of it: the last state, the files that are to be written, and what was done and what was not.

    `offers` are the fixes of what is left, by fingerprint, not applied; `refusals` likewise. `proven` tells whether the
    project was analysed with them.
    """

    state: Judged
    changes: dict[str, bytes]
    applied: tuple[Applied, ...] = ()
    offers: dict[str, Fix] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    proven: bool = True


def suggest(start: Judged, wanted: Wanted, obstacle: Obstacle) -> Mended:
    """The fixes of what is wanted as they are proposed, none proven: that takes more analyses of the project."""
    engine = _Engine(start, lambda _: start, wanted, obstacle)
    offers = {one.finding.fingerprint: one.fix for one in engine.proposals()}
    return Mended(start, {}, offers=offers, refusals=engine.refused, proven=False)


def mend(
    start: Judged, judge: Judge, wanted: Wanted, obstacle: Obstacle, *, apply: bool, unsafe: bool, offer: bool = True
) -> Mended:
    """Fix what is wanted, round by round until nothing changes any more.

    With `offer` also say what could still be fixed; without `apply` only that.
    """
    engine = _Engine(start, judge, wanted, obstacle)
    for _ in range(ROUNDS if apply else 0):
        if not engine.round(unsafe):
            break
    offers = engine.offers() if offer else {}
    return Mended(engine.state, engine.changes, tuple(engine.applied), offers, engine.refused)


class _Engine:
    """One run of `mend`: the state of the project so far, and what was refused in it."""

    def __init__(self, start: Judged, judge: Judge, wanted: Wanted, obstacle: Obstacle) -> None:
        self.state = start
        self.changes: dict[str, bytes] = {}
        self.applied: list[Applied] = []
        self.refused: dict[str, Refusal] = {}
        self._judge = judge
        self._wanted = wanted
        self._obstacle = obstacle
        self._judgements = 0

    def round(self, unsafe: bool) -> bool:
        """Apply what can be applied together; False where that is nothing."""
        batch = _apart(one for one in self.proposals() if unsafe or one.fix.safety == "safe")
        proven, state, changes = self._prove(self.state, batch)
        self.state = state
        self.changes |= changes
        self.applied += proven
        return bool(proven)

    def offers(self) -> dict[str, Fix]:
        """The proven fixes of what is left, by the fingerprint of the finding."""
        found: dict[str, Fix] = {}
        pending = self.proposals()
        while pending:
            batch = _apart(pending)
            proven, _, _ = self._prove(self.state, batch)
            found |= {one.finding.fingerprint: one.fix for one in proven}
            tried = {one.finding.fingerprint for one in batch}
            pending = [one for one in pending if one.finding.fingerprint not in tried]
        return found

    def proposals(self) -> list[Applied]:
        """What can be tried, in the order of the findings; what cannot is refused."""
        bench, found = Bench(self.state), []
        for finding in self.state.active:
            if finding.rule.fixable and finding.fingerprint not in self.refused and self._wanted(finding):
                answer = self._allowed(propose(finding, bench))
                if isinstance(answer, Refusal):
                    self.refused[finding.fingerprint] = answer
                else:
                    found.append(Applied(finding, answer))
        return found

    def _allowed(self, answer: Fix | Refusal) -> Fix | Refusal:
        edits = answer.edits if isinstance(answer, Fix) else ()
        reasons = (self._obstacle(path) for path in sorted({edit.place.path for edit in edits}))
        return next((Refusal(reason) for reason in reasons if reason), answer)

    def _prove(self, state: Judged, batch: Sequence[Applied]) -> tuple[list[Applied], Judged, dict[str, bytes]]:
        """The part of a batch that does what it should, and the state and files it leads to.

        Those that spoil it are told by what they raise; where that does not tell them apart, by halving.
        """
        proven: list[Applied] = []
        best, changes = state, dict[str, bytes]()
        pending = [list(batch)] if batch else []
        while pending:
            group = pending.pop()
            try:
                after, files = self._tried(state, [*proven, *group])
                objections = list(objections_to(state, after, [*proven, *group]))
            except Refused as refused:
                objections = [Objection(str(refused), ())]
            if not objections:
                proven, best, changes = [*proven, *group], after, files
            else:
                pending += self._smaller(group, objections)
        return proven, best, changes

    def _smaller(self, group: list[Applied], objections: Sequence[Objection]) -> list[list[Applied]]:
        """What of a group is to be tried next, the last first; what alone is to blame is refused."""
        if len(group) == 1:
            self._refuse(group[0], objections[0].reason)
            return []
        blamed: dict[int, str] = {}
        for objection in objections:
            blamed |= {at: objection.reason for at, one in enumerate(group) if one in objection.suspects}
        if not blamed or len(blamed) == len(group):
            half = len(group) // 2
            return [group[half:], group[:half]]
        rest = [one for at, one in enumerate(group) if at not in blamed]
        if all(sum(one in objection.suspects for one in group) == 1 for objection in objections):
            for at, reason in blamed.items():
                self._refuse(group[at], reason)
            return [rest]
        return [[group[at] for at in blamed], rest]

    def _refuse(self, one: Applied, reason: str) -> None:
        self.refused[one.finding.fingerprint] = Refusal(reason)

    def _tried(self, state: Judged, batch: Sequence[Applied]) -> tuple[Judged, dict[str, bytes]]:
        """The project with these fixes. Raises `Refused` where a file cannot be written so, or would not parse."""
        if self._judgements >= MOST_JUDGEMENTS:
            raise Refused("too many fixes fail: nothing more was tried in this run")
        bench = Bench(state)
        files = {path: bench.text(path).replaced(edits) for path, edits in _by_path(batch).items()}
        for path, data in files.items():
            try:
                if path.endswith(".py"):
                    parse(path, data)
            except Unreadable as error:
                raise Refused(f"the file would not parse any more: {error.problem.message}") from None
        self._judgements += 1
        return self._judge({**self.changes, **files}), files


def _apart(proposals: Iterable[Applied]) -> list[Applied]:
    """Those that touch no text that an earlier one touches. The same edit twice is one that fixes two findings."""
    taken: dict[str, list[Edit]] = defaultdict(list)
    found = []
    for one in proposals:
        if not any(_clash(edit, other) for edit in one.fix.edits for other in taken[edit.place.path]):
            found.append(one)
            for edit in one.fix.edits:
                taken[edit.place.path].append(edit)
    return found


def _clash(one: Edit, other: Edit) -> bool:
    """Whether two edits touch, if they are not the same; two insertions at one place have no order."""
    if one == other:
        return False
    first, second = sorted((one.place, other.place))
    return (second.line, second.column) <= (first.end_line, first.end_column)


def _by_path(batch: Iterable[Applied]) -> dict[str, list[Edit]]:
    found: dict[str, dict[Edit, None]] = defaultdict(dict)
    for one in batch:
        for edit in one.fix.edits:
            found[edit.place.path][edit] = None
    return {path: list(edits) for path, edits in found.items()}


@dataclass(frozen=True, slots=True)
class Objection:
    """Why what some fixes lead to is not good enough, and which of them may be to blame."""

    reason: str
    suspects: tuple[Applied, ...]


def objections_to(before: Judged, after: Judged, batch: Sequence[Applied]) -> Iterator[Objection]:
    """All that is wrong with a state of the project that some fixes lead to."""
    for problem in after.outcome.problems:
        if problem not in before.outcome.problems:
            yield Objection(f"the fix would raise a problem: {problem.message}", _in_file(problem.path, batch))
    was, now = _known(before), _known(after)
    for call in sorted(was.keys() | now.keys()):
        if was.get(call) != now.get(call):
            suspects = tuple(one for one in batch if one.finding.hit.call == call)
            yield Objection("with the fix less would be known of what is sent", suspects or tuple(batch))
    yield from _about_findings(before, after, batch)


def _about_findings(before: Judged, after: Judged, batch: Sequence[Applied]) -> Iterator[Objection]:
    was, now = _by_rule_and_file(before), _by_rule_and_file(after)
    mended = Counter(_key(one.finding) for one in batch)
    for key, found in sorted(now.items()):
        more = len(found) - len(was.get(key, ()))
        if more > 0:
            calls = Counter(found) - Counter(was.get(key, ()))
            suspects = tuple(one for one in batch if one.finding.hit.call in calls) or _in_file(key[1], batch)
            names = {finding.rule.code: finding.rule.name for finding in after.outcome.findings}
            yield Objection(f"the fix would raise {key[0]} ({names[key[0]]}) in {key[1]}", suspects)
        elif more > -mended[key]:
            left = tuple(one for one in batch if _key(one.finding) == key and one.finding.hit.call in found)
            same = tuple(one for one in batch if _key(one.finding) == key)
            yield Objection("the finding would still be there", left or same)


def _in_file(path: str, batch: Sequence[Applied]) -> tuple[Applied, ...]:
    found = tuple(one for one in batch if any(edit.place.path == path for edit in one.fix.edits))
    return found or tuple(batch)


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule.code, finding.hit.place.path


def _by_rule_and_file(state: Judged) -> dict[tuple[str, str], list[str | None]]:
    """The calls of the findings, by rule and file."""
    found: dict[tuple[str, str], list[str | None]] = defaultdict(list)
    for finding in state.outcome.findings:
        found[_key(finding)].append(finding.hit.call)
    return found


def _known(state: Judged) -> dict[str, tuple[bool, ...]]:
    """The calls, and which parts of each are resolved: a finding must not go away because nothing is seen any more."""
    return {
        call.id: (
            bool(call.request.model.values),
            call.request.system.complete,
            call.request.messages.complete,
            call.request.tools.complete,
        )
        for call in state.audit.project.calls
    }
