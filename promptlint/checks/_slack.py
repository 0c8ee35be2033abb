"""What a prompt can do without: wordy phrases, sentences that stand twice, and runs of blank lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from promptlint.checks._data import table
from promptlint.prose import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.prose import Prose

_SHORTEST_SENTENCE = 6
_SENTENCE = re.compile(rf"[^.!?\n{HOLE}]++[.!?]*+")
_ENDS = (".", "!", "?")
_BLANK_RUN = re.compile(r"\n(?:[ \t]*\n){2,}")


@dataclass(frozen=True, slots=True)
class Slack:
    """A span of a prompt, the shorter wording for it, and what to call it."""

    start: int
    end: int
    shorter: str
    what: str


def slack_of(prose: Prose) -> list[Slack]:
    """All slack of an English prompt in order, no two spans overlapping; none of another language's."""
    wording = prose.wording()
    found = sorted([*_phrases(wording), *_repetitions(wording), *_blank_runs(wording)], key=lambda s: (s.start, -s.end))
    if not found or not prose.is_english():
        return []
    kept = found[:1]
    for slack in found[1:]:
        if slack.start >= kept[-1].end:
            kept.append(slack)
    return kept


def tightened(text: str, slack: list[Slack]) -> str:
    """The text with each span replaced by its shorter wording."""
    for found in reversed(slack):
        text = text[: found.start] + found.shorter + text[found.end :]
    return text


def _phrases(wording: str) -> Iterator[Slack]:
    phrases, regex = _phrase_table()
    for match in regex.finditer(wording):
        shorter = phrases[" ".join(match[0].lower().split())]
        if match[0][0].isupper():
            shorter = shorter[0].upper() + shorter[1:]
        yield Slack(*match.span(), shorter, f'"{shorter}" for "{" ".join(match[0].split())}"')


def _repetitions(wording: str) -> Iterator[Slack]:
    seen: set[str] = set()
    for match in _SENTENCE.finditer(wording):
        sentence = " ".join(match[0].split())
        goes_on = wording[max(0, match.start() - 1) : match.start()] == HOLE
        if goes_on or sentence[-1:] not in _ENDS or sentence.count(" ") + 1 < _SHORTEST_SENTENCE:
            continue
        if sentence in seen:
            start = match.end() - len(match[0].lstrip())
            yield Slack(start, match.end(), "", f'once only: "{sentence}"')
        seen.add(sentence)


def _blank_runs(wording: str) -> Iterator[Slack]:
    for match in _BLANK_RUN.finditer(wording):
        yield Slack(*match.span(), "\n\n", "one blank line for several")


@cache
def _phrase_table() -> tuple[dict[str, str], re.Pattern[str]]:
    shorter = {entry["phrase"]: entry["shorter"] for entry in table("phrases")["phrases"]}
    longest_first = sorted(shorter, key=len, reverse=True)
    words = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return shorter, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
