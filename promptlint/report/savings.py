"""What following the findings could save, per call and over calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from promptlint.estimate import Estimate
from promptlint.findings import Finding
from promptlint.money import usd, usd_range

PER = 1000


@dataclass(frozen=True, slots=True)
class Saving:
    """A saving in USD per call, and the code of the rule whose finding promises it."""

    usd: Estimate
    code: str

    def thousandfold(self) -> str:
        """The saving on 1,000 calls as people read it: "$2.41", "up to $2.41"."""
        return written(self.usd.times(PER))


def largest(findings: Iterable[Finding]) -> dict[str, Saving]:
    """The largest saving on each call, by the call's id.

    Several findings on one call may save the same tokens, so that their savings do not add up. Those whose
    saving is unknown are left out.
    """
    found: dict[str, Saving] = {}
    for finding in findings:
        saved, call = finding.hit.savings, finding.hit.call
        if saved is None or call is None or finding.suppressed is not None or _weight(saved) <= 0:
            continue
        if call not in found or _weight(saved) > _weight(found[call].usd):
            found[call] = Saving(saved, finding.rule.code)
    return found


def total(savings: Iterable[Saving]) -> Estimate | None:
    """The savings of different calls together, USD for one call of each; None where there is none."""
    amounts = [saving.usd for saving in savings]
    return sum(amounts[1:], amounts[0]) if amounts else None


def written(amount: Estimate) -> str:
    """The likeliest number where there is one, else the interval."""
    return usd_range(amount) if amount.value is None else usd(amount.value)


def _weight(amount: Estimate) -> float:
    if amount.value is not None:
        return amount.value
    return amount.low if amount.high is None else amount.high
