"""What `check` reports on, whatever the format: the findings of a run and what they were found in."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from promptlint.catalogue import Severity
from promptlint.findings import Finding
from promptlint.request import CallSite, Problem

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
class Checked:
    """The outcome of a check: every finding, suppressed ones too, and the calls and files it is about."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    calls: tuple[CallSite, ...]
    files: int
    sources: dict[str, str]
    paths: Paths

    @property
    def active(self) -> tuple[Finding, ...]:
        """The findings that no comment suppresses, in the order of their places."""
        found = [finding for finding in self.findings if finding.suppressed is None]
        return tuple(sorted(found, key=lambda finding: (finding.hit.place, finding.rule.code, finding.hit.message)))

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
