"""Files of request bodies: one call site for each request, or a problem that says why it is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.files import MAX_BYTES
from promptlint.prompts import bodies
from promptlint.prompts.reading import read
from promptlint.request import Argument, CallSite, Problem
from promptlint.source.text_file import Unreadable

if TYPE_CHECKING:
    from promptlint.prompts.bodies import Body
    from promptlint.request import Request
    from promptlint.source.file_texts import FileTexts

MAX_PROBLEMS = 10  # of one file
_LINES = (".jsonl", ".ndjson")


def is_request_file(path: str) -> bool:
    """Whether a file holds request bodies, by its name."""
    return path.lower().endswith((".json", *_LINES))


def calls(texts: FileTexts, path: str, models: tuple[str, ...]) -> Iterator[CallSite]:
    """The requests of a file. Raises `Unreadable`; a request that is none is a problem, and the others go on."""
    text = read(texts, path, MAX_BYTES, "split it into several files").text
    of = bodies.of_lines if path.lower().endswith(_LINES) else bodies.of_document
    problems: list[Problem] = []
    readable = 0
    for body in of(path, text, needs_model=False):
        if body.problem is not None:
            problems.append(replace(body.problem, requests=1))
        elif body.request is not None:
            readable += 1
            yield _site(path, body, body.request, models)
    if not readable and not problems:
        raise Unreadable(Problem(path, "holds no request", help="write one JSON object, or one a line"))
    # A file that holds something else altogether says so once.
    shown = MAX_PROBLEMS if readable else 1
    for problem in problems[:shown]:
        texts.report(problem)
    if len(problems) > shown:
        more = len(problems) - shown
        texts.report(Problem(path, f"{more:,} more of its requests cannot be read", requests=more))


def _site(path: str, body: Body, request: Request, models: tuple[str, ...]) -> CallSite:
    return CallSite(
        id=f"{path}::{body.name}" if body.name else path,
        place=body.place,
        function=body.name or "<request>",
        api="batch.body" if body.batch else "request.body",
        request=replace(request, model=or_given(request.model, models)),
    )


def or_given(named: Argument[str], models: tuple[str, ...]) -> Argument[str]:
    """The model that a prompt names, else those that the user says, else an unknown one."""
    if named.values or not named.complete:
        return named
    if models:
        return Argument(models, present=True, how="config")
    return Argument(complete=False, present=None, reason="the prompt names no model")
