"""Jinja files: their texts without what they are given, and the comments for promptlint in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from promptlint.prompts.reading import read
from promptlint.request import TEMPLATES, Directive, Place, Text
from promptlint.source import jinja
from promptlint.source.directives import directive
from promptlint.source.file_texts import LINE_END, Unavailable
from promptlint.source.spans import Spans

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

_OPENING = re.compile(r"\{#[-+]?\s*(?=promptlint:)")
_CLOSING = re.compile(r"[-+]?#\}")


def is_template(path: str) -> bool:
    """Whether a file is a Jinja template."""
    return path.lower().endswith(TEMPLATES)


def text(ev: Evaluator, path: str, source: Spans) -> Text:
    """The text of a template; every name that it is given is a hole. Raises `Malformed`, `Unavailable`."""

    def load(name: str) -> Text:
        return Text((read(ev.modules.texts, _found(ev, path, name)),))

    return jinja.rendered(ev, source, {}, {}, load)


def _found(ev: Evaluator, path: str, name: str) -> str:
    """The template of this name, in the folder of the one that includes it or the nearest one around that."""
    if ".." in name.split("/"):
        raise Unavailable(f"a template's name may not lead out of its folder: {name}")
    for folder in PurePosixPath(path).parents:
        candidate = (folder / name.lstrip("/")).as_posix()
        if ev.modules.files.has(candidate):
            return candidate
    raise Unavailable(f"there is no template {name!r} around {path}")


def comments(path: str, text: str) -> Iterator[Directive]:
    """The `{# promptlint: .. #}` comments of a template, in order."""
    text = LINE_END.sub("\n", text)
    starts = [0, *(end.end() for end in re.finditer("\n", text)), len(text) + 1]

    def position(offset: int) -> tuple[int, int]:
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    opening = _OPENING.search(text)
    while opening is not None and (closing := _CLOSING.search(text, opening.end())) is not None:
        (line, column), (end_line, end_column) = position(opening.start()), position(closing.end())
        around = text[starts[line - 1] : opening.start()] + text[closing.end() : starts[end_line] - 1]
        written = " ".join(text[opening.end() : closing.start()].split())
        yield directive(written, Place(path, line, column, end_line, end_column), own_line=not around.strip())
        opening = _OPENING.search(text, closing.end())
