"""What is known already: the findings of a run held against those of an earlier one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from promptlint.fingerprints import SHAPE

if TYPE_CHECKING:
    from promptlint.findings import Finding


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of an earlier run. Its fingerprint says what it is; the rest says where it was."""

    fingerprint: str
    code: str = ""
    path: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings in their order, those that are known marked so; `stale` is what is known and was not found again."""

    findings: tuple[Finding, ...]
    stale: tuple[Known, ...]


def compare(findings: Sequence[Finding], known: Iterable[Known], shown: Callable[[str], str] = str) -> Compared:
    """Mark the findings that are known. `shown` turns their paths into those of `known`.

    As many of several equal findings are known as there were: those in the same file first, so that a copy is new
    where it was made, and those that no comment suppresses before the others.
    """
    earlier: defaultdict[str, list[Known]] = defaultdict(list)
    for entry in known:
        earlier[entry.fingerprint[:SHAPE]].append(entry)
    found: set[int] = set()
    places = [shown(finding.hit.place.path) for finding in findings]
    order = sorted(range(len(findings)), key=lambda number: findings[number].suppressed is not None)
    for same_file in (True, False):
        for number in order:
            entries = earlier[findings[number].fingerprint[:SHAPE]] if number not in found else []
            match = next((entry for entry in entries if not same_file or entry.path == places[number]), None)
            if match is not None:
                entries.remove(match)
                found.add(number)
    marked = (replace(finding, baselined=number in found) for number, finding in enumerate(findings))
    return Compared(tuple(marked), tuple(entry for entries in earlier.values() for entry in entries))
