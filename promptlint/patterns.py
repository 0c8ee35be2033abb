"""Rules that need no code of their own: a kind of pattern, and the words that it looks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.findings import Hit
from promptlint.phrases import Found, search
from promptlint.prose import HOLE, prompts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from promptlint.audit import Audit
    from promptlint.prose import Prose
    from promptlint.request import CallSite
    from promptlint.rule import Rule

_WORD = re.compile(r"\S+")
_LINE = re.compile(rf"[^\s{HOLE}][^\n{HOLE}]*")
_BLANK = re.compile(rf"[^{HOLE}]*")
_DATA = frozenset({"parameter", "loop", "clock", "random", "request", "input", "reply", "unordered"})


Slots = dict[str, str]
"""What a finding fills into the summary and the fix: {match}, {instead}, {count}, {max}."""

Span = tuple[int, int, Slots]
"""From which character to which, and what is to be said of it."""


@dataclass(frozen=True, slots=True)
class _Search:
    """One prompt while a rule looks at it."""

    rule: Rule
    prose: Prose
    call: CallSite
    audit: Audit

    def matches(self, phrases: Sequence[str], text: str) -> list[Found]:
        pattern = self.rule.pattern
        return search(phrases, text, ignore_case=pattern.ignore_case, whole_words=pattern.whole_words)

    def first_line(self) -> re.Match[str]:
        """The first line that says something; of a prompt that says nothing its first characters."""
        found = _LINE.search(self.prose.text) or _BLANK.search(self.prose.text)
        assert found is not None  # a blank may be empty
        return found


def hits(rule: Rule, call: CallSite, audit: Audit) -> Iterator[Hit]:
    """What a pattern rule finds in the prompts of a call, each in its place."""
    for prose in prompts(call, rule.pattern.scope):
        for start, end, slots in KINDS[rule.kind](_Search(rule, prose, call, audit)):
            message, advice = (_filled(text, slots) for text in (rule.summary, rule.fix))
            if "instead" in slots:
                advice = f"{_instead(slots)}\n{advice}"
            yield Hit(prose.locate(start, end), message, call=call.id, help=advice)


def _filled(text: str, slots: Slots) -> str:
    return re.sub(r"\{(\w+)\}", lambda slot: slots.get(slot[1], slot[0]), text)


def _instead(slots: Slots) -> str:
    if not slots["instead"]:
        return f'Leave out "{slots["match"]}".'
    return f'Write "{slots["instead"]}" instead of "{slots["match"]}".'


def _existence(looking: _Search) -> Iterator[Span]:
    """Each match of one of the `tokens`."""
    for found in looking.matches(looking.rule.pattern.tokens, looking.prose.wording()):
        yield found.start, found.end, {"match": _plain(found.text)}


def _substitution(looking: _Search) -> Iterator[Span]:
    """Each match of a key of `swap`, with its value, which is what to write instead."""
    wording = looking.prose.wording()
    for phrase, instead in looking.rule.pattern.swap:
        for found in looking.matches((phrase,), wording):
            if found.text != instead:
                yield found.start, found.end, {"match": _plain(found.text), "instead": instead}


def _repetition(looking: _Search) -> Iterator[Span]:
    """Each match that follows an equal one with nothing but blanks between: "the the"."""
    wording = looking.prose.wording()
    before: Found | None = None
    for found in looking.matches(looking.rule.pattern.tokens, wording):
        if before and not wording[before.end : found.start].strip() and _same(looking.rule, before, found):
            yield found.start, found.end, {"match": _plain(found.text)}
        before = found


def _occurrence(looking: _Search) -> Iterator[Span]:
    """The first match of the `tokens` in one prompt that is more than `max`."""
    found = looking.matches(looking.rule.pattern.tokens, looking.prose.wording())
    most = looking.rule.pattern.max
    if len(found) > most:
        slots = {"match": _plain(found[most].text), "count": str(len(found)), "max": str(most)}
        yield found[most].start, found[most].end, slots


def _conditional(looking: _Search) -> Iterator[Span]:
    """The first match of `first` in a call no prompt of which has `second`; without `first` the first prompt's line."""
    every = list(prompts(looking.call, looking.rule.pattern.scope))
    if not _all_instructions_are_known(looking.call, every):
        return
    if any(looking.matches(looking.rule.pattern.second, other.text) for other in every):
        return
    if looking.rule.pattern.first:
        for found in looking.matches(looking.rule.pattern.first, looking.prose.wording())[:1]:
            yield found.start, found.end, {"match": _plain(found.text)}
    elif looking.prose == every[0]:
        line = looking.first_line()
        yield *line.span(), {"match": _plain(line[0])}


def _all_instructions_are_known(call: CallSite, every: list[Prose]) -> bool:
    """Whether nothing is filled in at run time but what a prompt is about: what the missing words may stand in."""
    return call.request.system.complete and all(hole.origin in _DATA for prose in every for hole in prose.of.holes())


def _length(looking: _Search) -> Iterator[Span]:
    """The first line of a prompt whose text, whatever is filled in, is longer than `max`."""
    length, most = _least(looking), looking.rule.pattern.max
    if length > most:
        yield *looking.first_line().span(), {"count": f"{length:,}", "max": f"{most:,}"}


def _least(looking: _Search) -> int:
    """How long a prompt is at least; in tokens for the model that needs fewest, 0 where no model is known."""
    text, unit, ledger = looking.prose.of.static, looking.rule.pattern.unit, looking.audit.ledger
    if unit == "characters":
        return len(text)
    if unit == "words":
        return len(_WORD.findall(text))
    return min((int(ledger.count(text, model).low) for model in ledger.models(looking.call)), default=0)


def _same(rule: Rule, one: Found, other: Found) -> bool:
    words = (one.text, other.text)
    return len({word.casefold() if rule.pattern.ignore_case else word for word in words}) == 1


def _plain(text: str) -> str:
    return " ".join(text.split())


KINDS: dict[str, Callable[[_Search], Iterator[Span]]] = {
    "existence": _existence,
    "substitution": _substitution,
    "repetition": _repetition,
    "occurrence": _occurrence,
    "conditional": _conditional,
    "length": _length,
}
"""The kinds that a rule file may name."""
