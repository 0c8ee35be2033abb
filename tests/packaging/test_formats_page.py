"""docs/formats.md names every format, and its commands are those of the program."""

from __future__ import annotations

import re
import shlex

from promptlint.cli import check
from promptlint.cli.options import Parser
from promptlint.cli.reports import FORMATS
from promptlint.report.github import LIMIT
from promptlint.report.markdown import MARKER
from promptlint.report.markdown_text import MOST_CHARACTERS
from tests.packaging.environments import ROOT

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def test_every_format_has_its_row() -> None:
    assert tuple(re.findall(r"(?m)^\| `(\w+)` \|", PAGE)) == FORMATS


def test_the_commands_are_understood() -> None:
    commands = [line for block in re.findall(r"(?s)```sh\n(.*?)```", PAGE) for line in block.splitlines()]
    assert len(commands) == 3
    for command in commands:
        program, name, *arguments = shlex.split(command)
        assert (program, name) == ("promptlint", "check")
        parser = Parser("check", "", check.USAGE)
        check.configure(parser)
        parser.parse(arguments)


def test_its_figures_are_those_of_the_code() -> None:
    assert f"at most {MOST_CHARACTERS:,} characters" in PAGE
    assert LIMIT == 10
    assert f"`{MARKER}`" in PAGE
