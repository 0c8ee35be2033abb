"""`check --fix`, `--diff` and the edits that machine formats carry: hands the findings over to the fixes."""

from __future__ import annotations

import gc
from argparse import Namespace
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from promptlint import audit
from promptlint.analysis import analyse
from promptlint.audit import Audit, Outcome
from promptlint.baseline import Known, compare
from promptlint.catalogue import Rule, Severity
from promptlint.cli.options import Parser
from promptlint.cli.scope import Scope
from promptlint.edits import Fix, Refusal
from promptlint.errors import UserError
from promptlint.files import Files
from promptlint.findings import Finding
from promptlint.report.fixes import Done
from promptlint.request import Problem

if TYPE_CHECKING:
    from promptlint.cli.money import Purse
    from promptlint.cli.targets import Target
    from promptlint.fixes.bench import Judged
    from promptlint.fixes.engine import Mended, Wanted


_FOR_PEOPLE = frozenset({"full", "concise"})
_WITH_EDITS = frozenset({"json", "sarif"})


def add_fixes(parser: Parser) -> None:
    """What asks for fixes."""
    group = parser.add_argument_group("fixes", "see docs/fixes.md for what is safe")
    group.add_argument("--fix", action="store_true", help="apply the safe fixes, and report what is left")
    group.add_argument("--unsafe-fixes", action="store_true", help="with --fix or --diff: apply the unsafe ones too")
    group.add_argument("--diff", action="store_true", help="print what --fix would change, and write nothing")
    group.add_argument(
        "--show-fixes", action="store_true", help="list what was fixed, what could be, and what not and why"
    )
    group.add_argument(
        "--add-ignore",
        nargs="?",
        metavar="=REASON",
        help="write a comment for each finding of now that silences it",
    )


def check_options(options: Namespace, formats: Collection[str]) -> None:
    """Raise `UserError` for options that contradict each other."""
    if options.fix and options.diff:
        raise UserError("--fix writes files, and --diff writes none", "use one of the two")
    if options.add_ignore is not None and (options.fix or options.diff or "-" in options.paths):
        raise UserError("--add-ignore goes with neither --fix nor --diff nor stdin", "fix first, then add the comments")
    if options.fix and "-" in options.paths:
        raise UserError("--fix cannot change what comes from stdin", "use --diff, or name the file")
    if options.unsafe_fixes and not (options.fix or options.diff or options.show_fixes):
        raise UserError("--unsafe-fixes alone changes nothing", "add --fix, or --diff to see what it would do")
    other = sorted({*formats} - _FOR_PEOPLE)
    if options.diff and other:
        raise UserError(
            f"--diff prints a patch, no {other[0]}", "use one of the two: in json each finding has its edits"
        )


@dataclass(frozen=True)
class Found:
    """A state of the project, what of its findings is shown, and what was fixed or could be.

    `before` are the bytes of the files that change, `problems` those of writing them; `comments` were added to silence
    findings.
    """

    audit: Audit
    outcome: Outcome
    mended: Mended | None = None
    before: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    written: bool = False
    comments: int = 0

    @property
    def offers(self) -> Mapping[str, Fix]:
        """The fixes of what is left, by fingerprint."""
        return self.mended.offers if self.mended else {}

    @property
    def proven(self) -> bool:
        """Whether the project was analysed with those."""
        return self.mended is not None and self.mended.proven

    @property
    def refusals(self) -> Mapping[str, Refusal]:
        """Why others have none, by fingerprint."""
        return self.mended.refusals if self.mended else {}

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        """What changes: each file before and after."""
        from promptlint.fixes.spans import read_spans

        changes = self.mended.changes if self.mended else {}
        return {
            path: (read_spans(path, self.before[path]).text, read_spans(path, data).text)
            for path, data in changes.items()
        }

    def done(self, findings: Iterable[Finding]) -> Done:
        """The same for a report that shows these findings."""
        if self.mended is None:
            return Done()
        left = list(findings) if self.written or not self.mended.applied else list(self.mended.state.active)
        return Done(
            sorted(((one.finding, one.fix) for one in self.mended.applied), key=lambda done: done[0].hit.place),
            [(finding, self.offers[finding.fingerprint]) for finding in left if finding.fingerprint in self.offers],
            [(finding, self.refusals[finding.fingerprint]) for finding in left if finding.fingerprint in self.refusals],
            self.written,
            self.texts,
            self.comments,
        )


