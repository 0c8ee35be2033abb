"""PL404: a sentence that says no more than the phrase is left out."""

from __future__ import annotations

from promptlint.edits import Fix
from promptlint.findings import Finding
from promptlint.fixes.bench import Bench
from promptlint.fixes.wording import without_sentence


def fix(finding: Finding, bench: Bench) -> Fix:
    """Unsafe: another prompt gets other answers."""
    return without_sentence(finding, bench)
