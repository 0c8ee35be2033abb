"""What could not be analysed, one clear line each."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.report.checked import Paths
from promptlint.report.style import Palette, visible
from promptlint.request import Problem


def render(problems: tuple[Problem, ...], paths: Paths, palette: Palette) -> Iterator[str]:
    """`error: path:line: message` and, where something can be done about it, a help line."""
    for problem in problems:
        where = visible(paths.shown(problem.path)) if problem.path else ""
        where += f":cell {problem.cell}" if problem.cell else ""
        where += "".join(f":{number}" for number in (problem.line, problem.column) if number is not None)
        yield f"{palette.paint('error', 'error:')} {where}{': ' if where else ''}{visible(problem.message)}"
        if problem.help:
            yield f"  {palette.paint('strong', 'help:')} {visible(problem.help)}"


def to_json(problems: tuple[Problem, ...], paths: Paths) -> list[dict[str, object]]:
    """The same for the JSON formats."""
    return [
        {
            "path": paths.shown(problem.path) if problem.path else "",
            "cell": problem.cell or None,
            "line": problem.line,
            "column": problem.column,
            "message": problem.message,
            "help": problem.help,
        }
        for problem in problems
    ]
