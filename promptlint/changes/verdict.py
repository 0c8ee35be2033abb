"""Whether a change keeps to the budget: pass, warn or fail, and why. It fails only where that is sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from promptlint.changes.bounds import NOTHING, Bounds
from promptlint.changes.figures import monthly
from promptlint.money import usd

if TYPE_CHECKING:
    from datetime import date

    from promptlint.budgets import Budget, Increase, Limits, Unknown
    from promptlint.changes.change import Change

Level = Literal["pass", "warn", "fail"]
Subject = Literal["unread", "gate", "budget", "exemption"]
"""`unread`: a part of a side could not be read; `gate`: the change touches what judges it."""

_WHOLE_PERCENT = 0.1


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a verdict: what it would make of it alone. `calls` are the ids of those that it is about."""

    level: Level
    subject: Subject
    message: str
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst level of all reasons; what could not be read and what touches the gate stand first."""

    reasons: tuple[Reason, ...]

    @property
    def level(self) -> Level:
        """Pass without a reason."""
        return max((reason.level for reason in self.reasons), key=get_args(Level).index, default="pass")

    @property
    def over_budget(self) -> bool:
        """Whether a limit is surely exceeded."""
        return any(reason.subject == "budget" and reason.level == "fail" for reason in self.reasons)


def verdict(first: Iterable[Reason], changes: Sequence[Change], budget: Budget, today: date) -> Verdict:
    """The reasons that are known already come first, then what the budget says, the worst before the others."""
    judged = list(_Judge(budget, today).reasons(changes))
    return Verdict((*first, *sorted(judged, key=lambda reason: -get_args(Level).index(reason.level))))


@dataclass(frozen=True, slots=True)
class _Judge:
    budget: Budget
    today: date

    def reasons(self, changes: Sequence[Change]) -> Iterator[Reason]:
        bound = []
        for change in changes:
            exemption = self.budget.exemption_of(change.key, self.today)
            if exemption is None:
                bound.append(change)
            elif change.kind in ("new", "changed"):
                until = f"until {exemption.expires}: {exemption.reason}"
                yield Reason("pass", "exemption", f"{change.key} is exempt {until}", (change.key,))
            if exemption is None and change.kind in ("new", "changed"):
                yield from self.expired(change)
                yield from _of_call(change, self.budget.limits_of(change.key))
        yield from _of_month(bound, self.budget.limits, "all calls")
        for key, limits in self.budget.calls.items():
            own = [change for change in bound if self.budget.key_of(change.key) == key]
            yield from _of_month(own, limits, f"`{key}`")

    def expired(self, change: Change) -> Iterator[Reason]:
        for exemption in self.budget.exemptions:
            if exemption.holds(change.key, exemption.expires):
                message = f"the exemption of {change.key} has expired on {exemption.expires}"
                yield Reason("warn", "exemption", message, (change.key,))


def _of_call(change: Change, limits: Limits) -> Iterator[Reason]:
    """What one call may cost more. A share of nothing says nothing: a new call is judged in dollars only."""
    allowed = limits.increase_per_call
    if allowed is None or (allowed.share is not None and change.kind == "new"):
        return
    found, limit = (change.delta.usd, allowed.usd) if allowed.share is None else (change.delta.share, allowed.share)
    level = _level(found, limit or 0.0, limits.unknown)
    if level == "pass":
        return
    sure = found.surely_above(limit or 0.0)
    if found.high is None and not sure:
        why = f" ({change.delta.reason})" if change.delta.reason else ""
        message = f"{change.key}: whether its {change.delta.of} costs {_allowed(allowed)} at most cannot be told{why}"
    else:
        costs = f"costs {_more(change)}" if sure else f"may cost {_at_most(change)}"
        message = f"{change.key} {costs} for its {change.delta.of}; allowed is {_allowed(allowed)}"
    yield Reason(level, "budget", message, (change.key,))


def _level(found: Bounds, limit: float, unknown: Unknown) -> Level:
    if found.surely_above(limit):
        return "fail"
    if found.surely_within(limit):
        return "pass"
    return _of_unknown(unknown) if found.high is None else "warn"


def _of_unknown(unknown: Unknown) -> Level:
    return "pass" if unknown == "allow" else unknown


def _allowed(increase: Increase) -> str:
    return f"{usd(increase.usd or 0.0)} more" if increase.share is None else f"{100 * increase.share:g}% more"


def percent(share: float) -> str:
    """A share as people read it: "+10,000%", "-3.2%"."""
    return f"{share:+,.0%}" if abs(share) >= _WHOLE_PERCENT else f"{share:+.1%}"


def _more(change: Change) -> str:
    share = change.delta.share
    likely = share.value if share.value is not None else share.low
    return f"{written(change.delta.usd)} more a call" + (f" ({percent(likely)})" if likely is not None else "")


def _at_most(change: Change) -> str:
    """How far an interval reaches that does not lie above the limit as a whole."""
    found, share = change.delta.usd, change.delta.share
    most = "an unknown amount" if found.high is None else usd(found.high)
    if found.low is not None and found.low < 0:
        return f"between {usd(-found.low)} less and {most} more a call"
    grown = "" if share.high is None else percent(share.high)
    if found.high is None:
        return f"{most} more a call" + (f" (up to {grown})" if grown else "")
    return f"up to {most} more a call" + (f" ({grown})" if grown else "")


def written(found: Bounds) -> str:
    """An amount with its interval: the likeliest number where there is one."""
    if found.value is not None:
        return usd(found.value)
    if found.low is None:
        return "an unknown amount" if found.high is None else f"at most {usd(found.high)}"
    if found.high is None:
        return f"at least {usd(found.low)}"
    return f"{usd(found.low)} to {usd(found.high)}"


@dataclass(slots=True)
class _Sum:
    """USD a month of several calls; `unknown` are those that nothing is known of."""

    usd: Bounds = NOTHING
    unknown: list[str] = field(default_factory=list)
    may_fall: bool = False

    def add(self, key: str, amount: Bounds | None, may_fall: bool) -> None:
        if amount is None:
            self.unknown.append(key)
            self.may_fall |= may_fall
        else:
            self.usd += amount


def _of_month(changes: Sequence[Change], limits: Limits, whose: str) -> Iterator[Reason]:
    more = _increase(changes)
    if limits.monthly_increase is not None:
        yield from _judged(more, limits.monthly_increase, limits.unknown, f"{whose}: the change costs", "more a month")
    if limits.monthly is not None:
        total = _total(changes)
        touched = not (more.usd.surely_within(0) and not more.unknown)
        for reason in _judged(total, limits.monthly, limits.unknown, f"{whose} cost", "a month"):
            if touched:
                yield reason
            elif reason.level == "fail":
                yield Reason("warn", "budget", f"{reason.message}; this change does not raise it", reason.calls)


def _increase(changes: Sequence[Change]) -> _Sum:
    found = _Sum()
    for change in changes:
        usd_more = change.delta.usd
        if change.kind != "unchanged" and not (change.month is None and usd_more == NOTHING):
            found.add(change.key, change.month, usd_more.low is None or usd_more.low < 0)
    return found


def _total(changes: Sequence[Change]) -> _Sum:
    """After the change. What has no volume, and had none before, is no news."""
    found = _Sum()
    for change in changes:
        if change.after is None:
            continue
        amount = monthly(change.after)
        if amount is not None or change.kind != "unchanged":
            found.add(change.key, amount, may_fall=False)
    return found


def _judged(found: _Sum, limit: float, unknown: Unknown, what: str, unit: str) -> Iterator[Reason]:
    calls = tuple(found.unknown)
    allowed = f"allowed is {usd(limit)}"
    if found.usd.surely_above(limit) and not found.may_fall:
        yield Reason("fail", "budget", f"{what} {written(found.usd)} {unit}; {allowed}")
        return
    if not found.usd.surely_within(limit):
        level = _of_unknown(unknown) if found.usd.high is None else "warn"
        yield Reason(level, "budget", f"{what} {written(found.usd)} {unit}, as far as it can be told; {allowed}")
    if calls and _of_unknown(unknown) != "pass":
        listed = ", ".join(calls[:3]) + (f" and {len(calls) - 3} more" if len(calls) > 3 else "")
        message = f"{what} an unknown amount {unit}: no workload tells how often {listed} runs; {allowed}"
        yield Reason(_of_unknown(unknown), "budget", message, calls)
