"""Request bodies of the Messages API that stand in a file -> the requests that they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from promptlint.prompts.body_checks import BodyError, check, known_text, unknown_arguments
from promptlint.request import Piece, Place, Problem, Request, Run, Text
from promptlint.sdk import requests
from promptlint.sdk.passed import of_mapping
from promptlint.source import json_values
from promptlint.source.spans import Malformed, Spans
from promptlint.source.values import Map, Seq, Value, place_of

_LINE_END = re.compile(r"\r\n|\r|\n")
_TOO_LONG = 40_000_000


@dataclass(frozen=True, slots=True)
class Body:
    """One request body of a file: its request, or the problem that makes it none.

    `name` is the `custom_id` of a batch request, or else empty; `batch` whether it is such a request.
    """

    place: Place
    name: str = ""
    batch: bool = False
    request: Request | None = None
    problem: Problem | None = None


def of_line(path: str, line: str, number: int, needs_model: bool = True) -> Body:
    """The body that is the one line `number` of a JSON lines file; a batch request is read as well.

    Without `needs_model` one that names no model is a request all the same.
    """
    place = Place(path, number, 1, number, len(line) + 1)
    return next(_read(Piece(line, place, (Run(0, number, 1),)), False, needs_model))


def of_lines(path: str, text: str, needs_model: bool = True) -> Iterator[Body]:
    """The bodies of a JSON lines file, one a line; empty lines are passed over."""
    for number, line in enumerate(_LINE_END.split(text), 1):
        if line.strip():
            yield of_line(path, line, number, needs_model)


def of_document(path: str, text: str, needs_model: bool = True) -> Iterator[Body]:
    """The bodies of a JSON file: one, a list of them, or the `requests` of a batch."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    place = Place(path, 1, 1, len(starts), len(text) - starts[-1] + 1)
    runs = tuple(Run(start, row, 1) for row, start in enumerate(starts, 1))
    yield from _read(Piece(text, place, runs), True, needs_model)


def _read(piece: Piece, several: bool, needs_model: bool) -> Iterator[Body]:
    place = piece.place
    if len(piece.text) > _TOO_LONG:
        yield _refused(place, BodyError(f"the request is longer than {_TOO_LONG // 1_000_000} million characters"))
        return
    try:
        value = json_values.parse(Spans(Text((piece,))))
    except Malformed as error:
        line = place.line if error.line is None else place.line + error.line - 1
        yield Body(place, problem=Problem(place.path, str(error), line, error.column, "write one JSON object"))
        return
    if several and isinstance(value, Map) and (batch := value.get("requests")) is not None:
        value = batch.value
    if several and isinstance(value, Seq):
        yield from (_body(item.value, needs_model) for item in value.items)
    else:
        yield _body(value, needs_model)


def _body(value: Value, needs_model: bool) -> Body:
    """The body that a value is, or the parameters of a request of a batch."""
    place, name, batch = place_of(value), "", False
    if isinstance(value, Map) and (params := value.get("params")) is not None and value.get("messages") is None:
        name, value, batch = known_text(value, "custom_id"), params.value, True
    try:
        return Body(place, name, batch, request_of(value, batch, needs_model))
    except BodyError as error:
        return Body(place, name, batch, problem=_problem(error.place or place, error))


def request_of(body: Value, batch: bool = False, needs_model: bool = True) -> Request:
    """The request that a body makes, each part with its place in the file. Raises `BodyError`."""
    given = check(body, needs_model)
    return replace(requests.build(of_mapping(given), streaming=False, batch=batch), opaque=unknown_arguments(given))


def _refused(place: Place, error: BodyError) -> Body:
    return Body(place, problem=_problem(place, error))


def _problem(place: Place, error: BodyError) -> Problem:
    return Problem(place.path, str(error), place.line, place.column, error.help)
