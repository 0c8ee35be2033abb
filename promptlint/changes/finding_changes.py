"""The findings that a change brings, and those that it takes away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace

from promptlint.findings import Finding

_Key = Callable[[Finding], Hashable | None]


@dataclass(frozen=True, slots=True)
class FindingChanges:
    """Findings by what has become of them. What a comment silences is neither."""

    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]


def finding_changes(before: Iterable[Finding], after: Iterable[Finding]) -> FindingChanges:
    """Pair the findings of both sides: by fingerprint, else by rule, call and message, by one of both.

    A call has the same id on both sides here, wherever it has moved to.
    """
    old, new = list(before), list(after)
    keys = (_fingerprint, _message, _call, _project)
    for key in keys:
        old, new = _left(old, new, key)
    added, gone = [finding for finding in new if not finding.suppressed], [each for each in old if not each.suppressed]
    silenced = [finding for finding in new if finding.suppressed]
    for key in keys:
        gone, silenced = _left(gone, silenced, _whatever(key))
    return FindingChanges(tuple(added), tuple(gone))


def _left(before: list[Finding], after: list[Finding], key: _Key) -> tuple[list[Finding], list[Finding]]:
    """What is not paired by a key."""
    waiting: defaultdict[Hashable, list[Finding]] = defaultdict(list)
    for finding in before:
        waiting[key(finding)].append(finding)
    paired: set[int] = set()
    left = []
    for finding in after:
        name = key(finding)
        if name is None or not waiting[name]:
            left.append(finding)
            continue
        paired.add(id(waiting[name].pop(0)))
    return [finding for finding in before if id(finding) not in paired], left


def _fingerprint(finding: Finding) -> Hashable | None:
    return finding.fingerprint, finding.suppressed is None


def _message(finding: Finding) -> Hashable | None:
    return finding.rule.code, finding.hit.call, finding.hit.message, finding.suppressed is None


def _call(finding: Finding) -> Hashable | None:
    hit = finding.hit
    return None if hit.call is None else (finding.rule.code, hit.call, finding.suppressed is None)


def _project(finding: Finding) -> Hashable | None:
    """What a rule says of a project at large may stand at another of its calls now."""
    return finding.rule.code, finding.hit.message, finding.suppressed is None


def _whatever(key: _Key) -> _Key:
    """The same key whether a comment silences the finding or not."""
    return lambda finding: key(replace(finding, suppressed=None))
