"""Finds the command that was asked for, runs it, and turns what a user can cause into exit codes."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Protocol, cast

from promptlint import __version__
from promptlint.cli.options import Parser
from promptlint.cli.stream import Stream
from promptlint.errors import UserError
from promptlint.report.style import visible

COMMANDS = {
    "check": "Report what is wrong with, and what is wasted in, the Claude calls of a project",
    "cost": "List every Claude call with its model, its tokens and what it costs",
    "diff": "Compare what every Claude call costs before and after a change, and judge it by the budget",
    "tokens": "Count the tokens of prompt files and request bodies, for several models side by side",
    "estimate": "Work out what a design would cost that is not code yet",
    "models": "List the models with their prices, limits and retirement",
    "rule": "Explain a rule, or list all of them",
    "config": "Show the settings that apply, and where each comes from",
}

_INTERRUPTED = 130
_UNUSABLE = 2

_HELP = """\
promptlint finds the Claude calls in Python code, works out what each will send, and says what it costs,
what wastes money in it, and what to write instead. It never runs the code that it reads.

Usage: promptlint COMMAND [OPTIONS]

Commands:
{commands}

Options:
  -V, --version  Print the version
  -h, --help     Print this help; `promptlint COMMAND --help` explains a command

Examples:
  promptlint check                 Check the project in the current directory
  promptlint check app/triage.py   Show only what concerns one file
  promptlint cost --today 2026-11-22
  promptlint diff origin/main      What the work since then does to every call's cost
  promptlint rule PL103            Why a rule exists, and how to follow it

Exit codes: 0 clean, 1 findings, 2 could not analyse, 3 over budget.
"""


class Command(Protocol):
    """What every module of a command offers; `USAGE` are its arguments in short."""

    USAGE: str

    def configure(self, parser: Parser) -> None:
        """Describe the command's arguments."""

    def run(self, options: object) -> int:
        """Do it, and return the exit code."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line; exit code 2 for whatever the user has to put right first."""
    try:
        return _dispatch(list(arguments))
    except UserError as error:
        advice = f"help: {visible(error.help)}\n" if error.help else ""
        with suppress(UserError):  # stderr may be what cannot be written to
            Stream(sys.stderr).write(f"error: {visible(str(error))}\n{advice}")
        return _UNUSABLE
    except KeyboardInterrupt:
        return _INTERRUPTED


def _dispatch(arguments: list[str]) -> int:
    name = arguments[0] if arguments else ""
    if name in ("-V", "--version"):
        Stream(sys.stdout).write(f"promptlint {__version__}\n")
        return 0
    if name in ("", "-h", "--help"):
        Stream(sys.stderr if not name else sys.stdout).write(_overview())
        return 0 if name else _UNUSABLE
    if name not in COMMANDS:
        raise UserError(*_unknown(name))
    command = cast("Command", import_module(f"promptlint.cli.{name}"))
    parser = Parser(name, COMMANDS[name], command.USAGE)
    command.configure(parser)
    return command.run(parser.parse(arguments[1:]))


def _overview() -> str:
    return _HELP.format(commands="\n".join(f"  {name:<9} {summary}" for name, summary in COMMANDS.items()))


def _unknown(name: str) -> tuple[str, str]:
    if name.startswith("-"):
        return f"unknown option `{name}` before the command", "options follow the command: `promptlint check --help`"
    near = difflib.get_close_matches(name, COMMANDS, n=1)
    known = f"the commands are {', '.join(COMMANDS)}"
    return f"unknown command `{name}`", f"did you mean `promptlint {near[0]}`?" if near else known
