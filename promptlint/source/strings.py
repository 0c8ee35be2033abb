"""What the string operations make of a text with holes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from promptlint.request import Hole, Part, Piece, Run, Text, Variant
from promptlint.source.values import Arguments, Map, Seq, Unknown, Value, hole_of, text_of

_FIELD = re.compile(r"\{\{|\}\}|\{([^{}:!]*)(![rsa])?(?::([^{}]*))?\}")
_PERCENT = re.compile(r"%%|%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?([sdifgxreE])")


def cut(piece: Piece, start: int, end: int) -> Piece:
    """The characters `start` to `end` of a piece, with their places."""
    if start == 0 and end == len(piece.text):
        return piece
    runs: list[Run] = []
    for run in piece.runs:
        if run.offset <= start:
            runs = [Run(0, run.line, run.column + start - run.offset)]
        elif run.offset < end:
            runs.append(replace(run, offset=run.offset - start))
    return Piece(piece.text[start:end], piece.locate(start, end), tuple(runs), piece.trail)


def mapped(text: Text, change: Callable[[Piece], list[Part]]) -> Text:
    """The text with every piece replaced by parts."""
    parts: list[Part] = []
    for part in text.parts:
        if isinstance(part, Piece):
            parts.extend(change(part))
        elif isinstance(part, Variant):
            parts.append(Variant(tuple(mapped(option, change) for option in part.options)))
        else:
            parts.append(part)
    return Text(tuple(parts))


def replaced(text: Text, old: str, new: Text) -> Text:
    """`text.replace(old, new)`, as far as `old` lies within one piece."""
    if not old:
        return text

    def change(piece: Piece) -> list[Part]:
        parts: list[Part] = []
        start = 0
        while (at := piece.text.find(old, start)) >= 0:
            if at > start:
                parts.append(cut(piece, start, at))
            parts.extend(new.parts)
            start = at + len(old)
        return [*parts, cut(piece, start, len(piece.text))] if start < len(piece.text) else parts

    return mapped(text, change)


def format_text(text: Text, arguments: Arguments) -> Text:
    """`text.format(*arguments)`."""
    counter = iter(range(1000))

    def change(piece: Piece) -> list[Part]:
        return list(_filled(piece, _FIELD, lambda match: _format_field(piece, match, arguments, counter)))

    return mapped(text, change)


def _filled(piece: Piece, pattern: re.Pattern[str], fill: Callable[[re.Match[str]], Text]) -> Iterator[Part]:
    start = 0
    for match in pattern.finditer(piece.text):
        if match.start() > start:
            yield cut(piece, start, match.start())
        yield from fill(match).parts
        start = match.end()
    if start < len(piece.text):
        yield cut(piece, start, len(piece.text))


def _format_field(piece: Piece, match: re.Match[str], arguments: Arguments, counter: Iterator[int]) -> Text:
    if match.group() in ("{{", "}}"):
        # One brace of the two is sent.
        return Text((cut(piece, match.start(), match.start() + 1),))
    name = match.group(1)
    root = re.split(r"[.\[]", name, maxsplit=1)[0]
    if not root:
        value = arguments.get("", next(counter))
    else:
        value = arguments.get(root, int(root) if root.isdecimal() else None)
    place = piece.locate(match.start(), match.end())
    if value is None or root != name:
        base = hole_of(value) if value is not None else Hole(name, place, reason="filled in by format")
        return Text((replace(base, name=name or "{}", place=place),))
    return text_of(value)


def percent(text: Text, value: Value) -> Text:
    """`text % value`."""
    values = [item.value for item in value.items] if isinstance(value, Seq) and value.kind == "tuple" else [value]
    position = iter(values)

    def fill(piece: Piece, match: re.Match[str]) -> Text:
        if match.group() == "%%":
            return Text((cut(piece, match.start(), match.start() + 1),))
        found: Value | None
        if match.group(1):
            entry = value.get(match.group(1)) if isinstance(value, Map) else None
            found = entry.value if entry else None
        else:
            found = next(position, None)
        if found is None:
            place = piece.locate(match.start(), match.end())
            return Text((Hole(match.group(1) or match.group(), place, reason="filled in by %"),))
        return text_of(found)

    return mapped(text, lambda piece: list(_filled(piece, _PERCENT, lambda match: fill(piece, match))))


def stripped(text: Text, characters: str | None, left: bool, right: bool) -> Text:
    """`strip`, `lstrip` or `rstrip`, as far as the ends are known."""
    parts = list(text.parts)
    while left and parts and isinstance(first := parts[0], Piece):
        kept = first.text.lstrip(characters)
        if kept:
            parts[0] = cut(first, len(first.text) - len(kept), len(first.text))
            break
        parts.pop(0)
    while right and parts and isinstance(last := parts[-1], Piece):
        kept = last.text.rstrip(characters)
        if kept:
            parts[-1] = cut(last, 0, len(kept))
            break
        parts.pop()
    return Text(tuple(parts))


def dedented(text: Text) -> Text:
    """`textwrap.dedent(text)`, as far as its lines begin with known characters."""
    margin = _margin(text)
    at_line_start = True

    def change(piece: Piece) -> list[Part]:
        nonlocal at_line_start
        parts: list[Part] = []
        start = 0
        for line in piece.text.splitlines(keepends=True):
            end = start + len(line)
            blank = not line.strip() and line.endswith("\n")
            skip = len(line) - 1 if blank else margin
            skip = skip if at_line_start else 0
            if start + skip < end:
                parts.append(cut(piece, start + skip, end))
            at_line_start = line.endswith("\n")
            start = end
        return parts

    parts: list[Part] = []
    for part in text.parts:
        if isinstance(part, Piece):
            parts.extend(change(part))
        else:
            at_line_start = False
            parts.append(part)
    return Text(tuple(parts))


def _margin(text: Text) -> int:
    shape = "".join(part.text if isinstance(part, Piece) else "x" for part in text.parts)
    indents = [line[: len(line) - len(line.lstrip())] for line in shape.split("\n") if line.strip()]
    if not indents:
        return 0
    shared = min(indents, key=len)
    while not all(indent.startswith(shared) for indent in indents):
        shared = shared[:-1]
    return len(shared)


def recased(text: Text, method: str) -> Text:
    """`upper`, `lower`, `title` or `capitalize` of a text."""

    def change(piece: Piece) -> list[Part]:
        new = getattr(piece.text, method)()
        runs = piece.runs if len(new) == len(piece.text) else ()
        return [replace(piece, text=new, runs=runs)]

    return mapped(text, change)


def joined(separator: Text, values: Seq) -> Text:
    """`separator.join(values)`."""
    parts: list[Part] = []
    for number, item in enumerate(values.items):
        added = text_of(item.value).parts
        if number:
            added = (*separator.parts, *added)
        if item.spread:
            more = replace(hole_of(item.value), reason="any number of items")
            known = not isinstance(item.value, Unknown)
            parts += [Variant((Text(), Text(added))), replace(more, origin="loop")] if known else [more]
        elif item.optional:
            parts.append(Variant((Text(), Text(added))))
        else:
            parts.extend(added)
    return Text(tuple(parts))
