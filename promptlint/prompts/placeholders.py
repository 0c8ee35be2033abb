"""The names in braces that a program replaces in a text file: `{name}`, `${name}`, `{{ name }}` and `{{.name}}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.request import Hole, Part, Text

if TYPE_CHECKING:
    from promptlint.source.spans import Spans

_NAME = r"[A-Za-z_]\w*(?:\.\w+)*"
_PLACEHOLDER = re.compile(
    rf"\{{\{{\{{?\s*\.?(?P<double>{_NAME})\s*\}}?\}}\}}|(?<![\w{{])\$?\{{(?P<single>{_NAME})\}}(?!\}})"
)


def text(source: Spans) -> Text:
    """The text with a hole for each such name: whether it is one, only the program knows."""
    parts: list[Part] = []
    at = 0
    for found in _PLACEHOLDER.finditer(source.text):
        parts += source.cut(at, found.start()).parts
        name, place = found["double"] or found["single"], source.place(*found.span())
        parts.append(Hole(name, place, "parameter", "request", reason="a placeholder", field=found.group()))
        at = found.end()
    return Text((*parts, *source.cut(at, len(source.text)).parts))
