"""The reports of `check`: which there are, and how each is written."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from promptlint.catalogue import Severity
from promptlint.cli.options import Parser
from promptlint.cli.stream import Output, Stream, wants_color
from promptlint.cli.targets import Target, add_targets, targets
from promptlint.errors import UserError
from promptlint.report import concise, fixes, json, problems, statistics, summary
from promptlint.report.checked import Checked, Paths
from promptlint.report.fixes import Done
from promptlint.report.full import Full
from promptlint.report.repository import top
from promptlint.report.style import Palette

FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")
_FOR_PEOPLE = ("full", "concise")
_COUNTED = (*_FOR_PEOPLE, "json")
_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"


def add_reports(parser: Parser) -> None:
    """What chooses the reports."""
    group = add_targets(parser, FORMATS, "sarif=promptlint.sarif")
    group.add_argument("--statistics", action="store_true", help="count by rule instead of listing the findings")
    group.add_argument(
        "--comment-always", action="store_true", help="write the markdown comment even if there is nothing to say"
    )


def chosen_targets(options: Namespace) -> tuple[Target, ...]:
    """The reports that the command line asks for. Raises `UserError`."""
    given = targets(options, FORMATS[0])
    uncounted = next((target.format for target in given if target.format not in _COUNTED), None)
    if options.statistics and uncounted:
        raise UserError(f"--statistics has no place in {uncounted}", f"it goes with {', '.join(_COUNTED)}")
    return given


def write(everything: Checked, done: Done, chosen: tuple[Target, ...], options: Namespace, least: Severity) -> None:
    """Write the reports, and for people what could not be analysed to stderr.

    JSON has every finding, the others those of the `least` severity and above.
    """
    checked = everything.at_least(least)
    for target in chosen:
        output = Output(target.file, options.color)
        text = _render(target.format, everything if target.format == "json" else checked, done, output, options)
        if text or target.file:
            output.write(text)
    if any(target.format in _FOR_PEOPLE for target in chosen):
        palette = Palette(wants_color(options.color, sys.stderr))
        lines = [*problems.render(checked.problems, checked.paths, palette)]
        lines += _about_fixes(checked, done, options, palette) if options.diff else ()
        Stream(sys.stderr).write("".join(f"{line}\n" for line in lines))
    if any(target.format == "github" for target in chosen):
        _summarise_step(_seen_from_top(checked))


def _render(format: str, checked: Checked, done: Done, output: Output, options: Namespace) -> str:
    if options.diff:
        return "".join(fixes.patch(done.texts, checked.paths, output.palette, raw=output.is_raw))
    if format in _FOR_PEOPLE:
        lines = [*_lines(format, checked, output, options), *_about_fixes(checked, done, options, output.palette)]
        return "".join(f"{line}\n" for line in lines)
    if format == "json":
        return json.render(checked, with_statistics=options.statistics)
    return _for_service(format, _seen_from_top(checked), options)


def _for_service(format: str, checked: Checked, options: Namespace) -> str:
    from promptlint.report import github, gitlab, junit, markdown, sarif  # most runs need none of them

    renderers: dict[str, Callable[[Checked], str]] = {
        "github": lambda checked: "".join(f"{line}\n" for line in github.render(checked, brief=options.quiet)),
        "gitlab": gitlab.render,
        "junit": junit.render,
        "markdown": partial(markdown.render, always=options.comment_always),
        "sarif": sarif.render,
    }
    return renderers[format](checked)


def _lines(format: str, checked: Checked, output: Output, options: Namespace) -> Iterator[str]:
    if options.statistics:
        yield from statistics.render(checked, output.palette)
    elif format == "concise":
        yield from concise.render(checked, output.palette)
    else:
        yield from Full(checked, output.palette, output.columns).render()
    if not options.quiet:
        yield from summary.render(checked, output.palette)


def _about_fixes(checked: Checked, done: Done, options: Namespace, palette: Palette) -> Iterator[str]:
    if options.show_fixes:
        yield from fixes.listed(done, checked.paths, palette)
    if not options.quiet:
        yield from fixes.summary(done, palette)


def _seen_from_top(checked: Checked) -> Checked:
    """With paths from the repository's top on."""
    return replace(checked, paths=Paths(checked.paths.root, top(checked.paths.root)))


def _summarise_step(checked: Checked) -> None:
    """Append to the summary that GitHub shows of a step, if this is one."""
    name = os.environ.get(_STEP_SUMMARY)
    if not name:
        return
    from promptlint.report import markdown

    try:
        with Path(name).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(markdown.render(checked, always=True))
    except (OSError, ValueError) as error:
        raise UserError(f"cannot write {_STEP_SUMMARY} {name}: {error}", f"unset {_STEP_SUMMARY}") from error
