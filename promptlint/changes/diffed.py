"""A whole comparison: two states of a project, what became of each call and finding, and what the budget says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.changes import gate
from promptlint.changes.bounds import Bounds
from promptlint.changes.change import Change, change, keyed
from promptlint.changes.figures import figures, monthly
from promptlint.changes.finding_changes import FindingChanges
from promptlint.changes.invalidations import Invalidation, TokenizerChange, invalidations, tokenizer_changes
from promptlint.changes.known import known
from promptlint.changes.matching import Pair, pairs
from promptlint.changes.verdict import Reason, Verdict, verdict
from promptlint.ledger import Ledger
from promptlint.prices.book import PriceBook
from promptlint.prices.traffic import Traffic
from promptlint.tokens.count import Counter
from promptlint.tokens.holes import HoleSizes
from promptlint.workloads import Workload, Workloads

if TYPE_CHECKING:
    from datetime import date

    from promptlint.budgets import Budget
    from promptlint.request import CallSite, Problem, Project
    from promptlint.settings import Settings
    from promptlint.tokens.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Side:
    """One state of a project. `name` is how a person calls it, `settings` are its own, whatever judges the change.

    `recorded` are the counts in its lock, `problems` what could not be read, `left_out` the paths that are not looked
    into: submodules, links that lead away. Those are below the top of the repository, as is `folder`, the project's:
    "" or with a slash at its end. `unseen` are the Python files of a commit that are left out of the project.
    """

    name: str
    project: Project
    settings: Settings
    recorded: Recorded
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()
    folder: str = ""
    unseen: tuple[str, ...] = ()

    @property
    def calls(self) -> tuple[CallSite, ...]:
        """The calls that send something of their own; wrappers are counted at their callers."""
        return tuple(call for call in self.project.calls if call.role == "call")


@dataclass(frozen=True, slots=True)
class Compared:
    """The calls of two sides, in the order of the side after. `ids` are the calls' own ids there, by the known ones."""

    changes: tuple[Change, ...]
    invalidations: tuple[Invalidation, ...]
    tokenizers: tuple[TokenizerChange, ...]
    after: Project
    ids: Mapping[str, str]
    ledgers: tuple[Ledger, Ledger]


@dataclass(frozen=True, slots=True)
class Diffed:
    """What `diff` reports on, whatever the format."""

    verdict: Verdict
    before: Side
    after: Side
    compared: Compared
    findings: FindingChanges
    budget: Budget

    @property
    def altered(self) -> tuple[Change, ...]:
        """The calls that are not as they were."""
        return tuple(each for each in self.compared.changes if each.kind != "unchanged")

    def is_unread(self, change: Change) -> bool:
        """Whether a call seems new or gone because its file could not be read on the other side."""
        if change.before is not None and change.after is not None:
            return False
        other = self.before if change.before is None else self.after
        return change.shown.call.place.path in {problem.path for problem in other.problems}

    @property
    def has_budget(self) -> bool:
        """Whether anything is limited."""
        return bool(self.budget.written)

    @property
    def months(self) -> tuple[Bounds | None, Bounds | None]:
        """USD a month before and after, of the calls that have a volume; None where none has."""
        return (
            _together(monthly(each.before) for each in self.compared.changes if each.before is not None),
            _together(monthly(each.after) for each in self.compared.changes if each.after is not None),
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.altered or self.verdict.reasons or self.findings.new or self.findings.gone)


def _together(amounts: Iterable[Bounds | None]) -> Bounds | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known[1:], known[0]) if known else None


def compare(before: Side, after: Side, judging: Side) -> Compared:
    """Pair the calls of both sides and work out what each costs, at the prices and with the traffic of `judging`."""
    paired = pairs(before.calls, after.calls)
    project, own = keyed(after.project, paired)
    settings, counter = judging.settings, Counter()
    plain = Ledger(counter, PriceBook(settings.prices), None, HoleSizes(settings.holes), judging.recorded)
    keys = {name: key for key, name in own.items()}
    workloads = _grown(settings.workloads, paired, keys, plain)
    ledgers = (
        _ledger(counter, settings, settings.workloads, before.project, judging.recorded),
        _ledger(counter, settings, workloads, project, judging.recorded),
    )
    by_key = {call.id: call for call in project.calls}
    found = tuple(_change(pair, keys, by_key, ledgers, settings) for pair in paired)
    return Compared(
        found,
        invalidations(found, ledgers[1]),
        tuple(tokenizer_changes(found, ledgers[0])),
        project,
        own,
        ledgers,
    )


def _ledger(counter: Counter, settings: Settings, workloads: Workloads, project: Project, recorded: Recorded) -> Ledger:
    traffic = Traffic(workloads, project.calls)
    return Ledger(counter, PriceBook(settings.prices), traffic, HoleSizes(settings.holes), recorded)


def _change(
    pair: Pair,
    keys: Mapping[str, str],
    by_key: Mapping[str, CallSite],
    ledgers: tuple[Ledger, Ledger],
    settings: Settings,
) -> Change:
    old, new = pair.before, pair.after
    key = old.id if old is not None else keys[new.id] if new is not None else ""
    return change(
        key,
        None if old is None else figures(old, old.id, ledgers[0], settings.holes),
        None if new is None else figures(by_key[keys[new.id]], new.id, ledgers[1], settings.holes),
    )


def _grown(workloads: Workloads, paired: Iterable[Pair], keys: Mapping[str, str], ledger: Ledger) -> Workloads:
    """The workloads after a change: a configured input is that of the prompt before, and grows as the prompt does."""
    own: dict[str, Workload] = {}
    for pair in paired:
        if pair.after is None:
            continue
        key = keys[pair.after.id]
        workload = workloads.of(key)
        if workload is None or workload.input_tokens is None:
            continue
        more = _told(pair.after, ledger) - (
            workload.input_tokens if pair.before is None else _told(pair.before, ledger)
        )
        if pair.before is not None or more > 0:
            own[key] = replace(workload, input_tokens=max(0.0, workload.input_tokens + more))
    return Workloads({**own, **{key: given for key, given in workloads.by_key.items() if key not in own}})


def _told(call: CallSite, ledger: Ledger) -> float:
    """The tokens of what the code tells of a call; 0 where its model is not known."""
    models = ledger.models(call)
    if not models:
        return 0.0
    part = known(call.request, HoleSizes().of(call))
    return ledger.tokens(replace(call, request=part.request), models[0]).total.value or 0.0


def judge(before: Side, after: Side, compared: Compared, judging: Side, today: date) -> Verdict:
    """What the budget says, after what could not be read and what the change does to the gate itself."""
    return verdict(_first(before, after, compared), compared.changes, judging.settings.budget, today)


def _first(before: Side, after: Side, compared: Compared) -> Iterable[Reason]:
    for side in (before, after):
        yield from gate.unread(side.name, (problem.path for problem in side.problems))
    yield from gate.left_out(before.calls, after.folder, after.left_out)
    if any(change.kind == "removed" for change in compared.changes):
        yield from gate.unseen(before.unseen, after.unseen)
    yield from gate.configuration(before.settings, after.settings)
    yield from gate.counts(before.recorded.counts, after.recorded.counts)
    yield from gate.suppressions(before.project, after.project)
