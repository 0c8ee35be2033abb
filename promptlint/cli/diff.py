"""`promptlint diff`: what a change does to the cost of every Claude call, and whether it keeps to the budget."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from promptlint import audit
from promptlint.audit import Audit, Outcome, Shown
from promptlint.changes.diffed import Diffed, Side, compare, judge
from promptlint.changes.finding_changes import finding_changes
from promptlint.cli.options import Parser, add_configuration, add_today, today
from promptlint.cli.sides import Commit, State, checkout, committed, left_out_now, nothing, side
from promptlint.cli.stream import Output, Stream, wants_color
from promptlint.cli.targets import Target, add_targets, targets
from promptlint.cli.warnings import warn_about_budget
from promptlint.git import Repository, repository
from promptlint.ledger import Ledger
from promptlint.own_rules import all_rules
from promptlint.prices.table import PRICES_AS_OF
from promptlint.report import diff_json
from promptlint.report.diff_view import View
from promptlint.report.style import Palette, visible
from promptlint.request import Project
from promptlint.tokens.tokenizer import VERSION

USAGE = "[OPTIONS] [BASE [HEAD]]"
FORMATS = ("table", "markdown", "json")

_EXAMPLES = """\
examples:
  promptlint diff                           what is here, against where the branch has left the default branch
  promptlint diff HEAD                      what is not committed yet
  promptlint diff origin/main...HEAD        a branch, against where it has left main
  promptlint diff v1.2 v1.3
  promptlint diff --output-format markdown  a comment for a pull request; empty where nothing changes
  promptlint diff --output json=diff.json --output markdown=comment.md

Both sides are analysed whole, and calls are paired by what they send: a renamed file or a moved function costs nothing.
The budget is in the configuration:
  [tool.promptlint.budget]
  max-increase-per-call = "20%"    # or "$0.01"
  max-monthly-increase = "$200"    # for calls with a workload
  max-monthly = "$5,000"
  unknown = "warn"                 # or allow, fail
  exemptions = [{ call = "app/nightly.py::*", reason = "one run a day", expires = 2026-12-31 }]
  [tool.promptlint.budget.calls."app/chat.py::*"]
  max-increase-per-call = "$0.002"

Configuration, prices, workloads and promptlint.lock are those of BASE: a change cannot disarm its own gate.

exit codes:
  0  done, within the budget or without one
  2  could not compare: wrong usage or configuration, a commit that is not there, a file that cannot be read
  3  over budget
"""


def configure(parser: Parser) -> None:
    """Describe the command's arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "base",
        nargs="?",
        metavar="BASE",
        help="the commit to compare with, or BASE...HEAD [default: where HEAD has left the default branch]",
    )
    parser.add_argument("head", nargs="?", metavar="HEAD", help="the commit to look at [default: the working tree]")
    output = add_targets(parser, FORMATS, "json=diff.json")
    output.add_argument("--always", action="store_true", help="write the Markdown even if nothing changes")
    gate = parser.add_argument_group("gate")
    gate.add_argument(
        "--config-from",
        choices=("base", "head"),
        default="base",
        metavar="SIDE",
        help="whose configuration judges: base or head [default: base]",
    )
    gate.add_argument("--exit-zero", action="store_true", help="exit 0 even if the change is over budget")
    add_today(parser)
    add_configuration(parser)


def run(options: Namespace) -> int:
    """Compare, write the report, and return the exit code."""
    chosen, git = targets(options, FORMATS[0]), repository(Path.cwd())
    base, head = _commits(git, options)
    with ExitStack() as folders:
        before, after = _states(git, base, head, options, folders)
        diffed = _compared(before, after, options)
        view = View((before.paths, after.paths), VERSION, PRICES_AS_OF)
        for target in chosen:
            _write(diffed, view, target, options)
        if any(target.format != "json" for target in chosen):
            Stream(sys.stderr).write("".join(_problems(diffed, view, Palette(wants_color(options.color, sys.stderr)))))
    if diffed.before.problems or diffed.after.problems:
        return 2
    return 3 if diffed.verdict.over_budget and not options.exit_zero else 0


