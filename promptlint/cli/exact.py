"""Exact token counts: from promptlint.lock always, and with `--exact` from the API for what the lock does not have."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from promptlint.cli.options import Parser, today
from promptlint.cli.progress import progress
from promptlint.cli.scope import Scope
from promptlint.cli.stream import Stream, wants_color
from promptlint.report.checked import Paths
from promptlint.report.style import Palette
from promptlint.report.summary import plural
from promptlint.request import Problem, Project
from promptlint.tokens import lock
from promptlint.tokens.lock import Lock
from promptlint.tokens.questions import Question, questions
from promptlint.tokens.recorded import Counts, Key, Recorded

if TYPE_CHECKING:
    from promptlint.tokens.exact import Failure

_NAMED = 2

Asked = Mapping[Question, str]
"""Questions, and for each the name of what it is about."""


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
    group.add_argument("--update-lock", action="store_true", help="drop from the lock what is not needed any more")


def of_calls(options: Namespace, scope: Scope, project: Project) -> Exact:
    """The counts for the calls of a project: read the lock, ask what is missing, and say what became of the lock."""
    known = lock.read(scope.selection.root)
    needed = frozenset(question.key for question in questions(project.calls)) if known.counts else frozenset()
    shown = questions(filter(scope.shows, project.calls), today(options.today)) if options.exact else {}
    added, failed = _ask(known, {question: call.id for question, call in shown.items()}, options)
    whole = not (project.problems or scope.selection.problems or options.exclude or scope.stdin)
    unused = frozenset(known.counts) - needed - known.inputs
    change = _Change(known, added, known.inputs - needed, unused, options.update_lock and whole)
    stale = change.unused and not change.prune and (whole or options.update_lock)
    if stale and not (options.quiet or known.problem):
        _warn(change, options, scope.paths)
    return _settled(change, failed, options, scope.paths)


def of_inputs(options: Namespace, root: Path, paths: Paths, asked: Asked) -> Exact:
    """The counts for prompts and requests that the user names; what no call needs is marked so in the lock."""
    known = lock.read(root)
    added, failed = _ask(known, asked if options.exact else {}, options)
    needed = frozenset(question.key for question in asked)
    change = _Change(known, added, known.inputs | frozenset(added), known.inputs - needed, options.update_lock)
    return _settled(change, failed, options, paths)


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of a lock: `added` comes in, `unused` goes out if `prune`; `inputs` are those of no call."""

    known: Lock
    added: Counts
    inputs: frozenset[Key]
    unused: frozenset[Key]
    prune: bool

    @property
    def removed(self) -> frozenset[Key]:
        return self.unused if self.prune else frozenset()

    @property
    def kept(self) -> dict[Key, int]:
        kept = {key: count for key, count in self.known.counts.items() if key not in self.removed}
        return {**kept, **self.added}


def _ask(known: Lock, asked: Asked, options: Namespace) -> tuple[Counts, tuple[Problem, ...]]:
    """What the API says to the questions that the lock does not answer, and what it could not be asked."""
    missing = {question: name for question, name in asked.items() if question.key not in known.counts}
    if not missing:
        return {}, ()
    from promptlint.tokens.exact import ask  # threads, and all that belongs to them

    with progress("Counting tokens", len(missing), quiet=options.quiet) as advance:
        answers = ask(missing, advance)
    return answers.counts, tuple(_failed(answers.failures, missing))


def _failed(failures: Mapping[Question, Failure], asked: Asked) -> Iterator[Problem]:
    """One problem for each reason, with what stays estimated."""
    names: defaultdict[Failure, dict[str, None]] = defaultdict(dict)
    for question, name in asked.items():  # in the order of the questions, not of the answers
        if question in failures:
            names[failures[question]][name] = None
    for failure, found in names.items():
        listed = ", ".join([*found][:_NAMED])
        more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
        yield Problem("", f"{failure.reason}: the tokens of {listed}{more} are estimated, not exact", help=failure.help)


def _settled(change: _Change, failed: tuple[Problem, ...], options: Namespace, paths: Paths) -> Exact:
    """Write the lock, where that was asked for."""
    asked = options.exact or options.update_lock
    unwritten = change.known.write(change.kept, change.inputs) if asked else None
    problems = tuple(problem for problem in (change.known.problem, *failed, unwritten) if problem is not None)
    if (change.added or change.removed) and not (options.quiet or unwritten or change.known.problem):
        added = plural(len(change.added), "count")
        Stream(sys.stderr).write(f"{paths.shown(lock.NAME)}: {added} added, {len(change.removed):,} removed\n")
    return Exact(Recorded({**change.known.counts, **change.added}), problems)


def _warn(change: _Change, options: Namespace, paths: Paths) -> None:
    """Say what is left in the lock though nothing needs it."""
    if options.update_lock:
        message = "nothing was dropped, because not all of the project was read"
    else:
        unused = f"{len(change.unused):,} of {plural(len(change.known.counts), 'count')}"
        message = f"no request needs {unused} any more; --update-lock drops them"
    word = Palette(wants_color(options.color, sys.stderr)).paint("warning", "warning:")
    Stream(sys.stderr).write(f"{word} {paths.shown(lock.NAME)}: {message}\n")
