"""`promptlint cost`: list every Claude call with its model, its tokens and what it costs."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace

from promptlint import audit
from promptlint.analysis import analyse
from promptlint.audit import Audit
from promptlint.cli import exact, explain
from promptlint.cli.money import ledger_for
from promptlint.cli.options import (
    Parser,
    add_configuration,
    add_files,
    add_output,
    add_paths,
    add_prompts,
    add_today,
    load_settings,
    today,
)
from promptlint.cli.scope import KEPT, find_scope
from promptlint.cli.stream import Output, Stream, wants_color
from promptlint.cli.warnings import warn, warn_about_amounts, warn_of_calls
from promptlint.economics import economics
from promptlint.ledger import Ledger
from promptlint.own_rules import all_rules
from promptlint.prices.table import PRICES_AS_OF
from promptlint.report import cost_json, problems
from promptlint.report.costed import Costed, Row
from promptlint.report.savings import largest
from promptlint.report.style import Palette
from promptlint.request import CallSite
from promptlint.settings import Settings
from promptlint.tokens.tokenizer import VERSION

USAGE = "[OPTIONS] [PATH ...]"

_EXAMPLES = """\
examples:
  promptlint cost                               every call of the project in the current directory
  promptlint cost app/triage.py
  promptlint cost --output-format json -o cost.json
  promptlint cost system.md greet.j2            prompts on their own; --model says for which model
  promptlint cost batch.jsonl                   each request of a batch, and all of them together
  promptlint cost --explain app/triage.py::classify
  promptlint cost --explain app/triage.py:7     the same, by the place that the table shows
  promptlint cost --exact                       tokens as billed; the counts are kept in promptlint.lock

Dollars are per call and per 1,000 calls, input and output apart. Traffic is never guessed: with workloads in the
configuration they are per month as well. The key is a call's id, or a glob that gives each call it matches the same:
  [tool.promptlint.workloads."app/triage.py::classify"]
  calls-per-day = 2000       # or calls-per-month
  input-tokens = 900         # where the code does not tell; output-tokens likewise
  output-tokens = 120
  latency = "hours"          # interactive, minutes or hours
  active-hours = 10          # cache-key, keys-per-day, turns, tokens-per-turn, hit-rate

exit codes:
  0  done
  2  could not analyse: wrong usage or configuration, or a file that cannot be read or parsed
"""


def configure(parser: Parser) -> None:
    """Describe the command's arguments."""
    parser.epilog = _EXAMPLES
    add_paths(parser)
    add_files(parser)
    add_prompts(parser)
    output = add_output(parser, "table", "json")
    output.add_argument(
        "--explain",
        action="append",
        metavar="CALL_ID",
        help="print how each part of a call was resolved: its id, a glob over ids, or path:line; repeatable",
    )
    exact.add_exact(parser)
    add_today(parser)
    add_configuration(parser)


def run(options: Namespace) -> int:
    """List the calls, and return the exit code."""
    settings = load_settings(options)
    scope = find_scope(options, settings)
    warn(options, settings, scope.selection)
    project = analyse(scope.sources, settings, scope.stdin, KEPT)
    warn_of_calls(options, settings, project)
    counts = exact.of_calls(options, scope, project)
    ledger = ledger_for(settings, project, counts.recorded)
    calls = sorted((call for call in project.calls if scope.shows(call)), key=lambda call: (call.place, call.id))
    warn_about_amounts(options, settings, calls, ledger)
    if options.explain:
        calls = explain.chosen(calls, options.explain, scope.paths)
    found = (*scope.selection.problems, *counts.problems, *project.problems, *scope.unreadable(project.problems))
    costed = Costed(
        rows=tuple(_row(call, ledger, settings) for call in calls),
        problems=found,
        files=scope.files,
        paths=scope.paths,
        tokenizer=VERSION,
        prices_as_of=PRICES_AS_OF,
    )
    output = Output(options.output_file, options.color)
    if options.explain:
        explain.write(costed, output, options)
    elif options.output_format == "json":
        output.write(cost_json.render(costed))
    else:
        audited = Audit(project, settings, ledger, today(options.today))
        savings = largest(audit.run(audited, all_rules(settings), scope.selection).findings)
        _write_table(replace(costed, savings=savings), output, options)
    ledger.save()
    return 2 if found else 0


def _row(call: CallSite, ledger: Ledger, settings: Settings) -> Row:
    found = economics(call, ledger, external_caching=settings.caching == "external")
    return Row(call, ledger.models(call), ledger.total(call), ledger.traffic.workload(call), found)


def _write_table(costed: Costed, output: Output, options: Namespace) -> None:
    from promptlint.report import cost_table  # brings rich, which JSON does not need

    output.write(cost_table.render(costed, output.palette, output.table_columns, quiet=options.quiet))
    palette = Palette(wants_color(options.color, sys.stderr))
    Stream(sys.stderr).write("".join(f"{line}\n" for line in problems.render(costed.problems, costed.paths, palette)))
