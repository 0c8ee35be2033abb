"""Where reports go: one to stdout or `--output-file`, further ones to `--output FORMAT=FILE`."""

from __future__ import annotations

import argparse
import difflib
import os
from argparse import ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from promptlint.cli.options import Parser, add_output
from promptlint.errors import UserError

_STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """One report: its format, and the file that it goes to; None is stdout."""

    format: str
    file: Path | None


def add_targets(parser: Parser, formats: tuple[str, ...], example: str) -> argparse._ArgumentGroup:
    """What chooses the reports; the first format is the default, `example` one FORMAT=FILE."""
    group = add_output(parser, *formats)
    parser.set_defaults(output_format=None)
    group.add_argument(
        "--output",
        action="append",
        type=_reader(formats, example),
        default=[],
        metavar="FORMAT=FILE",
        help="write a further report there, `-` for stdout; repeatable",
    )
    return group


def _reader(formats: tuple[str, ...], example: str) -> Callable[[str], Target]:
    def read(text: str) -> Target:
        name, equals, file = text.partition("=")
        if not equals or not file:
            raise ArgumentTypeError(f"{text!r} is not FORMAT=FILE, such as {example}")
        if name not in formats:
            near = difflib.get_close_matches(name, formats, n=1)
            advice = f"did you mean {near[0]}?" if near else f"the formats are {', '.join(formats)}"
            raise ArgumentTypeError(f"unknown format {name!r}; {advice}")
        return Target(name, None if file == _STDOUT else Path(file))

    return read


def targets(options: Namespace, default: str) -> tuple[Target, ...]:
    """The reports that the command line asks for. Raises `UserError` for two in one place."""
    given: list[Target] = list(options.output)
    chosen = options.output_format is not None or options.output_file is not None
    if chosen or all(target.file is not None for target in given):
        given.insert(0, Target(options.output_format or default, options.output_file))
    _check_places(given)
    return tuple(given)


def _check_places(given: list[Target]) -> None:
    names = {target.file and os.path.realpath(target.file): target.file for target in given}
    places = Counter(target.file and os.path.realpath(target.file) for target in given)
    for place, count in places.items():
        if count > 1:
            where = f"in {names[place]}" if place else "on stdout"
            raise UserError(f"{count} reports {where}", "give each report a file of its own: --output FORMAT=FILE")
