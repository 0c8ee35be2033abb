"""What the fix of one rule works with: the files as they were analysed, and what is known of the project."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module

from libcst import CSTValidationError

from promptlint.audit import Audit, Outcome
from promptlint.edits import Fix, Refusal, Refused
from promptlint.files import Files
from promptlint.findings import Finding
from promptlint.fixes.code import Code
from promptlint.fixes.python_version import oldest_python
from promptlint.fixes.spans import TextSpans, read_spans
from promptlint.request import CallSite, Place
from promptlint.source.notebooks import SUFFIX as NOTEBOOK


@dataclass(frozen=True)
class Judged:
    """A state of the project: what was analysed, and what was found in it. Every finding, shown or not."""

    files: Files
    audit: Audit
    outcome: Outcome

    @property
    def active(self) -> tuple[Finding, ...]:
        """The findings that no comment silences."""
        return tuple(finding for finding in self.outcome.findings if finding.suppressed is None)


@dataclass(frozen=True)
class Bench:
    """One state of the project as its fixes see it; files are parsed once."""

    state: Judged
    _texts: dict[str, TextSpans] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)

    @property
    def audit(self) -> Audit:
        """The project, the settings, tokens and prices, the date."""
        return self.state.audit

    @cached_property
    def calls(self) -> dict[str, CallSite]:
        """The project's calls by their ids."""
        return {call.id: call for call in self.audit.project.calls}

    @cached_property
    def oldest_python(self) -> tuple[int, int]:
        """The oldest Python that the project's `requires-python` lets in."""
        return oldest_python(self.state.files.root)

    def call(self, finding: Finding) -> CallSite:
        """The call that a finding is about. Raises `Refused`."""
        call = self.calls.get(finding.hit.call or "")
        if call is None:
            raise Refused("the finding is about no single call")
        return call

    def text(self, path: str) -> TextSpans:
        """A file's text. Raises `Refused` where it cannot be read again, or is not what was analysed."""
        if path not in self._texts:
            try:
                data = self.state.files.bytes(path)
            except OSError as error:
                raise Refused(f"the file cannot be read: {error.strerror}") from None
            if hashlib.sha256(data).hexdigest() != self.audit.project.digests.get(path):
                raise Refused("the file has changed since it was read")
            self._texts[path] = read_spans(path, data)
        return self._texts[path]

    def code(self, place: Place) -> Code:
        """The syntax of the file that a place lies in. Raises `Refused`."""
        if not place.path.endswith((".py", ".pyw")):
            raise Refused(f"{place.path} is no Python file")
        if place.path not in self._codes:
            self._codes[place.path] = Code(self.text(place.path))
        return self._codes[place.path]

    def same(self, finding: Finding, place: Place) -> Iterator[Finding]:
        """The findings of the same rule that have a place."""
        return (other for other in self.state.active if other.rule is finding.rule and other.hit.place == place)


def propose(finding: Finding, bench: Bench) -> Fix | Refusal:
    """The fix of one finding whose rule has any, or why there is none."""
    place, call = finding.hit.place, bench.calls.get(finding.hit.call or "")
    if place.path.endswith(NOTEBOOK):
        return Refusal("notebooks are checked, but not edited yet")
    if call is not None and call.is_body:
        return Refusal("files of requests are checked, but not edited yet")
    try:
        fix: Fix = import_module(f"promptlint.fixes.{finding.rule.name.replace('-', '_')}").fix(finding, bench)
    except Refused as refused:
        return refused.refusal
    except UnicodeError:
        return Refusal("the file holds characters that cannot be written again")
    except RecursionError:
        return Refusal("the code is nested too deeply for libcst")
    except CSTValidationError as error:
        return Refusal(f"the code cannot be written so: {error}")
    return Refusal("notebooks are checked, but not edited yet") if _in_notebook(fix) else fix


def _in_notebook(fix: Fix) -> bool:
    return any(edit.place.path.endswith(NOTEBOOK) for edit in fix.edits)
