"""Exact token counts: from promptlint.lock always, and with `--exact` from the API for what the lock does not have."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.cli.options import Parser, today
from promptlint.cli.progress import progress
from promptlint.cli.scope import Scope
from promptlint.cli.stream import Stream, wants_color
from promptlint.report.style import Palette
from promptlint.report.summary import plural
from promptlint.request import CallSite, Problem, Project
from promptlint.tokens import lock
from promptlint.tokens.lock import Lock
from promptlint.tokens.questions import Question, questions
from promptlint.tokens.recorded import Counts, Recorded

if TYPE_CHECKING:
    from promptlint.tokens.exact import Failure

_NAMED = 2


@dataclass(frozen=True, slots=True)
class Exact:
    """What the API counted, now or before, and what went wrong with it."""

    recorded: Recorded
    problems: tuple[Problem, ...] = ()


def add_exact(parser: Parser) -> None:
    """What asks for exact counts."""
    group = parser.add_argument_group(
        "exact counts", f"what the API counted is kept in {lock.NAME} in the project's root, and used in every run"
    )
    group.add_argument(
        "--exact",
        action="store_true",
        help="ask the API for what the lock does not have: free, with the key in ANTHROPIC_API_KEY",
    )
    group.add_argument("--update-lock", action="store_true", help="drop from the lock what no request needs any more")


def exact_counts(options: Namespace, scope: Scope, project: Project) -> Exact:
    """Read the lock, ask what is missing, write the lock, and say what became of it."""
    known = lock.read(scope.selection.root)
    added, failed = _ask(known, options, scope, project) if options.exact else ({}, ())
    change = _Change(known, added, _unused(known, project), _is_whole(options, scope, project), options.update_lock)
    unwritten = known.write(change.kept)
    if not options.quiet:
        _say(change, scope, options.color)
    problems = (*_present(known.problem), *failed, *_present(unwritten))
    return Exact(Recorded({**known.counts, **added}), problems)


def _ask(known: Lock, options: Namespace, scope: Scope, project: Project) -> tuple[Counts, tuple[Problem, ...]]:
    """What the API says of the calls that are shown, and what it could not be asked."""
    from promptlint.tokens.exact import ask  # threads, and all that belongs to them

    shown = questions(filter(scope.shows, project.calls), today(options.today))
    missing = {question: call for question, call in shown.items() if question.key not in known.counts}
    with progress("Counting tokens", len(missing), quiet=options.quiet) as advance:
        answers = ask(missing, advance)
    return answers.counts, tuple(_failed(answers.failures, missing))


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of a lock. `whole`: all of the project was seen, so that what nobody needs is stale."""

    known: Lock
    added: Counts
    unused: frozenset[tuple[str, str]]
    whole: bool
    prune: bool

    @property
    def removed(self) -> frozenset[tuple[str, str]]:
        return self.unused if self.prune and self.whole else frozenset()

    @property
    def kept(self) -> dict[tuple[str, str], int]:
        kept = {key: count for key, count in self.known.counts.items() if key not in self.removed}
        return {**kept, **self.added}


def _unused(known: Lock, project: Project) -> frozenset[tuple[str, str]]:
    if not known.counts:
        return frozenset()
    return frozenset(known.counts) - {question.key for question in questions(project.calls)}


def _is_whole(options: Namespace, scope: Scope, project: Project) -> bool:
    return not (project.problems or scope.selection.problems or options.exclude or scope.stdin)


def _say(change: _Change, scope: Scope, color: str) -> None:
    warning = Palette(wants_color(color, sys.stderr)).paint("warning", "warning:")
    name = scope.paths.shown(lock.NAME)
    stderr = Stream(sys.stderr)
    if change.known.problem is not None:
        return
    if change.added or change.removed:
        added, removed = plural(len(change.added), "count"), f"{len(change.removed):,}"
        stderr.write(f"{name}: {added} added, {removed} removed\n")
    if change.unused and not change.prune and change.whole:
        unused = f"{len(change.unused):,} of {plural(len(change.known.counts), 'count')}"
        stderr.write(f"{warning} {name}: no request needs {unused} any more; --update-lock drops them\n")
    if change.unused and change.prune and not change.whole:
        stderr.write(f"{warning} {name}: nothing was dropped, because not all of the project was read\n")


def _failed(failures: Mapping[Question, Failure], calls: Mapping[Question, CallSite]) -> Iterator[Problem]:
    """One problem for each reason, with the calls whose tokens stay estimated."""
    ids: defaultdict[Failure, dict[str, None]] = defaultdict(dict)
    for question in calls:  # in the order of the calls, not of the answers
        if question in failures:
            ids[failures[question]][calls[question].id] = None
    for failure, names in ids.items():
        listed = ", ".join([*names][:_NAMED])
        more = f" and {plural(len(names) - _NAMED, 'more call')}" if len(names) > _NAMED else ""
        yield Problem("", f"{failure.reason}: the tokens of {listed}{more} are estimated, not exact", help=failure.help)


def _present(problem: Problem | None) -> tuple[Problem, ...]:
    return () if problem is None else (problem,)
