"""What the formats of `diff` share: paths as the user types them, and how amounts and changes are put in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptlint.changes.bounds import NOTHING, Bounds
from promptlint.changes.verdict import percent, written
from promptlint.money import tokens_range, usd, usd_range
from promptlint.report.savings import PER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from promptlint.changes.change import Change
    from promptlint.changes.diffed import Diffed
    from promptlint.changes.figures import Figures
    from promptlint.estimate import Estimate
    from promptlint.report.checked import Paths

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class View:
    """Paths of the side before and of the one after; the tokenizer, and the day of the price table."""

    paths: tuple[Paths, Paths]
    tokenizer: str
    prices_as_of: str

    def place(self, change: Change) -> str:
        """`app/triage.py:12` of the later side that there is."""
        return place(change.shown, self.paths[change.after is not None])


def place(figures: Figures, paths: Paths) -> str:
    """Where a call stands."""
    found = figures.call.place
    return f"{paths.shown(found.path)}:{found.row}"


def per_call(figures: Figures) -> Estimate:
    """USD for what `diff` compares: the input, and the output where it is known."""
    return figures.total.usd if figures.has_output else figures.total.input_usd


def signed(found: Bounds) -> str:
    """An amount with its sign: "+$0.02", "-$0.10 to +$0.20", "≥ +$1.20", "unknown"."""
    low, value, high = found.low, found.value, found.high
    if found == NOTHING:
        return "$0"
    if low is None or high is None:
        bound = ("≥", low) if low is not None else ("≤", high)
        return f"{bound[0]} {_plus(bound[1])}" if bound[1] else UNKNOWN
    written = f"{_plus(low)} to {_plus(high)}"
    if value is None:
        return written
    return _plus(value) if low * high > 0 else f"{_plus(value)} ({written})"


def _plus(amount: float) -> str:
    return f"+{usd(amount)}" if amount > 0 else usd(amount)


def thousandfold(found: Bounds) -> str:
    """The same for 1,000 calls."""
    return signed(found.times(PER))


def share(change: Change) -> str:
    """By how many percent, where that is known."""
    found = change.delta.share.value
    return "" if found is None or change.delta.usd == NOTHING else percent(found)


def number(estimate: Estimate) -> str:
    """Tokens: the likeliest number, else the interval; `+` after a lower bound."""
    low, value, high = estimate.low, estimate.value, estimate.high
    if value is not None:
        return f"{round(value):,}"
    if high is None:
        return f"{round(low):,}+" if low > 0 else UNKNOWN
    return f"{round(low):,} to {round(high):,}" if round(low) != round(high) else f"{round(high):,}"


def models(figures: Figures) -> str:
    """The models that a call may use."""
    return ", ".join(figures.call.request.model.values) or UNKNOWN


def caching(figures: Figures) -> str:
    """How many cache markers a call has, and for how long they ask."""
    markers = figures.call.request.cache_breakpoints
    lifetimes = ", ".join(sorted({marker.ttl for marker in markers}))
    return f"{len(markers)} ({lifetimes})" if markers else "none"


def cap(figures: Figures) -> str:
    """`max_tokens`."""
    argument = figures.call.request.max_tokens
    found = ", ".join(f"{value:,}" for value in argument.values)
    return found or ("none" if argument.present is False and argument.complete else UNKNOWN)


def both(change: Change, write: Callable[[Figures], str]) -> str:
    """A figure before and after: `1,234 → 1,250`, once where it stays."""
    old = None if change.before is None else write(change.before)
    new = None if change.after is None else write(change.after)
    if old is None or new is None or old == new:
        return new if new is not None else old or ""
    return f"{old} → {new}"


def tokens(figures: Figures) -> str:
    """Input tokens of one call."""
    return number(figures.total.tokens.total)


def counts(diffed: Diffed) -> str:
    """`2 changed, 1 new, 14 unchanged (1 of them moved)`."""
    kinds = Counter(change.kind for change in diffed.compared.changes)
    moved = sum(change.moved for change in diffed.compared.changes if change.kind == "unchanged")
    parts = [f"{kinds[kind]:,} {kind}" for kind in ("changed", "new", "removed", "unchanged") if kinds[kind]]
    if not parts:
        return "no Claude call on either side"
    return f"{', '.join(parts)}{f' ({moved:,} of them moved)' if moved else ''}"


def once(diffed: Diffed) -> Iterator[str]:
    """What the change costs once, and what a new tokenizer does, a line each; the names in it are foreign text."""
    for found in diffed.compared.invalidations:
        extent, price = tokens_range(found.tokens), usd_range(found.usd)
        why = ", ".join(found.aspects) or "its content"
        yield f"The cached prefix of {', '.join(found.calls)} changes ({why}): one write of {extent} costs {price}."
    for each in diffed.compared.tokenizers:
        old, new = number(each.before), number(each.after)
        yield f"{each.new.id} counts the same text as {new} tokens, {each.old.id} as {old} ({each.call})."


def months(diffed: Diffed) -> str:
    """The month before and after, for the calls with a volume; empty where none has one."""
    before, after = diffed.months
    if after is None and before is None:
        return ""
    amounts = [written(NOTHING if each is None else each) for each in (before, after)]
    same = amounts[0] == amounts[1]
    return f"A month, for calls with a workload: {amounts[0] if same else ' → '.join(amounts)}."


def prefix(figures: Figures) -> str:
    """Tokens of the constant prefix."""
    return number(figures.total.tokens.prefix)


def thousand_calls(figures: Figures) -> str:
    """USD for 1,000 calls, of what is compared."""
    found = per_call(figures).times(PER)
    return usd_range(found) if found.value is None else usd(found.value)
