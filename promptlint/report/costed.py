"""What `cost` reports on, whatever the format: the calls with their tokens and dollars."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from promptlint.economics import Economics, by_month
from promptlint.request import CallSite, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.estimate import Estimate
    from promptlint.ledger import Total
    from promptlint.prices.table import Model
    from promptlint.report.checked import Paths
    from promptlint.report.savings import Saving
    from promptlint.workloads import Workload

_WIDE_INTERVAL = 1.1


@dataclass(frozen=True, slots=True)
class Row:
    """One call: the known models that it may use, likeliest first, and what it costs over all of them."""

    call: CallSite
    models: tuple[Model, ...]
    total: Total
    workload: Workload | None = None
    economics: Economics | None = None

    @property
    def minimum(self) -> int | None:
        """The prefix length in tokens from which every model of the call caches; None where that is not known."""
        known = [model.min_cacheable_tokens for model in self.models]
        certain = [tokens for tokens in known if tokens is not None]
        return max(certain) if certain and len(certain) == len(known) else None

    @property
    def per_month(self) -> Estimate | None:
        """USD in 365/12 days; None without a volume."""
        return None if self.workload is None else by_month(self.total.usd, self.workload.calls_per_month)


def settled(row: Row, estimate: Estimate) -> Estimate:
    """Without its likeliest number where the call may use several models that differ in it, or one that is not known.

    That number is the first model's, which tells nothing of the others.
    """
    model = row.call.request.model
    if (model.complete and len(model.values) == 1) or not _is_wide(estimate):
        return estimate
    return replace(estimate, value=None)


def _is_wide(estimate: Estimate) -> bool:
    return estimate.high is None or estimate.high > _WIDE_INTERVAL * estimate.low


@dataclass(frozen=True, slots=True)
class Months:
    """What the calls cost a month: the sum of the known amounts, and how many calls are in it.

    `partly` counts the calls with a volume whose amount is not known, and `at_least` is what they cost at least.
    `without_volume` counts the rest, of which nothing can be said.
    """

    usd: float
    known: int
    partly: int
    at_least: float
    without_volume: int

    @staticmethod
    def of(rows: Sequence[Row]) -> Months:
        """Over every call; wrappers cost nothing of their own."""
        priced = [row for row in rows if row.call.role == "call" and row.call.priced]
        amounts = [None if row.per_month is None else settled(row, row.per_month) for row in priced]
        known = [amount.value for amount in amounts if amount is not None and amount.value is not None]
        partly = [amount.low for amount in amounts if amount is not None and amount.value is None]
        return Months(sum(known), len(known), len(partly), sum(partly), amounts.count(None))


@dataclass(frozen=True, slots=True)
class Costed:
    """The calls of a run in the order of their places, wrappers too. `savings` are by the call's id."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    files: int
    paths: Paths
    tokenizer: str
    prices_as_of: str
    savings: dict[str, Saving] = field(default_factory=dict)

    @property
    def months(self) -> Months:
        """What all calls cost a month, as far as that is known."""
        return Months.of(self.rows)
