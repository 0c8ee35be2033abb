"""The options that several commands share, and a parser that reports mistakes as the rest of promptlint does."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

from promptlint.cli.stream import Stream
from promptlint.errors import UserError
from promptlint.settings import Settings, is_in_project, load

COMMAND_LINE = "command line"
"""Where a setting comes from that no file has."""

COLORS = ("auto", "always", "never")


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32)


class Parser(argparse.ArgumentParser):
    """The parser of one command: no abbreviations, and one short message instead of the whole usage."""

    def __init__(self, command: str, summary: str, usage: str) -> None:
        super().__init__(
            prog=f"promptlint {command}",
            description=summary + ".",
            usage=f"promptlint {command} {usage}",
            formatter_class=_Help,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Report a wrong option or argument."""
        raise UserError(message, f"`{self.prog} --help` shows what it takes")

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002 - from argparse
        Stream(sys.stdout).write(message)

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The options. Raises `UserError`, for an unknown one with the one that may have been meant."""
        options, unknown = self.parse_known_args([_explicit(text) for text in arguments])
        if not unknown:
            return options
        near = difflib.get_close_matches(unknown[0].partition("=")[0], self._option_string_actions, n=1)
        if near:
            raise UserError(f"unknown option `{unknown[0]}`", f"did you mean `{near[0]}`?")
        return self.error(f"unknown option or argument `{unknown[0]}`")


VALUE_OPTIONAL = frozenset({"--add-ignore"})
"""Options whose value, if any, stands behind an equals sign: what follows a blank is a path."""


def _explicit(argument: str) -> str:
    return f"{argument}=" if argument in VALUE_OPTIONAL else argument


def add_paths(parser: Parser) -> None:
    """PATH.."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and directories to show, `-` for stdin [default: the current directory]; "
        "the project is always read whole",
    )


def add_files(parser: Parser) -> argparse._ArgumentGroup:
    """What chooses files."""
    group = parser.add_argument_group("files")
    group.add_argument(
        "--exclude",
        action="extend",
        type=words,
        default=[],
        metavar="GLOB",
        help="leave out what matches, besides what the configuration excludes; comma-separated, repeatable",
    )
    group.add_argument(
        "--force-exclude",
        action="store_true",
        help="a tool names the files: exclude them too, and take as prompts only what is known as such",
    )
    return group


def add_prompts(parser: Parser) -> None:
    """What says how prompts are read that stand on their own."""
    group = parser.add_argument_group("prompts", "a PATH that is no Python is a prompt, a request body or a batch")
    group.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="ID",
        help="the model of prompts that name none; repeat it to look at several",
    )
    group.add_argument("--stdin-filename", metavar="PATH", help="the file that the text on stdin stands for (PATH `-`)")


def add_configuration(parser: Parser) -> None:
    """What every command takes to choose the configuration."""
    group = parser.add_argument_group("configuration")
    group.add_argument("--config", type=Path, metavar="FILE", help="read this file and no other")
    group.add_argument("--isolated", action="store_true", help="read no configuration at all")


def add_output(parser: Parser, *formats: str) -> argparse._ArgumentGroup:
    """What every command takes to choose its output; the first format is the default."""
    group = parser.add_argument_group("output")
    if formats:
        group.add_argument(
            "--output-format",
            choices=formats,
            default=formats[0],
            metavar="FORMAT",
            help=f"{', '.join(formats)} [default: {formats[0]}]",
        )
    group.add_argument("--output-file", "-o", type=Path, metavar="FILE", help="write the report there")
    group.add_argument("--quiet", "-q", action="store_true", help="print the report only, no summary")
    group.add_argument(
        "--color", choices=COLORS, default="auto", metavar="WHEN", help="auto, always, never [default: auto]"
    )
    return group


def add_today(parser: Parser) -> None:
    """The date is an input."""
    parser.add_argument(
        "--today",
        type=day,
        default=None,
        metavar="YYYY-MM-DD",
        help="the date to judge prices and retirements by [default: today, UTC]",
    )


def load_settings(options: argparse.Namespace) -> Settings:
    """The configuration nearest to the paths, or else to the current directory; with what the command line excludes."""
    paths = [*options.paths, *filter(None, [getattr(options, "stdin_filename", None)])]
    here = Path.cwd().resolve()
    settings = load(_start(paths, here), options.config, options.isolated, here)
    if options.exclude:
        settings = settings.override(COMMAND_LINE, exclude=(*settings.exclude, *options.exclude))
    if getattr(options, "model", None):
        settings = settings.override(COMMAND_LINE, prompt_models=tuple(dict.fromkeys(options.model)))
    _check_models(settings)
    return settings


def _check_models(settings: Settings) -> None:
    """Raise `UserError` for a model that has no price: a prompt that is judged by it would look clean by accident."""
    if not settings.prompt_models:
        return
    from promptlint.prices.table import PRICES_AS_OF, all_models, find  # takes a while, and is needed for this only

    for name in settings.prompt_models:
        if find(name) is None:
            near = difflib.get_close_matches(name, [model.id for model in all_models()], n=1)
            known = f"the price table of {PRICES_AS_OF} has no such model of Claude"
            where = settings.where("prompt-models", name)
            raise UserError(f"{where}unknown model `{name}`", f"did you mean `{near[0]}`?" if near else known)


def _start(paths: list[str], here: Path) -> Path:
    """Where the project is looked for: around the paths, or here where some of them lie outside of the project."""
    around = _around(paths)
    if around is None:
        return here
    if around in here.parents and not is_in_project(around):
        is_nobodys = around in (Path.home(), Path(around.anchor))
        return here if is_nobodys or is_in_project(here) else around
    return around


def _around(paths: list[str]) -> Path | None:
    """The folder that holds all paths: those that exist, and files that are to be in a folder that does."""
    near = (path if path.is_dir() else path.parent for path in (Path(name).resolve() for name in paths if name != "-"))
    found = [folder for folder in near if folder.is_dir()]
    return Path(os.path.commonpath(found)) if found else None


def today(option: date | None) -> date:
    """The date to judge by."""
    return option or datetime.now(UTC).date()


def words(text: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text.split(",") if word.strip()]


def day(text: str) -> date:
    """A date as ISO 8601 has it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2026-11-22") from None