@dataclass(frozen=True)
class Fixing:
    """One run that may fix. `files` are those of the first analysis, `purse` makes the ledger of each.

    What is `known` does not count, and is not fixed either, nor what is less severe than what is shown.
    """

    options: Namespace
    scope: Scope
    files: Files
    purse: Purse
    audit: Audit
    rules: tuple[Rule, ...]
    reports: tuple[Target, ...]
    known: tuple[Known, ...] = ()

    def run(self, outcome: Outcome) -> Found:
        """Fix what is asked for; what of `outcome` is left, and what could be done about that."""
        first = Found(self.audit, outcome)
        if self.options.add_ignore is not None:
            return self._ignored(first)
        if not self._asked() or not any(map(_fixable, outcome.findings)):
            return first
        mended = self._mended(outcome)
        before = {path: self.files.bytes(path) for path in mended.changes}
        found = Found(self.audit, outcome, mended, before)
        return self._written(found) if self.options.fix else found

    def _mended(self, outcome: Outcome) -> Mended:
        from promptlint.fixes.engine import mend, suggest

        start, apply = self._judged(self.files, self.audit), self.options.fix or self.options.diff
        wanted, unsafe = self._wanted(outcome, apply=apply), self.options.unsafe_fixes
        if not apply and not self.options.show_fixes:
            return suggest(start, wanted, self._writable)
        return mend(start, self._judge, wanted, self._writable, apply=apply, unsafe=unsafe)

    def _ignored(self, first: Found) -> Found:
        """Silence what is found now. Comments that would not do that are left out, with the reason."""
        from promptlint.fixes.bench import Bench
        from promptlint.fixes.engine import Mended
        from promptlint.fixes.ignoring import comments_for

        start = self._judged(self.files, self.audit)
        bench = Bench(start)
        counts = self._counting(first.outcome)
        shown = [finding for finding in first.outcome.findings if finding.suppressed is None and counts(finding)]
        added = comments_for(shown, self.options.add_ignore, bench)
        obstacles = {path: reason for path in added.edits if (reason := self._writable(path))}
        refusals = {
            finding.fingerprint: Refusal(obstacles[finding.hit.place.path])
            for finding in added.findings
            if finding.hit.place.path in obstacles
        }
        changes = {
            path: bench.text(path).replaced(edits) for path, edits in added.edits.items() if path not in obstacles
        }
        state = self._judge(changes) if changes else start
        mended = Mended(state, changes, refusals={**added.refusals, **refusals})
        before = {path: self.files.bytes(path) for path in changes}
        comments = sum(len(edits) for path, edits in added.edits.items() if path in changes)
        return self._written(Found(first.audit, first.outcome, mended, before, comments=comments))

    def _asked(self) -> bool:
        options, formats = self.options, {target.format for target in self.reports}
        return options.fix or options.diff or options.show_fixes or not _WITH_EDITS.isdisjoint(formats)

    def _written(self, found: Found) -> Found:
        from promptlint.fixes.writing import write

        assert found.mended is not None
        failed = write(self.scope.selection.root, found.before, found.mended.changes)
        if failed:
            problems = [
                Problem(one.path, f"not fixed: the file {one.reason}", help="nothing was written") for one in failed
            ]
            return Found(found.audit, found.outcome, problems=tuple(problems))
        state = found.mended.state
        outcome = audit.run(state.audit, self.rules, self.scope.selection)
        return Found(state.audit, outcome, found.mended, found.before, written=True, comments=found.comments)

    def _judge(self, changes: Mapping[str, bytes]) -> Judged:
        files = self.files.changed(changes)
        project = analyse(files, self.audit.settings)
        gc.unfreeze()  # the trees of this state are not needed any more; those of the whole run would fill the memory
        gc.collect()
        return self._judged(files, Audit(project, self.audit.settings, self.purse.ledger(project), self.audit.today))

    def _judged(self, files: Files, state: Audit) -> Judged:
        from promptlint.fixes.bench import Judged

        return Judged(files, state, audit.run(state, self.rules, _Everything()))

    def _wanted(self, outcome: Outcome, *, apply: bool) -> Wanted:
        """Which findings to look at: what is shown, and where files are changed only what counts."""
        calls = {call.id: call for call in self.audit.project.calls}
        counts = self._counting(outcome) if apply else None

        def wanted(finding: Finding) -> bool:
            call = calls.get(finding.hit.call or "")
            paths = [finding.hit.place.path, *([call.place.path] if call else [])]
            paths += [related.place.path for related in finding.hit.related]
            return (counts is None or counts(finding)) and any(map(self.scope.selection.shows, paths))

        return wanted

    def _counting(self, outcome: Outcome) -> Wanted:
        """Which findings count: those that are not known, and as severe as what is shown."""
        compared = compare(outcome.findings, self.known, self.scope.paths.shown)
        known = {finding.fingerprint for finding in compared.findings if finding.baselined}
        levels = get_args(Severity)
        shown = levels[: levels.index(self.audit.settings.min_severity) + 1]
        return lambda finding: finding.fingerprint not in known and finding.severity in shown

    def _writable(self, path: str) -> str:
        """Why a file cannot be changed; empty if it can."""
        from promptlint.fixes.writing import obstacle

        if not self.scope.selection.shows(path):
            return f"the change belongs into {self.scope.paths.shown(path)}, which was not named"
        if self.scope.stdin and self.scope.stdin[0] == path:
            return ""
        reason = obstacle(self.files.absolute(path))
        return f"{self.scope.paths.shown(path)} {reason}" if reason else ""


class _Everything:
    whole = True

    def shows(self, path: str) -> bool:  # noqa: ARG002 - as `Selection` has it
        return True


def _fixable(finding: Finding) -> bool:
    return finding.suppressed is None and bool(finding.rule.fixable)
