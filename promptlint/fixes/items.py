"""Arguments, elements and entries between brackets: put in and taken out, whatever way they are laid out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

Item = Any
"""A `cst.Arg`, `cst.Element` or `cst.DictElement`: what has a comma behind it."""


def without(items: Sequence[Item], index: int) -> list[Item]:
    """The items without one of them. A comment on the line of another item stays."""
    kept = [*items[:index], *items[index + 1 :]]
    if index == 0:
        return kept
    before, gone = items[index - 1], items[index]
    is_last = index == len(items) - 1
    if not _breaks(before.comma):
        kept[index - 1] = _ending_like(before, gone)
    elif is_last:
        kept[index - 1] = _ending_like(before, gone, first_line=before.comma.whitespace_after.first_line)
    return kept


def _ending_like(item: Item, model: Item, first_line: cst.TrailingWhitespace | None = None) -> Item:
    """An item followed by what follows another one, but for the rest of its own line."""
    comma = model.comma
    changes: dict[str, Any] = {"comma": comma}
    if first_line is not None and _breaks(comma):
        blank = comma.whitespace_after.with_changes(first_line=first_line)
        changes["comma"] = comma.with_changes(whitespace_after=blank)
    if isinstance(model, cst.Arg) and isinstance(item, cst.Arg):
        after = model.whitespace_after_arg
        if first_line is not None and isinstance(after, cst.ParenthesizedWhitespace):
            after = after.with_changes(first_line=first_line)
        changes["whitespace_after_arg"] = after
    return item.with_changes(**changes)


def with_item(items: Sequence[Item], new: Item, opening: cst.BaseParenthesizableWhitespace) -> list[Item]:
    """The items with another one at the end, laid out as they are. `opening` stands behind the bracket."""
    if not items:
        return [new]
    last = items[-1]
    between = _between(items, opening)
    trailing: Any = last.comma
    after = (
        trailing.whitespace_after if isinstance(trailing, cst.Comma) else getattr(last, "whitespace_after_arg", None)
    )
    if isinstance(between, cst.ParenthesizedWhitespace) and isinstance(after, cst.ParenthesizedWhitespace):
        between = between.with_changes(first_line=after.first_line)
        after = after.with_changes(first_line=cst.TrailingWhitespace(newline=after.first_line.newline), empty_lines=[])
    blank = cst.SimpleWhitespace("") if after is None else after
    comma: Any = trailing.with_changes(whitespace_after=blank) if isinstance(trailing, cst.Comma) else trailing
    plain: dict[str, Any] = {"whitespace_after_arg": cst.SimpleWhitespace("")} if isinstance(last, cst.Arg) else {}
    ended = {"whitespace_after_arg": blank} if isinstance(new, cst.Arg) and not isinstance(comma, cst.Comma) else {}
    return [
        *items[:-1],
        last.with_changes(comma=cst.Comma(whitespace_after=between), **plain),
        new.with_changes(comma=comma, **ended),
    ]


def _between(items: Sequence[Item], opening: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """What stands between the items: as before the last one, or behind the bracket where each has a line."""
    known = items[-2].comma.whitespace_after if len(items) > 1 else opening
    if isinstance(known, cst.ParenthesizedWhitespace):
        line = cst.TrailingWhitespace(newline=known.first_line.newline)
        return known.with_changes(first_line=line, empty_lines=[])
    return cst.SimpleWhitespace(" ")


def _breaks(comma: object) -> bool:
    return isinstance(comma, cst.Comma) and isinstance(comma.whitespace_after, cst.ParenthesizedWhitespace)
