"""One file that was named as a prompt -> the call sites that it makes, or a problem.

| file | what it is |
|---|---|
| `.json` | a request body, a batch, or a list of bodies |
| `.jsonl`, `.ndjson` | a request body, or a request of a batch, on each line |
| `.j2`, `.jinja`, `.jinja2` | a template of one prompt: what it is given is known at run time only |
| any other | the text of one prompt; `{name}` and `{{ name }}` stand for what is known at run time only |

A prompt is priced as the system prompt that it makes; what is sent along is not in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.prompts import front_matter, placeholders, request_files, templates
from promptlint.prompts.reading import read
from promptlint.request import Block, CallSite, Hole, Piece, Place, Problem, Request, System, Text
from promptlint.source.file_texts import Unavailable
from promptlint.source.spans import Malformed, Spans
from promptlint.source.text_file import Unreadable

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator


def calls(ev: Evaluator, path: str, models: tuple[str, ...]) -> list[CallSite]:
    """What a prompt file sends; none, and a problem noted, where that cannot be told.

    `models` are those of a prompt that names none.
    """
    try:
        return list(_calls(ev, path, models))
    except Unreadable as error:
        ev.modules.texts.report(error.problem)
    except Malformed as error:
        advice = "correct the file" if error.path in ("", path) else f"correct the file, which {path} includes"
        ev.modules.texts.report(Problem(error.path or path, str(error), error.line, error.column, advice))
    except Unavailable as error:
        ev.modules.texts.report(Problem(path, str(error), help="split the template, or shorten it"))
    return []


def _calls(ev: Evaluator, path: str, models: tuple[str, ...]) -> Iterator[CallSite]:
    if request_files.is_request_file(path):
        yield from request_files.calls(ev.modules.texts, path, models)
    else:
        yield _prompt(ev, path, models)


def _prompt(ev: Evaluator, path: str, models: tuple[str, ...]) -> CallSite:
    parts = front_matter.split(Spans(Text((read(ev.modules.texts, path),))))
    text = templates.text(ev, path, parts.body) if templates.is_template(path) else placeholders.text(parts.body)
    place = _extent(text, path)
    return CallSite(
        id=path,
        place=Place(path, 1, 1, 1, 1),
        function="<prompt>",
        api="prompt.file",
        request=Request(
            model=request_files.or_given(parts.model, models),
            max_tokens=parts.max_tokens,
            system=System(True, (Block("text", text, place),), place=place) if text.parts else System(),
        ),
    )


def _extent(text: Text, path: str) -> Place:
    """From the first character of a text that stands in the file to the last."""
    parts: list[Piece | Hole] = [*text.pieces(), *text.holes()]
    places = [part.place for part in parts if part.place.path == path]
    if not places:
        return Place(path, 1, 1, 1, 1)
    first, last = min(places), max(places, key=lambda place: (place.end_line, place.end_column))
    return Place(path, first.line, first.column, last.end_line, last.end_column)
