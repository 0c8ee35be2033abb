"""`promptlint config`: the settings that apply, and where each comes from."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from promptlint.cli.options import Parser, add_configuration, add_output
from promptlint.cli.stream import Output
from promptlint.errors import UserError
from promptlint.report.settings import render
from promptlint.settings import load

USAGE = "[OPTIONS]"

_EXAMPLES = """\
examples:
  promptlint config                           what applies in the current directory
  promptlint config --resolved services/mail  what applies in another one
"""


def configure(parser: Parser) -> None:
    """Describe the command's arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "--resolved",
        nargs="?",
        type=Path,
        const=Path(),
        default=Path(),
        metavar="PATH",
        help="the settings for a file or directory [default: the current directory]",
    )
    add_output(parser)
    add_configuration(parser)


def run(options: Namespace) -> int:
    """Print the settings as a configuration file."""
    if not options.resolved.exists():
        raise UserError(f"{options.resolved}: there is no such file or directory", "name one that exists")
    settings = load(options.resolved, options.config, options.isolated)
    output = Output(options.output_file, options.color)
    output.write("\n".join(render(settings, output.palette)) + "\n")
    return 0
