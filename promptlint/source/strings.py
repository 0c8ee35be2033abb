"""What the string operations make of a text with holes."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from promptlint.request import Hole, Part, Piece, Run, Text, Variant
from promptlint.source.values import Arguments, Const, Map, Seq, Str, Unknown, Value, hole_of, string_of, text_of

_FIELD = re.compile(r"\{\{|\}\}|\{([^{}:!]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}")
_PERCENT = re.compile(r"%%|%(?:\((\w+)\))?([-+ #0]*(?:\d*|\*)(?:\.(?:\d+|\*))?[sdiufFgGxXorcaeE])")

_WIDE = re.compile(r"\d{5}")  # a width that nobody means, and that would take all memory


def cut(piece: Piece, start: int, end: int) -> Piece:
    """The characters `start` to `end` of a piece, with their places."""
    if start == 0 and end == len(piece.text):
        return piece
    runs: list[Run] = []
    first = max(0, bisect_right(piece.runs, start, key=lambda run: run.offset) - 1)
    for run in piece.runs[first : bisect_left(piece.runs, end, first, key=lambda run: run.offset)]:
        if run.offset <= start:
            runs = [Run(0, run.line, run.column + start - run.offset)]
        else:
            runs.append(replace(run, offset=run.offset - start))
    return Piece(piece.text[start:end], piece.locate(start, end), tuple(runs), piece.trail, piece.dedent)


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


def replaced(text: Text, old: str, new: Text, limit: int = -1) -> Text:
    """`text.replace(old, new, limit)`, as far as `old` stands in what is known."""
    if not old:
        return text
    known = text.known
    if known is not None and known.count(old) != sum(piece.text.count(old) for piece in text.pieces()):
        text = _merged(text)

    left = limit

    def change(piece: Piece) -> list[Part]:
        nonlocal left
        parts: list[Part] = []
        start = 0
        while left and (at := piece.text.find(old, start)) >= 0:
            left -= 1
            if at > start:
                parts.append(cut(piece, start, at))
            parts.extend(new.parts)
            start = at + len(old)
        return [*parts, cut(piece, start, len(piece.text))] if start < len(piece.text) else parts

    return mapped(text, change)


def _merged(text: Text) -> Text:
    """A known text as one piece, whose characters have no places of their own any more."""
    first = next(text.pieces())
    return Text((Piece(text.known or "", first.place, (), first.trail),))


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
    field = match.group()
    if field in ("{{", "}}"):
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
        return Text((replace(base, name=name or "{}", place=place, field=field),))
    filled = formatted(value, match.group(3) or "", match.group(2) or "")
    match filled.parts:
        case (Hole() as hole,):
            return Text((replace(hole, field=field),))
        case _:
            return filled


def formatted(value: Value, spec: str | None, conversion: str = "") -> Text:
    """`format(value, spec)` after a conversion (`r`, `s`, `a`, or none); `spec` None is not known."""
    if not spec and spec is not None and conversion in ("", "s"):
        return string_of(value)
    plain = spec is not None and "{" not in spec and not _WIDE.search(spec)
    if isinstance(value, Const | Str) and _is_known(value) and spec is not None and plain:
        known = value.value if isinstance(value, Const) else value.text.known
        with suppress(TypeError, ValueError, OverflowError, MemoryError):
            return _computed(format(_CONVERSIONS[conversion](known), spec), value)
    hole = hole_of(value)
    option = spec or (f"!{conversion}" if conversion else "")
    return Text((replace(hole, options=(*hole.options, *filter(None, [option]))),))


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {"": lambda known: known, "s": str, "r": repr, "a": ascii}


def _is_known(value: Const | Str) -> bool:
    return isinstance(value, Const) or value.text.known is not None


def _computed(made: str, value: Const | Str) -> Text:
    """Characters that were made of a value: they stand where the value stands."""
    trail = value.trail if isinstance(value, Const) else next((p.trail for p in value.text.pieces()), ())
    return Text((Piece(made, value.place, (), trail),))


def percent(text: Text, value: Value) -> Text:
    """`text % value`."""
    values = [item.value for item in value.items] if isinstance(value, Seq) and value.kind == "tuple" else [value]
    position = iter(values)

    def fill(piece: Piece, match: re.Match[str]) -> Text:
        if match.group() == "%%":
            return Text((cut(piece, match.start(), match.start() + 1),))
        found: Value | None
        for _ in range(match.group(2).count("*")):
            next(position, None)
        if match.group(1):
            entry = value.get(match.group(1)) if isinstance(value, Map) else None
            found = entry.value if entry else None
        else:
            found = next(position, None)
        if found is None:
            place = piece.locate(match.start(), match.end())
            return Text((Hole(match.group(1) or match.group(), place, reason="filled in by %"),))
        return _converted(found, match.group(2)) if "*" not in match.group(2) else Text((hole_of(found),))

    return mapped(text, lambda piece: list(_filled(piece, _PERCENT, lambda match: fill(piece, match))))


def _converted(value: Value, conversion: str) -> Text:
    """`"%..s" % value`."""
    if conversion == "s":
        return string_of(value)
    if isinstance(value, Const | Str) and _is_known(value) and not _WIDE.search(conversion):
        known = value.value if isinstance(value, Const) else value.text.known
        with suppress(TypeError, ValueError, OverflowError, MemoryError):
            return _computed(f"%{conversion}" % (known,), value)
    return Text((hole_of(value),))


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


def cleaned(text: Text) -> Text:
    """`inspect.cleandoc(text)`: the first line has no say about the margin."""
    return stripped(dedented(text, after_first=True), None, True, True)


def dedented(text: Text, after_first: bool = False) -> Text:
    """`textwrap.dedent(text)`, as far as its lines begin with known characters."""
    margin = len(margin_of(text, after_first))
    at_line_start = not after_first
    last = text.parts[-1] if text.parts else None

    def change(piece: Piece) -> list[Part]:
        nonlocal at_line_start
        parts: list[Part] = []
        start = 0
        for line in piece.text.splitlines(keepends=True):
            end = start + len(line)
            ends = line.endswith("\n")
            blank = not line.strip() and (ends or (piece is last and end == len(piece.text)))
            skip = len(line) - ends if blank else margin
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


def margin_of(text: Text, after_first: bool = False) -> str:
    """The blanks that all lines of a text begin with, as if each hole and each variant were one word."""
    shape = "".join(part.text if isinstance(part, Piece) else "x" for part in text.parts)
    lines = shape.split("\n")[1 if after_first else 0 :]
    indents = [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]
    if not indents:
        return ""
    shared = min(indents, key=len)
    while not all(indent.startswith(shared) for indent in indents):
        shared = shared[:-1]
    return shared


def recased(text: Text, method: str) -> Text:
    """`upper`, `lower`, `title` or `capitalize` of a text."""
    if method in ("title", "capitalize") and text.known is not None and len(text.parts) > 1:
        text = _merged(text)

    def change(piece: Piece) -> list[Part]:
        new = getattr(piece.text, method)()
        runs = piece.runs if len(new) == len(piece.text) else ()
        return [replace(piece, text=new, runs=runs)]

    return mapped(text, change)


def joined(separator: Text, values: Seq) -> Text:
    """`separator.join(values)`."""
    if values.kind == "set" and (len(values.items) > 1 or any(item.spread for item in values.items)):
        reason = "the order of a set changes from run to run"
        return Text((Hole("{...}", values.place, "unordered", "process", reason=reason),))
    parts: list[Part] = []
    sure = next((number for number, item in enumerate(values.items) if not item.optional), None)
    for number, item in enumerate(values.items):
        alone = text_of(item.value)
        added = Text((*separator.parts, *alone.parts)) if number and number != sure else alone
        if item.spread:
            more = replace(hole_of(item.value), reason="any number of items", separator=separator.known or "")
            known = not isinstance(item.value, Unknown)
            parts += [Variant((Text(), added)), replace(more, origin="loop")] if known else [more]
        elif item.optional and sure is not None and number < sure:
            parts.append(Variant((Text(), Text((*alone.parts, *separator.parts)))))
        elif item.optional:
            # Where nothing before it is sure to be there, it may be the first.
            parts.append(Variant((Text(), added) if sure is not None or not number else (Text(), alone, added)))
        else:
            parts.extend(added.parts)
    return Text(tuple(parts))
