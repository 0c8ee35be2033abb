"""`promptlint check`: report what is wrong with, and what is wasted in, the Claude calls of a project."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

from promptlint import audit
from promptlint.analysis import analyse
from promptlint.audit import Audit, Outcome
from promptlint.catalogue import Confidence, Severity
from promptlint.cli import baseline, exact, fixing, reports
from promptlint.cli.fixing import Fixing, Found
from promptlint.cli.money import Purse
from promptlint.cli.options import (
    COMMAND_LINE,
    Parser,
    add_configuration,
    add_files,
    add_paths,
    add_prompts,
    add_today,
    load_settings,
    today,
    words,
)
from promptlint.cli.scope import KEPT, Scope, find_scope
from promptlint.cli.warnings import warn, warn_of_calls, warn_of_rules
from promptlint.own_rules import all_rules
from promptlint.report.checked import Checked
from promptlint.request import Problem
from promptlint.settings import Settings

USAGE = "[OPTIONS] [PATH ...]"

_EXAMPLES = """\
examples:
  promptlint check                                   the project in the current directory
  promptlint check app/triage.py                     only what concerns this file
  promptlint check --select PL1,missing-max-tokens   caching, and calls without a cap
  promptlint check --pedantic --preview              everything that there is to say
  promptlint check --output-format json -o promptlint.json
  promptlint check --baseline promptlint.json        only what that report does not have
  promptlint check --diff-base origin/main           only what the change brings
  promptlint check --output sarif=promptlint.sarif --output markdown=comment.md
  promptlint check --statistics                      count by rule, with the dollars at stake
  promptlint check system.md greet.j2                prompts on their own; --model says for which model
  promptlint check request.json batch.jsonl          the bodies of requests, the requests of a batch
  promptlint check --exact --update-lock             count tokens as billed, and keep the counts in promptlint.lock
  promptlint check --diff --unsafe-fixes             what the fixes would change; --fix applies them
  cat app/triage.py | promptlint check - --stdin-filename app/triage.py

exit codes:
  0  no finding at or above --fail-on
  1  there are such findings
  2  could not analyse: wrong usage or configuration, or a file that cannot be read or parsed
"""


def configure(parser: Parser) -> None:
    """Describe the command's arguments."""
    parser.epilog = _EXAMPLES
    add_paths(parser)
    _add_rules(parser)
    add_files(parser)
    add_prompts(parser)
    reports.add_reports(parser)
    fixing.add_fixes(parser)
    baseline.add_baseline(parser)
    _add_exit(parser)
    exact.add_exact(parser)
    add_today(parser)
    add_configuration(parser)


def _add_rules(parser: Parser) -> None:
    group = parser.add_argument_group(
        "rules", "RULES are codes, prefixes of codes or names, comma-separated; repeatable"
    )
    listed: dict[str, Any] = {"action": "extend", "type": words, "metavar": "RULES"}
    group.add_argument("--select", **listed, help="check these and no others; ALL for every rule of the default set")
    group.add_argument("--extend-select", **listed, help="check these too")
    group.add_argument("--ignore", **listed, help="do not check these")
    group.add_argument("--pedantic", action="store_true", help="add advice that a reviewer would not insist on")
    group.add_argument("--preview", action="store_true", help="add rules that are still on trial")
    group.add_argument(
        "--min-severity",
        choices=get_args(Severity),
        metavar="LEVEL",
        help="show and count nothing below error, warning or info; JSON lists every finding all the same",
    )
    group.add_argument(
        "--min-confidence",
        choices=get_args(Confidence),
        metavar="LEVEL",
        help="leave out findings less sure than high, medium or low",
    )
    group.add_argument("--no-ignores", action="store_true", help="report what `# promptlint: ignore` comments silence")


def _add_exit(parser: Parser) -> None:
    group = parser.add_argument_group("exit code")
    group.add_argument(
        "--fail-on",
        choices=get_args(Severity),
        metavar="LEVEL",
        help="the least severity that fails: error, warning or info [default: warning]",
    )
    group.add_argument("--exit-zero", action="store_true", help="exit 0 even if there are findings")


def run(options: Namespace) -> int:
    """Check, write the report, and return the exit code."""
    chosen, earlier = reports.chosen_targets(options), baseline.earlier_report(options)
    fixing.check_options(options, {target.format for target in chosen})
    settings = _settings(options)
    scope = find_scope(options, settings)
    rules = all_rules(settings)
    warn(options, settings, scope.selection)
    warn_of_rules(options, settings, rules)
    files = scope.sources
    project = analyse(files, settings, scope.stdin, KEPT)
    warn_of_calls(options, settings, project)
    counts = exact.of_calls(options, scope, project)
    purse = Purse(settings, counts.recorded)
    asked = Audit(project, settings, purse.ledger(project), today(options.today))
    first = audit.run(asked, rules, scope.selection)
    base = None
    if options.diff_base is not None:
        from promptlint.cli import diff_base  # and git with it, which most runs do not need

        base = diff_base.find_base(rules, options, settings)
    known = base.known if base is not None else earlier.known if earlier is not None else ()
    found = Fixing(options, scope, files, purse, asked, rules, chosen, known).run(first)
    asked.ledger.save()
    outcome = _outcome(found, scope, counts.problems, options)
    held = None
    if earlier is not None:
        outcome, held = baseline.hold_against(earlier, outcome, options, scope, rules, found.audit)
    if base is not None:
        outcome, held = diff_base.hold_against(outcome, base, scope.paths)
    calls = tuple(filter(scope.shows, found.audit.project.calls))
    about = (calls, scope.files, found.audit.project.sources, scope.paths, settings.fail_on)
    fixes: dict[str, Any] = {"fixes": found.offers, "fixes_proven": found.proven, "refusals": found.refusals}
    checked = Checked(outcome.findings, outcome.problems, *about, held, **fixes)
    reports.write(checked, found.done(checked.findings), chosen, options, settings.min_severity)
    return audit.exit_code(outcome, settings, exit_zero=options.exit_zero)


def _outcome(found: Found, scope: Scope, uncounted: Sequence[Problem], options: Namespace) -> Outcome:
    """The findings, those that comments silence as well if they are asked for, and all that could not be analysed."""
    findings = found.outcome.findings
    if options.no_ignores:
        findings = tuple(replace(finding, suppressed=None) for finding in findings)
    unread = scope.unreadable(found.outcome.problems)
    return Outcome(findings, (*scope.selection.problems, *uncounted, *found.outcome.problems, *unread, *found.problems))


def _settings(options: Namespace) -> Settings:
    settings = load_settings(options)
    given: dict[str, Any] = {}
    if options.select is not None:
        given |= {"select": tuple(options.select), "extend_select": (), "ignore": ()}
    if options.extend_select:
        given["ignore"] = tuple(
            rule for rule in given.get("ignore", settings.ignore) if rule not in options.extend_select
        )
        given["extend_select"] = (*given.get("extend_select", settings.extend_select), *options.extend_select)
    if options.ignore:
        given["ignore"] = (*given.get("ignore", settings.ignore), *options.ignore)
    if options.fail_on:
        given["fail_on"] = options.fail_on
    for name in ("min_severity", "min_confidence", "pedantic", "preview"):
        if getattr(options, name):
            given[name] = getattr(options, name)
    return settings.override(COMMAND_LINE, **given)
