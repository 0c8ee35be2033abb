"""`promptlint models`: the price table, by tier."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from promptlint.cli.options import Parser, add_configuration, add_output, add_today, today
from promptlint.cli.stream import Output
from promptlint.prices.book import PriceBook
from promptlint.prices.table import all_models
from promptlint.report import models as report
from promptlint.settings import load

USAGE = "[OPTIONS]"

_EXAMPLES = """\
examples:
  promptlint models                        the models that answer today
  promptlint models --all                  the retired ones too
  promptlint models --output-format json   with every price, name and source
"""


def configure(parser: Parser) -> None:
    """Describe the command's arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument("--all", action="store_true", help="list retired models too")
    add_output(parser, "table", "json")
    add_today(parser)
    add_configuration(parser)


def run(options: Namespace) -> int:
    """Print the table."""
    book, day = PriceBook(load(Path(), options.config, options.isolated).prices), today(options.today)
    models = [book.priced(model) for model in all_models()]
    output = Output(options.output_file, options.color)
    if options.output_format == "json":
        output.write(report.to_json(models, day))
    else:
        shown = [model for model in models if options.all or model.status_on(day) != "retired"]
        output.write("\n".join(report.to_table(shown, day, output.palette, quiet=options.quiet)) + "\n")
    return 0