def _commits(git: Repository, options: Namespace) -> tuple[Commit | None, Commit | None]:
    """The commits to compare; None is nothing, before the first commit, and the working tree. Raises `UserError`."""
    if options.head is None and options.base in (None, "HEAD") and git.is_empty():
        return None, None
    if options.base is None:
        branch = git.default_branch()
        return Commit(git.merge_base(branch, "HEAD"), f"merge base with {branch}"), None
    first, dots, second = options.base.partition("...")
    if dots and options.head is None:
        one, other = first or "HEAD", second or "HEAD"
        return Commit(git.merge_base(one, other), f"merge base with {one}"), Commit(git.commit(other), other)
    first, dots, second = options.base.partition("..")
    if dots and options.head is None:
        return _commit(git, first or "HEAD"), _commit(git, second or "HEAD")
    return _commit(git, options.base), None if options.head is None else _commit(git, options.head)


def _states(
    git: Repository, base: Commit | None, head: Commit | None, options: Namespace, folders: ExitStack
) -> tuple[State, State]:
    """Both sides; the one that judges tells where the project is. Raises `UserError`."""
    enter = folders.enter_context

    def old(root: Path | None) -> State:
        return enter(nothing(git, options) if base is None else committed(git, base, options, root))

    def new(root: Path | None) -> State:
        return checkout(git, options, root) if head is None else enter(committed(git, head, options, root))

    if options.config_from == "base":
        before = old(None)
        return before, new(before.root)
    after = new(None)
    return old(after.root), after


def _commit(git: Repository, name: str) -> Commit:
    return Commit(git.commit(name), name)


def _compared(before: State, after: State, options: Namespace) -> Diffed:
    from_base = options.config_from == "base"
    settings = (before if from_base else after).settings
    (old, shown_before), (new, shown_after) = side(before, settings), side(after, settings)
    new = left_out_now(old, new, shown_after)
    judging = old if from_base else new
    compared = compare(old, new, judging)
    outcomes = (
        _audited(old.project, shown_before, compared.ledgers[0], judging, options),
        _audited(compared.after, shown_after, compared.ledgers[1], judging, options),
    )
    findings = finding_changes(outcomes[0].findings, outcomes[1].findings)
    compared.ledgers[0].save()
    known = {change.key for change in compared.changes}
    warn_about_budget(options, replace(judging.settings, source=None), known)
    found = judge(old, new, compared, judging, today(options.today))
    return Diffed(found, old, new, compared, findings, judging.settings.budget)


def _audited(project: Project, shown: Shown, ledger: Ledger, judging: Side, options: Namespace) -> Outcome:
    return audit.run(Audit(project, judging.settings, ledger, today(options.today)), all_rules(judging.settings), shown)


def _write(diffed: Diffed, view: View, target: Target, options: Namespace) -> None:
    output = Output(target.file, options.color)
    text = _render(diffed, view, target.format, output, options)
    if text or target.file:
        output.write(text)


def _render(diffed: Diffed, view: View, format: str, output: Output, options: Namespace) -> str:
    if format == "json":
        return diff_json.render(diffed, view)
    if format == "markdown":
        from promptlint.report import diff_markdown

        return diff_markdown.render(diffed, view) if options.always or not diffed.is_empty else ""
    from promptlint.report import diff_table  # brings rich

    return diff_table.render(diffed, view, output.palette, output.table_columns, quiet=options.quiet)


def _problems(diffed: Diffed, view: View, palette: Palette) -> Iterator[str]:
    from promptlint.report import problems

    for each, paths in zip((diffed.before, diffed.after), view.paths, strict=True):
        for line in problems.render(each.problems, paths, palette):
            yield f"{line}\n" if line.startswith("  ") else f"{visible(each.name)}: {line}\n"
