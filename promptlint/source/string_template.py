"""`string.Template`: `$name` and `${name}`."""

from __future__ import annotations

import re

from promptlint.request import Hole, Part, Piece, Place
from promptlint.source.strings import cut, mapped
from promptlint.source.values import Arguments, Map, Object, Str, Value, text_of

_DOLLAR = re.compile(r"\$(?:(?P<escaped>\$)|(?P<named>[_a-zA-Z][_a-zA-Z0-9]*)|\{(?P<braced>[_a-zA-Z][_a-zA-Z0-9]*)\})")


def substituted(base: Object, arguments: Arguments, place: Place, safe: bool) -> Value | None:
    """`Template(text).substitute(..)`, or where `safe` its twin that leaves what it is not given."""
    text = base.arguments.get("template", 0) if base.arguments is not None else None
    if not isinstance(text, Str):
        return None
    names = context(arguments)
    open_ended = arguments.opaque or any(not isinstance(v, Map) or v.rest for v in arguments.positional)

    def change(piece: Piece) -> list[Part]:
        parts: list[Part] = []
        start = 0
        for match in _DOLLAR.finditer(piece.text):
            name = match["named"] or match["braced"]
            if name and name not in names and safe and not open_ended:
                continue
            parts.append(cut(piece, start, match.start()))
            start = match.end()
            if name is None:
                parts.append(cut(piece, match.start(), match.start() + 1))
            elif name in names:
                parts.extend(text_of(names[name]).parts)
            else:
                where = piece.locate(match.start(), match.end())
                parts.append(Hole(name, where, "parameter", "request", reason="filled in by substitute"))
        parts.append(cut(piece, start, len(piece.text)))
        return [part for part in parts if not (isinstance(part, Piece) and not part.text)]

    return Str(mapped(text.text, change), place)


def context(arguments: Arguments) -> dict[str, Value]:
    """The names that a template is given: mappings, and keywords over them."""
    found: dict[str, Value] = {}
    for value in arguments.positional:
        if isinstance(value, Map):
            found |= {entry.key: entry.value for entry in value.entries if not entry.optional}
    return found | dict(arguments.keywords)
