"""`promptlint rule`: explain a rule, list all of them, or test those that somebody has written."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from promptlint import rule_file, toml
from promptlint.catalogue import Rule, load_rules, suggestion
from promptlint.cli.options import Parser, add_configuration, add_output, today
from promptlint.cli.stream import Output, Stream, wants_color
from promptlint.errors import UserError
from promptlint.own_rules import all_rules, without_doubles
from promptlint.report import rules as report
from promptlint.report.style import Palette, visible
from promptlint.report.summary import plural
from promptlint.settings import load

USAGE = "[OPTIONS] CODE|NAME|--all|--test FILE.."

_EXAMPLES = """\
examples:
  promptlint rule PL103
  promptlint rule reused-prefix-not-cached
  promptlint rule --all
  promptlint rule --all --output-format json
  promptlint rule --test policies/   do the examples of your own rules hold? exit code 2 if not
"""


def configure(parser: Parser) -> None:
    """Describe the command's arguments."""
    parser.epilog = _EXAMPLES
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("rule", nargs="?", metavar="CODE|NAME", help="the rule to explain")
    which.add_argument("--all", action="store_true", help="list every rule, those of `extra-rules` too")
    which.add_argument(
        "--test", nargs="+", type=Path, metavar="FILE", help="run the examples of rules of your own; takes folders too"
    )
    add_output(parser, "full", "json")
    add_configuration(parser)


def run(options: Namespace) -> int:
    """Print the rules that were asked for, or test them."""
    output = Output(options.output_file, options.color)
    if options.test:
        return _test(options, output)
    known = all_rules(load(Path(), options.config, options.isolated))
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


def _test(options: Namespace, output: Output) -> int:
    """A line for each rule whose examples hold, on stderr one for each example that does not; exit code 2 for these."""
    from promptlint.cli.examples import failures  # brings both wings, which an explanation does not need
    from promptlint.ledger import Ledger

    ours, ledger, failed = load_rules(), Ledger(), False
    own = without_doubles((rule_file.read_own(file) for path in options.test for file in _files(path)), ours)
    for rule in own:
        wrong = list(failures(rule, (*ours, rule), ledger, today(None)))
        failed = failed or bool(wrong)
        if wrong:
            word = Palette(wants_color(options.color, sys.stderr)).paint("error", "error:")
            Stream(sys.stderr).write("".join(f"{word} {visible(line)}\n" for line in wrong))
        elif not options.quiet:
            count = plural(len(rule.bad) + len(rule.good), "example")
            output.write(f"{visible(rule.path)}: {rule.code} {rule.name}: {count} hold\n")
    return 2 if failed else 0


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    files = sorted(path.rglob("*.toml"))
    if not files:
        raise UserError(f"{toml.shown(path)}: holds no rule", "a rule is a file whose name ends in .toml")
    yield from files
