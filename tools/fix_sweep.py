"""Apply all fixes to copies of whole code bases, and look at what they did to them.

    python tools/fix_sweep.py DIR ..            first the safe fixes, then all of them
    python tools/fix_sweep.py --show DIR ..     with every line that changes, and every refusal

For each code base: how many findings had a rule that fixes some, how many of them were fixed and refused, and how many
files and lines changed. Exit code 1 if a changed file does not parse any more, more places of it change than there are
edits, a finding that was fixed is still there, there is a new one, or fixing once more changes something again.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import gc
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from promptlint import audit
from promptlint.analysis import analyse
from promptlint.audit import Audit
from promptlint.catalogue import load_rules
from promptlint.files import Files
from promptlint.findings import Finding
from promptlint.fixes.bench import Judged
from promptlint.fixes.engine import Mended, mend
from promptlint.fixes.spans import read_spans
from promptlint.fixes.writing import write
from promptlint.ledger import Ledger
from promptlint.project import discover
from promptlint.settings import Settings
from promptlint.tokens.count import Counter as Tokens

RULES = load_rules()
TOKENS = Tokens()


class CodeBase:
    """A copy of a code base, analysed without any configuration."""

    def __init__(self, root: Path, today: date) -> None:
        self.settings = Settings(root)
        self.selection = discover(root, [root], self.settings)
        self.files = Files(root, self.selection.files)
        self.today = today

    def judge(self, changes: Mapping[str, bytes]) -> Judged:
        """The code base as if some files held other bytes."""
        files = self.files.changed(changes)
        project = analyse(files, self.settings)
        gc.unfreeze()
        gc.collect()
        state = Audit(project, self.settings, Ledger(TOKENS), self.today)
        return Judged(files, state, audit.run(state, RULES, self.selection))

    def mended(self, *, unsafe: bool) -> tuple[Judged, Mended]:
        """What there was, and what came of it."""
        start = self.judge({})
        return start, mend(start, self.judge, is_wanted, obstacle, apply=True, unsafe=unsafe, offer=False)


def is_wanted(finding: Finding) -> bool:
    """Every finding is to be fixed."""
    return bool(finding.rule.fixable)


def obstacle(path: str) -> str:  # noqa: ARG001 - as the command has it
    """Nothing stands in the way of a copy."""
    return ""


@dataclass(frozen=True, slots=True)
class Row:
    """What one step did to a code base."""

    name: str
    fixable: int
    fixed: int
    refused: int
    files: int
    lines: int
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        numbers = (self.fixable, self.fixed, self.refused, self.files, self.lines, len(self.wrong))
        return f"{self.name:<44}" + "".join(f"{number:>9,}" for number in numbers)


def swept(root: Path, name: str, today: date, *, unsafe: bool, show: bool) -> Row:
    """Fix a copy of a code base where it lies."""
    base = CodeBase(root, today)
    start, mended = base.mended(unsafe=unsafe)
    before = {path: base.files.bytes(path) for path in mended.changes}
    wrong = [f"{one.path} {one.reason}" for one in write(root, before, mended.changes)]
    again, twice = CodeBase(root, today).mended(unsafe=unsafe)
    wrong += mistakes(start, again, mended)
    wrong += [f"{path}: fixed once more" for path in twice.changes]
    lines = 0
    for path, data in mended.changes.items():
        changed = list(differences(path, before[path], data))
        lines += len(changed)
        wrong += unparsable(path, data)
        wrong += unasked(path, before[path], data, mended)
        if show:
            print(*changed, sep="\n")
    if show:
        print(*refusals(mended), sep="\n")
    fixable = sum(bool(finding.rule.fixable) for finding in start.active)
    return Row(name, fixable, len(mended.applied), len(mended.refusals), len(mended.changes), lines, tuple(wrong))


def mistakes(start: Judged, again: Judged, mended: Mended) -> Iterator[str]:
    """Findings that are new, or were fixed and are there."""
    was, now = (Counter((one.rule.code, one.hit.place.path) for one in each.active) for each in (start, again))
    gone = Counter((one.finding.rule.code, one.finding.hit.place.path) for one in mended.applied)
    for (code, path), count in now.items():
        if count > was[code, path] - gone[code, path]:
            yield f"{path}: {code} is new or still there"
    yield from (
        f"{problem.path}: {problem.message}" for problem in set(again.outcome.problems) - set(start.outcome.problems)
    )


def unasked(path: str, before: bytes, after: bytes, mended: Mended) -> Iterator[str]:
    """Whether more places change than there are edits; what lies between them is equal byte by byte."""
    edits = {edit for one in mended.applied for edit in one.fix.edits if edit.place.path == path}
    matcher = difflib.SequenceMatcher(None, before.splitlines(True), after.splitlines(True), autojunk=False)
    places = sum(kind != "equal" for kind, *_ in matcher.get_opcodes())
    if places > len(edits):
        yield f"{path}: {places} places change, by {len(edits)} edits"


def unparsable(path: str, data: bytes) -> Iterator[str]:
    """Whether Python reads the file no more."""
    try:
        ast.parse(data)
    except SyntaxError as error:
        yield f"{path}: {error}"


def differences(path: str, before: bytes, after: bytes) -> Iterator[str]:
    """The lines that differ, byte by byte."""
    old, new = (read_spans(path, data).data.splitlines(keepends=True) for data in (before, after))
    shown = [[line.decode("utf-8", "replace") for line in lines] for lines in (old, new)]
    for line in difflib.unified_diff(shown[0], shown[1], n=0):
        if line[:1] in "+-" and not line.startswith(("+++", "---")):
            yield f"    {path}: {line.rstrip()}"


def refusals(mended: Mended) -> Iterator[str]:
    """Each refusal with its place."""
    for finding in mended.state.active:
        refusal = mended.refusals.get(finding.fingerprint)
        if refusal is not None:
            place = finding.hit.place
            yield f"    {place.path}:{place.row}: {finding.rule.code} not fixed: {refusal.reason}"


def main() -> int:
    """Sweep all code bases that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())
    options = parser.parse_args()
    print(
        f"{'code base':<44}"
        + "".join(f"{head:>9}" for head in ("fixable", "fixed", "refused", "files", "lines", "wrong"))
    )
    rows: list[Row] = []
    for folder in options.folders:
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary).resolve() / "copy"
            shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "node_modules", ".venv"))
            for unsafe in (False, True):
                name = f"{folder.name} {'all' if unsafe else 'safe'}"
                rows.append(swept(copy, name, options.today, unsafe=unsafe, show=options.show))
                print(rows[-1], *rows[-1].wrong, sep="\n    ", flush=True)
    return int(any(row.wrong for row in rows))


if __name__ == "__main__":
    sys.exit(main())
