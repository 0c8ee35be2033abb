"""`--diff-base`: only what a change brings counts, by what is found at the commit where it began."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from promptlint import audit
from promptlint.audit import Audit, Outcome
from promptlint.baseline import Known, compare
from promptlint.cli.money import ledger_for
from promptlint.cli.options import today
from promptlint.cli.sides import Commit, State, committed, side
from promptlint.errors import UserError
from promptlint.findings import Finding
from promptlint.git import repository
from promptlint.report.checked import Baseline, Paths
from promptlint.request import Problem
from promptlint.rule import Rule
from promptlint.settings import Settings


@dataclass(frozen=True, slots=True)
class Base:
    """What was found before the change, and what could not be read there."""

    commit: Commit
    known: tuple[Known, ...]
    problems: tuple[Problem, ...]


def find_base(rules: Sequence[Rule], options: Namespace, settings: Settings) -> Base:
    """Check the state before the change.

    Both sides are checked with the settings of today, so that switching on a rule is not a change's doing. Raises
    `UserError`.
    """
    if options.baseline is not None:
        raise UserError("--diff-base and --baseline exclude each other", "give one of them")
    git = repository(Path.cwd())
    if repository(settings.root) != git:
        raise UserError(f"{settings.root} is in another repository than the current directory", "run it there")
    commit = Commit(git.merge_base(options.diff_base, "HEAD"), f"merge base with {options.diff_base}")
    with committed(git, commit, options, settings.root.relative_to(git.top)) as state:
        before = _outcome(state, rules, options, settings)
        known = tuple(_known(finding, state.paths) for finding in before.findings if finding.suppressed is None)
    return Base(commit, known, before.problems)


def hold_against(outcome: Outcome, base: Base, paths: Paths) -> tuple[Outcome, Baseline]:
    """Mark what was found before the change too. What could not be read there is a problem: it may hide a finding."""
    found = compare(outcome.findings, base.known, paths.shown).findings
    problems = (*outcome.problems, *(_at(base.commit, problem) for problem in base.problems))
    return Outcome(found, problems), Baseline(commit=str(base.commit))


def _outcome(state: State, rules: Sequence[Rule], options: Namespace, settings: Settings) -> Outcome:
    found, selection = side(state, settings)
    ledger = ledger_for(settings, found.project, found.recorded)
    own = replace(settings, root=state.top / state.root)
    outcome = audit.run(Audit(found.project, own, ledger, today(options.today)), rules, selection)
    ledger.save()
    return replace(outcome, problems=tuple(dict.fromkeys((*found.problems, *outcome.problems))))


def _known(finding: Finding, paths: Paths) -> Known:
    place = finding.hit.place
    return Known(finding.fingerprint, finding.rule.code, paths.shown(place.path), place.line)


def _at(commit: Commit, problem: Problem) -> Problem:
    return replace(problem, message=f"at {commit}: {problem.message}")
