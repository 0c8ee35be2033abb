"""How much dearer one call becomes. What is not known, and is the same before and after, cancels out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from promptlint.changes.bounds import NOTHING, UNKNOWN, Bounds
from promptlint.changes.figures import Figures, Priced, whole
from promptlint.estimate import Estimate
from promptlint.secrets import masked

Of = Literal["input", "input and output"]

_NO_MODEL = "the model is not known"
_FREE = frozenset({"max_tokens", "streaming", "retries", "repetition"})
"""Aspects that one request costs the same with, whatever its model."""


@dataclass(frozen=True, slots=True)
class Delta:
    """USD by which one call becomes dearer, and that as a share of what was known of its cost before.

    `of` tells what is compared: the input alone where nobody knows the output. `reason` tells why an end is open.
    """

    usd: Bounds
    share: Bounds = UNKNOWN
    of: Of = "input"
    reason: str = ""


def delta(before: Figures | None, after: Figures | None) -> Delta:
    """The difference that a change makes to one call; a new one costs all of it more, a removed one less."""
    present = [figures for figures in (before, after) if figures is not None]
    of: Of = "input and output" if all(figures.has_output for figures in present) else "input"
    if before is not None and after is not None:
        return _changed(before, after, of)
    reason = next((_open(figures) for figures in present if _open(figures)), "")
    if after is not None:
        return Delta(whole(after), of=of, reason=reason)
    return Delta(-whole(before) if before is not None else NOTHING, of=of, reason=reason)


def _open(figures: Figures) -> str:
    if not figures.known:
        return _NO_MODEL
    return _unknown(figures.unknown) if figures.unknown else ""


def _unknown(names: tuple[str, ...]) -> str:
    """What is left out of an amount; the names are expressions of the code, which may hold anything."""
    return masked(f"not known before it runs: {', '.join(dict.fromkeys(names))}")


def _changed(before: Figures, after: Figures, of: Of) -> Delta:
    if before.known == after.known and _FREE.issuperset(before.sent.changed(after.sent)):
        return Delta(NOTHING, NOTHING, of)
    if not before.known or not after.known:
        return Delta(UNKNOWN, UNKNOWN, of, _NO_MODEL)
    found = [_between(old, new, before, after, of) for old, new in _possible(before, after)]
    reason = next((each.reason for each in found if each.reason), "")
    usd, share = Bounds.hull(each.usd for each in found), Bounds.hull(each.share for each in found)
    return Delta(usd, share, of, reason)


def _possible(before: Figures, after: Figures) -> list[tuple[Priced, Priced]]:
    """The models that may stand against each other: each against itself where both sides have the same ones."""
    if [old.model.id for old in before.known] == [new.model.id for new in after.known]:
        return list(zip(before.known, after.known, strict=True))
    return [(old, new) for old in before.known for new in after.known]


def _between(old: Priced, new: Priced, before: Figures, after: Figures, of: Of) -> Delta:
    one, other = (_with_output(priced, of) for priced in (old, new))
    slack = _slack(old, new, before, after) if _err_alike(old, new) else None
    usd, share = _difference(one, other, slack), _growth(one, other, slack)
    added, gone = _differing(before.unknown, after.unknown)
    if added or gone:
        return Delta(_opened(usd, added, gone), _opened(share, added, gone), of, _unknown((*added, *gone)))
    if not after.unknown or old.token_usd == new.token_usd:
        reason = "a part of the request is not known" if usd == UNKNOWN else ""
        return Delta(usd, share, of, reason)
    return _with_price_of_unknown(Delta(usd, share, of, _open(after)), old, new)


def _with_output(priced: Priced, of: Of) -> Estimate:
    answer = priced.output_usd if of == "input and output" and priced.output_usd is not None else 0.0
    return priced.usd + Estimate.exactly(answer, "configured")


def _err_alike(old: Priced, new: Priced) -> bool:
    """Whether the ends of both costs belong together: one tokenizer errs the same way, one cache is read as often."""
    known = old.usd.high is not None and new.usd.high is not None
    return known and old.model.tokenizer == new.model.tokenizer and None is not old.caching == new.caching


def _difference(one: Estimate, other: Estimate, slack: float | None) -> Bounds:
    """USD from one cost to another. Without `slack` each may lie anywhere in its own interval."""
    value = None if one.value is None or other.value is None else other.value - one.value
    if slack is not None and one.high is not None and other.high is not None:
        ends = (other.low - one.low, other.high - one.high)
        return Bounds(min(ends) - slack, value, max(ends) + slack)
    low = None if one.high is None else other.low - one.high
    return Bounds(low, value, None if other.high is None else other.high - one.low)


def _growth(one: Estimate, other: Estimate, slack: float | None) -> Bounds:
    """The same as a share of the first; unknown where that may be nothing."""
    if one.low <= 0:
        return UNKNOWN
    value = None if not one.value or other.value is None else other.value / one.value - 1
    if slack is not None and one.high is not None and other.high is not None:
        ends, share = (other.low / one.low - 1, other.high / one.high - 1), slack / one.low
        return Bounds(min(ends) - share, value, max(ends) + share)
    low = None if one.high is None else other.low / one.high - 1
    return Bounds(low, value, None if other.high is None else other.high / one.low - 1)


def _opened(found: Bounds, more: tuple[str, ...], less: tuple[str, ...]) -> Bounds:
    """An unknown part that is new only adds, one that is gone only takes away."""
    return Bounds(None if less else found.low, None, None if more else found.high)


def _differing(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    old, new = Counter(before), Counter(after)
    return tuple(sorted((new - old).elements())), tuple(sorted((old - new).elements()))


def _with_price_of_unknown(found: Delta, old: Priced, new: Priced) -> Delta:
    """The same unknown part on both sides, at another price: which way it goes is known where the prices tell."""
    if old.token_usd is None or new.token_usd is None:
        return Delta(UNKNOWN, UNKNOWN, found.of, "a price is not known")
    (cheapest_old, dearest_old), (cheapest_new, dearest_new) = old.token_usd, new.token_usd
    low = found.usd.low if cheapest_new >= dearest_old else None
    high = found.usd.high if dearest_new <= cheapest_old else None
    grows = Bounds(
        _ratio(cheapest_new - dearest_old, dearest_old), None, _ratio(dearest_new - cheapest_old, cheapest_old)
    )
    return Delta(Bounds(low, None, high), Bounds.hull([found.share, grows]), found.of, found.reason)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _slack(old: Priced, new: Priced, before: Figures, after: Figures) -> float:
    """USD by which the tokenizer may err on text that was replaced, beyond its error on the difference."""
    shared = (before.words & after.words).total()
    replaced = [
        _width(priced) * (1 - shared / max(1, side.words.total())) for priced, side in ((old, before), (new, after))
    ]
    dearest = [priced.token_usd[1] for priced in (old, new) if priced.token_usd is not None]
    return min(replaced) * max(dearest, default=0.0)


def _width(priced: Priced) -> float:
    total = priced.tokens.total
    return 0.0 if total.high is None else total.high - total.low
