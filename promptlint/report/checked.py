"""What `check` reports on, whatever the format: the findings of a run and what they were found in."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path

from promptlint.baseline import Known
from promptlint.catalogue import Severity
from promptlint.edits import Fix, Refusal
from promptlint.findings import Finding
from promptlint.request import CallSite, Problem
from promptlint.secrets import blotted

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Paths:
    """Turns paths relative to the project's root into paths relative to the directory the command runs in."""

    root: Path
    directory: Path
    _known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def shown(self, path: str) -> str:
        """The path as the user would type it here, with forward slashes."""
        if path not in self._known:
            self._known[path] = _relative(self.root / path, self.directory)
        return self._known[path]


def _relative(path: Path, directory: Path) -> str:
    try:
        return Path(os.path.relpath(path, directory)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


@dataclass(frozen=True, slots=True)
class Baseline:
    """What findings were held against: the path of an earlier report, or a commit's name.

    `stale` is what a report has that is gone, `pruned` whether that was taken out of it.
    """

    path: str = ""
    commit: str = ""
    stale: tuple[Known, ...] = ()
    pruned: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: every finding, suppressed and known ones too, and the calls and files it is about.

    `fail_on` is the least severity that fails. `fixes` are there if they were asked for, by the fingerprint of the
    finding, `fixes_proven` if the project was analysed with them; `refusals` say why there is none.
    """

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    calls: tuple[CallSite, ...]
    files: int
    sources: dict[str, str]
    paths: Paths
    fail_on: Severity = "warning"
    baseline: Baseline | None = None
    hidden: int = 0
    fixes: Mapping[str, Fix] = field(default_factory=dict)
    fixes_proven: bool = False
    refusals: Mapping[str, Refusal] = field(default_factory=dict)

    def at_least(self, severity: Severity) -> Checked:
        """The same without what is less severe; `hidden` counts what of that is still active."""
        wanted = SEVERITIES[: SEVERITIES.index(severity) + 1]
        kept = replace(self, findings=tuple(finding for finding in self.findings if finding.severity in wanted))
        return replace(kept, hidden=len(self.active) - len(kept.active))

    @property
    def ordered(self) -> tuple[Finding, ...]:
        """Every finding, in the order of the places."""
        found = [(finding.hit.place, finding.rule.code, finding.hit.message, finding) for finding in self.findings]
        return tuple(finding for *_, finding in sorted(found, key=itemgetter(0, 1, 2)))

    @property
    def active(self) -> tuple[Finding, ...]:
        """The findings that no comment suppresses and no baseline has, in the order of their places."""
        return tuple(finding for finding in self.ordered if finding.active)

    @property
    def worst_first(self) -> tuple[Finding, ...]:
        """The active findings by severity, and in the order of their places."""
        return tuple(sorted(self.active, key=lambda finding: SEVERITIES.index(finding.severity)))

    def fix_of(self, finding: Finding) -> Fix | Refusal | None:
        """What a report for programs says of the fix: none is carried whose text holds a secret."""
        fix = self.fixes.get(finding.fingerprint)
        if fix is not None and any(blotted(edit.content) != edit.content for edit in fix.edits):
            return Refusal("the code that it writes holds a secret, which no report shows; --fix applies it")
        return fix or self.refusals.get(finding.fingerprint)

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes the check fail."""
        return finding.active and SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.fail_on)

    @property
    def known_from(self) -> str:
        """Where a finding that does not count because of the baseline was before."""
        return "there before the change" if self.baseline is not None and self.baseline.commit else "in the baseline"

    @property
    def baselined(self) -> int:
        """How many findings the baseline has, those that a comment suppresses besides left out."""
        return sum(finding.baselined and finding.suppressed is None for finding in self.findings)

    @property
    def suppressed(self) -> int:
        """How many findings a comment suppresses."""
        return sum(finding.suppressed is not None for finding in self.findings)

    @property
    def sent(self) -> tuple[CallSite, ...]:
        """The calls that send something of their own: wrappers are counted at their callers."""
        return tuple(call for call in self.calls if call.role == "call")

    @property
    def counts(self) -> Counter[Severity]:
        """How many active findings there are of each severity."""
        return Counter(finding.severity for finding in self.active)
