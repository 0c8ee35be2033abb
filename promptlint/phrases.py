"""Searching a text for phrases that anybody may have written, in time that grows with the text and no faster.

RE2 has no backtracking: no expression can make it hang, as `re` and `regex` can be made to (a timeout would make the
findings depend on the machine). What it cannot bound, look-around and back-references, it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from promptlint.prose import HOLE

_LONGEST = 500
_MAX_BYTES = 4_000_000
_EDGE = r"[^\pL\pM\pN_]"


@dataclass(frozen=True, slots=True)
class Found:
    """A match: its characters in the text that was searched, and what they are."""

    start: int
    end: int
    text: str


def problem(phrase: str) -> str:
    """Why a phrase cannot be searched for, or "" for one that can."""
    import re2

    if len(phrase) > _LONGEST:
        return f"it has {len(phrase):,} characters, and {_LONGEST} at most are allowed"
    try:
        re2.compile(phrase, _options(ignore_case=True))  # "a) (b" is none, though it is one between brackets
        for whole_words in (False, True):
            _compiled(phrase, ignore_case=True, whole_words=whole_words)
    except re2.error as error:
        reason = error.args[0]
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return ""


def search(phrases: Sequence[str], text: str, *, ignore_case: bool, whole_words: bool) -> list[Found]:
    """The matches of the phrases from left to right, of those that overlap the first.

    None runs over what is known at run time only, and none is empty.
    """
    found: list[Found] = []
    for phrase in phrases:
        expression, start = _compiled(phrase, ignore_case=ignore_case, whole_words=whole_words), 0
        for segment in text.split(HOLE):
            found += _in_segment(expression, segment, start)
            start += len(segment) + len(HOLE)
    found.sort(key=lambda one: (one.start, -one.end))
    return [one for one, reach in zip(found, _reaches(found), strict=True) if one.start >= reach]


def _reaches(found: Sequence[Found]) -> Iterator[int]:
    """How far the matches before each one go, of those that do not overlap."""
    reach = 0
    for one in found:
        yield reach
        reach = one.end if one.start >= reach else reach


def _in_segment(expression: Any, text: str, start: int) -> Iterator[Found]:
    data = text.encode("utf-8", "replace")  # one "?" for each half of a surrogate pair, as long as that
    position, known, characters = 0, 0, 0  # `characters` is how many the first `known` bytes are
    while position <= len(data) and (match := expression.search(data, position)):
        first, last = match.span(1)
        if first < last:
            before = characters + len(data[known:first].decode())
            words = data[first:last].decode()
            known, characters = last, before + len(words)
            yield Found(start + before, start + characters, words)
        position = last if first < last else _next_character(data, max(position, last))


def _next_character(data: bytes, position: int) -> int:
    position += 1
    while position < len(data) and data[position] & 0xC0 == 0x80:
        position += 1
    return position


@cache
def _compiled(phrase: str, *, ignore_case: bool, whole_words: bool) -> Any:
    import re2

    expression = f"(?:^|{_EDGE})({phrase})(?:$|{_EDGE})" if whole_words else f"({phrase})"
    return re2.compile(expression, _options(ignore_case=ignore_case))


def _options(*, ignore_case: bool) -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = not ignore_case
    options.log_errors = False
    options.max_mem = _MAX_BYTES
    return options
