"""`--baseline`: the findings that an earlier report has already do not count."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from promptlint.audit import Audit, Outcome
from promptlint.baseline import Known, compare
from promptlint.catalogue import Confidence, Rule, select
from promptlint.cli.options import Parser
from promptlint.cli.scope import Scope
from promptlint.cli.stream import replace_file
from promptlint.cli.warnings import say
from promptlint.errors import UserError
from promptlint.report.checked import Baseline
from promptlint.report.earlier import Earlier, Entry, read
from promptlint.toml import shown

_NAMED = 5


def add_baseline(parser: Parser) -> None:
    """`--baseline`, `--prune-baseline` and `--diff-base`."""
    group = parser.add_argument_group("baseline")
    group.add_argument(
        "--diff-base", metavar="REF", help="what was found where HEAD has left this branch or commit does not count"
    )
    group.add_argument(
        "--baseline", type=Path, metavar="FILE", help="an earlier report in json: what it has does not count again"
    )
    group.add_argument(
        "--prune-baseline", action="store_true", help="take out of that file what was not found any more"
    )


def earlier_report(options: Namespace) -> Earlier | None:
    """The report that `--baseline` names. Raises `UserError`."""
    if options.baseline is not None:
        return read(options.baseline)
    if options.prune_baseline:
        raise UserError("--prune-baseline without --baseline", "name the file with --baseline FILE")
    return None


def hold_against(
    earlier: Earlier, outcome: Outcome, options: Namespace, scope: Scope, rules: Sequence[Rule], audit: Audit
) -> tuple[Outcome, Baseline]:
    """Mark the findings that are known already, and say what is stale; with `--prune-baseline` take it out.

    Where something could not be analysed nothing is stale: what is missing may be in there; nor where no folder is
    checked, because rules about the project have no say then. What a comment suppressed is not known: without the
    comment it counts.
    """
    live = [entry for entry in earlier.entries if not entry.suppressed]
    compared = compare(outcome.findings, earlier.known, scope.paths.shown)
    missing = set(compared.stale) if scope.selection.whole and not outcome.problems else set()
    looked = _Looked(scope, rules, audit)
    stale = tuple(entry.known for entry in live if entry.known in missing and looked.for_(entry))
    pruned = bool(stale) and options.prune_baseline
    if pruned:
        replace_file(earlier.path, earlier.without(stale), "name a baseline that can be written to")
    _tell(options, earlier, stale, pruned)
    return replace(outcome, findings=compared.findings), Baseline(shown(earlier.path), "", stale, pruned)


class _Looked:
    """Whether a run would have found something again: only then its absence means that it is gone."""

    def __init__(self, scope: Scope, rules: Sequence[Rule], audit: Audit) -> None:
        self._off = {rule.code for rule in rules} - {rule.code for rule in select(rules, audit.settings)}
        levels = get_args(Confidence)
        self._levels = levels[: levels.index(audit.settings.min_confidence) + 1]
        self._scope = scope
        self._read = {*scope.selection.files, *scope.selection.prompts.all, *audit.project.sources}

    def for_(self, entry: Entry) -> bool:
        """Whether its rule was on, and its file read, or is there no more."""
        if entry.known.code in self._off or entry.confidence not in self._levels:
            return False
        root = self._scope.selection.root
        path = Path(os.path.relpath(self._scope.paths.directory / entry.known.path, root)).as_posix()
        shown = self._scope.selection.shown
        if not any(not name or path == name or path.startswith(f"{name}/") for name in shown):
            return False
        return path in self._read or not os.path.lexists(root / path)


def _tell(options: Namespace, earlier: Earlier, stale: tuple[Known, ...], pruned: bool) -> None:
    if not stale:
        return
    count = f"{len(stale):,} finding{'s' if len(stale) > 1 else ''}"
    what = f"{count} taken out, no longer there" if pruned else f"{count} no longer there"
    advice = "" if pruned else "; --prune-baseline takes them out"
    say(options, [f"{shown(earlier.path)}: {what}: {_named(stale)}{advice}"])


def _named(stale: Iterable[Known]) -> str:
    entries = list(stale)
    named = [f"{known.code} at {known.path}" + (f":{known.line}" if known.line else "") for known in entries[:_NAMED]]
    more = len(entries) - _NAMED
    return ", ".join([*named, *([f"and {more:,} more"] if more > 0 else [])])
