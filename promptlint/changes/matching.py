"""Pairs the calls of two states of a project: across renames, moves and edits, by what they are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.changes.sent import Sent, sent, texts

if TYPE_CHECKING:
    from promptlint.request import CallSite

_WORD = re.compile(r"\w+|[^\w\s]")
_ENOUGH = 0.6
_SHARED_TEXT = 0.5
_FEW_WORDS = 8
_NUMBERED = re.compile(r"#\d+$")
_MOST_COMPARED = 4_000_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A call before and after; None where there is none."""

    before: CallSite | None
    after: CallSite | None


def pairs(before: Sequence[CallSite], after: Sequence[CallSite]) -> tuple[Pair, ...]:
    """Every call of both sides once, those that are there after in their order, then those that are gone.

    A call that sends the same is the same call: the one with its id first, else the one nearest by name. Then what is
    left is paired by how alike it is, where one id on both sides is enough.
    """
    partner = _Matching(before, after).partners()
    found = [Pair(partner.get(call.id), call) for call in after]
    matched = {call.id for call in partner.values()}
    return (*found, *(Pair(call, None) for call in before if call.id not in matched))


class _Matching:
    """Two lists of calls while they are paired. `found` has the call before by the id of the one after."""

    def __init__(self, before: Sequence[CallSite], after: Sequence[CallSite]) -> None:
        self.before = {call.id: _Traits.of(call) for call in before}
        self.after = {call.id: _Traits.of(call) for call in after}
        self.found: dict[str, CallSite] = {}

    def partners(self) -> dict[str, CallSite]:
        for name in [name for name in self.after if name in self.before]:
            if self.after[name].sent == self.before[name].sent:
                self._pair(name, name)
        self._pair_equal()
        self._pair_alike()
        return self.found

    def _pair(self, before: str, after: str) -> None:
        self.found[after] = self.before.pop(before).call
        del self.after[after]

    def _pair_equal(self) -> None:
        """Calls that send exactly the same under different ids, the nearest names first."""
        same: defaultdict[Sent, list[str]] = defaultdict(list)
        for name, traits in self.before.items():
            same[traits.sent].append(name)
        ranked = [
            (-traits.nearness(self.before[old]), new, old)
            for new, traits in self.after.items()
            for old in same.get(traits.sent, ())
            if traits.tells_enough or traits.function == self.before[old].function or traits.is_within(self.before[old])
        ]
        self._take(sorted(ranked))

    def _pair_alike(self) -> None:
        if len(self.before) * len(self.after) > _MOST_COMPARED:
            ranked = [(0.0, name, name) for name in self.after if name in self.before]
        else:
            ranked = [
                (-score, new, old)
                for new, traits in self.after.items()
                for old, other in self.before.items()
                if (score := traits.score(other)) >= _ENOUGH
            ]
        self._take(sorted(ranked))

    def _take(self, ranked: Iterable[tuple[float, str, str]]) -> None:
        for _, new, old in ranked:
            if new in self.after and old in self.before:
                self._pair(old, new)


@dataclass(frozen=True, slots=True)
class _Traits:
    """What a call is known by: what it sends, its words, where it stands."""

    call: CallSite
    sent: Sent
    words: Counter[str]
    length: int
    file: str
    function: str
    base: str

    @staticmethod
    def of(call: CallSite) -> _Traits:
        words = Counter(word for text in texts(call.request) for word in _WORD.findall(text))
        name = call.place.path.rpartition("/")[2]
        return _Traits(call, sent(call), words, words.total(), name, call.function, _NUMBERED.sub("", call.id))

    @property
    def tells_enough(self) -> bool:
        """Whether there is text enough to know the call by it."""
        return self.length >= _FEW_WORDS

    def nearness(self, other: _Traits) -> float:
        """How alike the names are, from 0 to 1."""
        same_path = self.call.place.path == other.call.place.path
        last, theirs = self.function.rpartition(".")[2], other.function.rpartition(".")[2]
        return (
            0.3 * same_path
            + 0.1 * (self.file == other.file)
            + 0.2 * (self.function == other.function)
            + 0.2 * (last == theirs)
            + 0.2 * (self.base == other.base)
        )

    def score(self, other: _Traits) -> float:
        """How surely both are one call, from 0 on; one id is enough whatever has become of the request."""
        if self.base == other.base:
            return _ENOUGH + self._likeness(other) + 0.02 * (self.call.id == other.call.id)
        shared = self._shared_text(other)
        if shared < _SHARED_TEXT and not self._same_function(other):
            return 0.0
        return 0.7 * self._likeness(other) + 0.3 * self.nearness(other)

    def is_within(self, other: _Traits) -> bool:
        """Whether one call stands in a function of the other's function, as where a retry is put around it."""
        one, theirs = f"{self.function}.", f"{other.function}."
        same_file = self.call.place.path == other.call.place.path and self.function and other.function
        return bool(same_file) and (one.startswith(theirs) or theirs.startswith(one))

    def _same_function(self, other: _Traits) -> bool:
        same = bool(self.function) and self.function == other.function
        return self.call.api == other.call.api and (same or self.is_within(other))

    def _likeness(self, other: _Traits) -> float:
        """The shared text, and how many aspects of the request are equal; those alone where there is no text."""
        changed = self.sent.changed(other.sent)
        aspects = 1 - len(changed) / len(self.sent.facets)
        if not self.length and not other.length:
            return aspects
        return 0.6 * self._shared_text(other) + 0.4 * aspects

    def _shared_text(self, other: _Traits) -> float:
        """The share of the shorter text that stands in the longer one, so that a prompt may grow."""
        least = min(self.length, other.length)
        if least < _FEW_WORDS:
            return 1.0 if self.words == other.words and self.length else 0.0
        return (self.words & other.words).total() / least
