"""Fixes for the findings of a project: proposed, proven by analysing the project with them, and applied."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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

    `offers` are the fixes of what is left, by fingerprint, proven but not applied; `refusals` likewise.
    """

    state: Judged
    changes: dict[str, bytes]
    applied: tuple[Applied, ...] = ()
    offers: dict[str, Fix] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)


def mend(start: Judged, judge: Judge, wanted: Wanted, obstacle: Obstacle, *, apply: bool, unsafe: bool) -> Mended:
    """Fix what is wanted, round by round until nothing changes any more; then say what could still be fixed.

    Without `apply` only the latter.
    """
    engine = _Engine(start, judge, wanted, obstacle)
    for _ in range(ROUNDS if apply else 0):
        if not engine.round(unsafe):
            break
    offers = engine.offers()
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
        batch = _apart(one for one in self._proposals() if unsafe or one.fix.safety == "safe")
        proven, state, changes = self._prove(self.state, batch)
        self.state = state
        self.changes |= changes
        self.applied += proven
        return bool(proven)

    def offers(self) -> dict[str, Fix]:
        """The proven fixes of what is left, by the fingerprint of the finding."""
        found: dict[str, Fix] = {}
        pending = self._proposals()
        while pending:
            batch = _apart(pending)
            proven, _, _ = self._prove(self.state, batch)
            found |= {one.finding.fingerprint: one.fix for one in proven}
            tried = {one.finding.fingerprint for one in batch}
            pending = [one for one in pending if one.finding.fingerprint not in tried]
        return found

    def _proposals(self) -> list[Applied]:
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
        """The largest part of a batch, found by halving, that does what it should; the state and files it leads to."""
        proven: list[Applied] = []
        best, changes = state, dict[str, bytes]()
        pending = [list(batch)] if batch else []
        while pending:
            group = pending.pop()
            attempt = [*proven, *group]
            try:
                after, files = self._tried(state, attempt)
                reason = _objection(state, after, attempt)
            except Refused as refused:
                reason = str(refused)
            if not reason:
                proven, best, changes = attempt, after, files
            elif len(group) == 1:
                self.refused[group[0].finding.fingerprint] = Refusal(reason)
            else:
                half = len(group) // 2
                pending += [group[half:], group[:half]]
        return proven, best, changes

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


def _objection(before: Judged, after: Judged, batch: Sequence[Applied]) -> str:
    """Why what the fixes lead to is not good enough; empty if it is."""
    new = set(after.outcome.problems) - set(before.outcome.problems)
    if new:
        return f"the fix would raise a problem: {min(problem.message for problem in new)}"
    if _known(after) != _known(before):
        return "with the fix less would be known of what is sent"
    was, now = _counts(before), _counts(after)
    mended = Counter(_key(one.finding) for one in batch)
    for key in sorted(now):
        if now[key] > was[key]:
            return f"the fix would raise {key[0]} in {key[1]}"
    if any(now[key] > was[key] - count for key, count in mended.items()):
        return "the finding would still be there"
    return ""


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule.code, finding.hit.place.path


def _counts(state: Judged) -> Counter[tuple[str, str]]:
    return Counter(map(_key, state.outcome.findings))


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
