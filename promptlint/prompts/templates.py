"""Jinja files: their texts without what they are given, and the comments for promptlint in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from promptlint.prompts.reading import read
from promptlint.request import TEMPLATES, Directive, Place, Text
from promptlint.source import jinja
from promptlint.source.directives import directive
from promptlint.source.file_texts import Unavailable
from promptlint.source.spans import Spans

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

_COMMENT = re.compile(r"\{#[-+]?\s*(?P<written>promptlint:.*?)\s*[-+]?#\}", re.DOTALL)


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
    for found in _COMMENT.finditer(text):
        start, end = found.span()
        before, after = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        place = Place(path, *_position(text, start), *_position(text, end))
        alone = not (text[before:start] + text[end : after if after >= 0 else None]).strip()
        yield directive(" ".join(found["written"].split()), place, own_line=alone)


def _position(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
