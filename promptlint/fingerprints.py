"""Names for findings by which a later run knows them again, wherever they stand by then."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from promptlint.findings import source_lines

if TYPE_CHECKING:
    from promptlint.catalogue import Rule
    from promptlint.request import CallSite, Place, Request, Text

SHAPE = 56
"""How many of a fingerprint's 64 characters name what was found; the other 8 number those that are equal in that."""


class Fingerprints:
    """Fingerprints stay when lines move, a file is renamed, code is laid out anew or a message is reworded.

    A fingerprint is made of the rule's code, the shape of the call, the source text of the place without its blanks,
    and the text that is sent from there. So another prompt is another finding, wherever the prompt itself stands. The
    shape of a call is its function and the method that sends; where a finding is about the call as a whole, also which
    arguments it has, instead of its source text. A finding outside of the call, at a prompt that several calls send,
    has none.
    """

    def __init__(self, sources: dict[str, str]) -> None:
        self._lines = {source: source_lines(text) for source, text in sources.items()}
        self._seen: defaultdict[str, int] = defaultdict(int)

    def next(self, rule: Rule, place: Place, call: CallSite | None = None) -> str:
        """64 hexadecimal digits for the next finding; findings have to come in the order of their places."""
        if call is not None and _is_about_call(call, place):
            parts = [call.api, call.function, *_arguments(call.request)]
        else:
            source = "".join(self._text(place).split())
            parts = [*_shape(call, place), source, *_sent(call, place, source)]
        shape = _digest((rule.code, *parts))[:SHAPE]
        self._seen[shape] += 1
        return f"{shape}{self._seen[shape]:08x}"

    def _text(self, place: Place) -> str:
        lines = self._lines.get(place.source, [])[place.line - 1 : place.end_line]
        if not lines:
            return ""
        lines[-1] = lines[-1][: place.end_column - 1]
        lines[0] = lines[0][place.column - 1 :]
        return "\n".join(lines)


def _is_about_call(call: CallSite, place: Place) -> bool:
    """Whether a place is a call, or a loop around it. A file that is a prompt or holds requests has no calls."""
    return not (call.is_prompt or call.is_body) and place.contains(call.place)


def _arguments(request: Request) -> list[str]:
    given = (request.model.present, request.max_tokens.present, request.system.present, request.tools.present)
    named = zip(("model", "max_tokens", "system", "tools"), given, strict=True)
    return [*(name for name, present in named if present is not False), *sorted(request.others)]


def _shape(call: CallSite | None, place: Place) -> tuple[str, str]:
    """A file that holds requests has no functions; its requests are named by their lines, which move."""
    if call is None or call.is_prompt or call.is_body or not call.place.contains(place):
        return "", ""
    return call.api, call.function


def _sent(call: CallSite | None, place: Place, source: str) -> Iterator[str]:
    """The texts that are sent from a place in a call; all where the place is a whole file."""
    if call is None:
        return
    for at, texts in _texts(call.request):
        if not source or any(other is not None and place.contains(other) for other in at):
            yield _digest(piece.text for text in texts for piece in text.pieces())


def _texts(request: Request) -> Iterator[tuple[tuple[Place | None, ...], list[Text]]]:
    """The texts of a request, each with the places that stand for it: the argument, and what the argument names."""
    system, tools = request.system, request.tools
    yield (system.place, *(block.place for block in system.blocks)), [system.text]
    yield (tools.place, *(tool.place for tool in tools.tools)), [tool.static for tool in tools.tools]
    for message in request.messages.messages:
        texts = [block.text for block in message.blocks if block.text is not None]
        yield (message.place, *(block.place for block in message.blocks)), texts


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
