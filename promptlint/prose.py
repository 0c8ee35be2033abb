"""The wording of a prompt as one string, whose characters still know where they stand in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.request import Piece, Place, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.request import CallSite, Text
    from promptlint.rule import Scope

HOLE = "\ufffc"
"""Stands for whatever is known at run time only, and for the borders of a text that may be absent."""

_NOT_WORDING = re.compile(
    r"```.*?(?:```|\Z)"  # fenced code
    r"|<(?P<tag>[A-Za-z][\w-]*)[^<>]*>(?:(?!</?(?P=tag)).)*</(?P=tag)>"  # an XML element with its content
    r"|</?[A-Za-z][^<>\n]*>"
    r"|\{\{?[^{}\n]*\}?\}"  # placeholders, one-line JSON
    r"|^[ \t]*[\"'][\w -]+[\"'][ \t]*:.*$"  # a line of JSON
    r"|`[^`\n]+`"
    r"|\"[^\"\n]*\n?[^\"\n]*\"|“[^”]+”|(?<!\w)'[^'\n]+'(?!\w)",
    re.DOTALL | re.MULTILINE,
)
_INSTRUCTING_TAG = re.compile(r"instruction|rule|task|role|guideline|system|requirement|goal", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_STOP_WORDS = frozenset(
    "a an and are as at be by can do for from have if in is it no not of on only or that the their this to use was "
    "what when which will with you your".split()
)


@dataclass(frozen=True, slots=True)
class Prose:
    """A prompt's characters, each hole as `HOLE`, the pieces that they come from, and the text that they are `of`."""

    text: str
    offsets: tuple[int, ...]
    pieces: tuple[Piece, ...]
    of: Text

    def locate(self, start: int, end: int) -> Place:
        """Where the characters `start` to `end` stand; of a match over several files, the part in the first."""
        first, last = self._index(start), self._index(end - 1)
        offset, piece = self.offsets[first], self.pieces[first]
        if first == last:
            return piece.locate(start - offset, end - offset)
        head = piece.locate(start - offset, len(piece.text))
        tail = self.pieces[last].locate(0, end - self.offsets[last])
        if tail.source == head.source and (head.line, head.column) < (tail.end_line, tail.end_column):
            return replace(head, end_line=tail.end_line, end_column=tail.end_column)
        return head

    def _index(self, position: int) -> int:
        return max(0, bisect_right(self.offsets, position) - 1)

    def is_english(self) -> bool:
        """Whether enough of the words are the commonest English ones."""
        words = [word.lower() for word in _WORD.findall(self.text)]
        return bool(words) and sum(word in _STOP_WORDS for word in words) >= 0.15 * len(words)

    def wording(self) -> str:
        """The text with everything blanked that is no wording of an instruction: code, elements, JSON, quotations."""
        return _NOT_WORDING.sub(_blank, self.text)


def _blank(match: re.Match[str]) -> str:
    tag = match["tag"]
    if tag is not None and _INSTRUCTING_TAG.search(tag):
        inner = match[0][1:-1]
        return f"{HOLE}{_NOT_WORDING.sub(_blank, inner)}{HOLE}"
    return HOLE * len(match[0])


def prose_of(text: Text) -> Prose:
    """The wording of one text; the options of a variant stand one after another."""
    found: list[str] = []
    offsets: list[int] = []
    pieces: list[Piece] = []
    length = 0
    for part in _parts(text):
        if isinstance(part, Piece):
            offsets.append(length)
            pieces.append(part)
        characters = part.text if isinstance(part, Piece) else HOLE
        found.append(characters)
        length += len(characters)
    return Prose("".join(found), tuple(offsets), tuple(pieces), text)


def _parts(text: Text) -> Iterator[Piece | None]:
    for part in text.parts:
        if isinstance(part, Piece):
            if part.text:
                yield part
        elif isinstance(part, Variant):
            for option in part.options:
                yield None
                yield from _parts(option)
            yield None
        else:
            yield None


def prompts(call: CallSite, scope: Scope = "any") -> Iterator[Prose]:
    """The prompts of a call that have wording of their own: the system prompt, and each text that the user sends."""
    blocks = [
        block for message in call.request.messages.messages if message.role != "assistant" for block in message.blocks
    ]
    texts = [call.request.system.text] if scope != "messages" else []
    if scope != "system":
        texts += [block.text for block in blocks if block.kind == "text" and block.text is not None]
    for text in texts:
        prose = prose_of(text)
        if prose.pieces:
            yield prose
