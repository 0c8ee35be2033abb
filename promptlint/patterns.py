"""Rules that need no code of their own: a kind of pattern, and the words that it looks for."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from promptlint.findings import Hit
from promptlint.prose import prompts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from promptlint.catalogue import Rule
    from promptlint.request import CallSite


def hits(rule: Rule, call: CallSite) -> Iterator[Hit]:
    """What a pattern rule finds in the prompts of a call."""
    return KINDS[rule.kind](rule, call)


def _existence(rule: Rule, call: CallSite) -> Iterator[Hit]:
    """Each match of one of the `tokens`, regular expressions for whole words; `{match}` in the summary is the match."""
    pattern = _any_of(rule.pattern["tokens"])
    for prose in prompts(call):
        for match in pattern.finditer(prose.wording()):
            message = rule.summary.replace("{match}", " ".join(match[0].split()))
            yield Hit(prose.locate(*match.span()), message, call=call.id, help=rule.fix)


@cache
def _any_of(tokens: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(tokens)})(?!\w)", re.IGNORECASE)


KINDS: dict[str, Callable[[Rule, CallSite], Iterator[Hit]]] = {"existence": _existence}
"""The kinds that a rule file may name."""
