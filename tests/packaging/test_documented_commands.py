"""Every command that the documentation shows is one that promptlint takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from promptlint.cli.main import COMMANDS, Command
from promptlint.cli.options import Parser
from tests.packaging.environments import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.compile(r"(?m)(?:^|[`/ ])promptlint ((?:{}) ?[^`\n]*)".format("|".join(COMMANDS)))
ENDS = ("||", "&&", "|", ">", ";")


def commands(document: Path) -> Iterator[list[str]]:
    """What stands behind `promptlint` in code, in blocks of it and within a line, without comments."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^```(?:console|sh|shell|yaml)\n(.*?)^```$", text)
    inline = re.findall(r"`[^`\n]+`", re.sub(r"(?ms)^```.*?^```$", "", text))
    for code in (*blocks, *inline):
        for line in SHOWN.findall(code):
            words = shlex.split(line, comments=True)
            yield words[: next((at for at, word in enumerate(words) if word in ENDS), None)]


def parse(words: list[str]) -> None:
    name, *arguments = words
    command = cast("Command", import_module(f"promptlint.cli.{name}"))
    parser = Parser(name, COMMANDS[name], command.USAGE)
    command.configure(parser)
    parser.parse(arguments)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_are_taken(document: Path) -> None:
    for words in commands(document):
        if len(words) > 1:  # a command's bare name is no call of it
            parse(words)


def test_commands_are_found() -> None:
    shown = {words[0] for document in DOCUMENTS for words in commands(document)}
    assert shown == set(COMMANDS)
