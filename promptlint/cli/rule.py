"""`promptlint rule`: explain a rule, or list all of them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from promptlint.catalogue import Rule, load_rules, suggestion
from promptlint.cli.options import Parser, add_configuration, add_output
from promptlint.cli.stream import Output
from promptlint.errors import UserError
from promptlint.report import rules as report

USAGE = "[OPTIONS] CODE|NAME|--all"

_EXAMPLES = """\
examples:
  promptlint rule PL103
  promptlint rule reused-prefix-not-cached
  promptlint rule --all
  promptlint rule --all --output-format json
"""


def configure(parser: Parser) -> None:
    """Describe the command's arguments."""
    parser.epilog = _EXAMPLES
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("rule", nargs="?", metavar="CODE|NAME", help="the rule to explain")
    which.add_argument("--all", action="store_true", help="list every rule")
    add_output(parser, "full", "json")
    add_configuration(parser)


def run(options: Namespace) -> int:
    """Print the rules that were asked for."""
    output = Output(options.output_file, options.color)
    known = load_rules()
    rules = known if options.all else (_find(options.rule, known),)
    if options.output_format == "json":
        output.write(report.to_json(rules))
    elif options.all:
        output.write("\n".join(report.table(rules, output.palette)) + "\n")
    else:
        output.write("\n".join(report.page(rules[0], output.palette, output.columns)) + "\n")
    return 0


def _find(word: str, rules: Sequence[Rule]) -> Rule:
    named = {key: rule for rule in rules for key in (rule.code, rule.name)}
    found = named.get(word.upper()) or named.get(word.lower())
    if found is None:
        raise UserError(f"unknown rule `{word}`", suggestion(word, rules))
    return found
