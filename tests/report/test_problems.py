from __future__ import annotations

from promptlint.report import problems
from promptlint.report.checked import Paths
from promptlint.report.style import Palette
from promptlint.request import Problem
from tests.report.samples import ROOT


def lines(*found: Problem) -> list[str]:
    return list(problems.render(found, Paths(ROOT, ROOT / "app"), Palette(False)))


def test_where_what_and_what_to_do() -> None:
    assert lines(Problem("app/a.py", "invalid syntax", 3, 7, "Python 3.14 can read it")) == [
        "error: a.py:3:7: invalid syntax",
        "  help: Python 3.14 can read it",
    ]


def test_a_problem_without_line_or_help() -> None:
    assert lines(Problem("b.py", "not UTF-8"), Problem("", "no file found")) == [
        "error: ../b.py: not UTF-8",
        "error: no file found",
    ]


def test_control_characters_are_pictures() -> None:
    assert lines(Problem("app/\x1b[2J", "bad \x07")) == ["error: ␛[2J: bad ␇"]
