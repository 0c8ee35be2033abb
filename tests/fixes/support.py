"""Projects on the disk, and what the fixes make of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from promptlint import audit
from promptlint.analysis import analyse
from promptlint.audit import Audit
from promptlint.catalogue import load_rules
from promptlint.files import Files
from promptlint.findings import Finding
from promptlint.fixes.bench import Judged
from promptlint.fixes.engine import Mended, mend
from promptlint.ledger import Ledger
from promptlint.project import discover
from promptlint.settings import load
from promptlint.tokens.count import Counter

TODAY = date(2026, 11, 22)
RULES = load_rules()
COUNTER = Counter()


def write(folder: Path, files: Mapping[str, str], settings: Mapping[str, Any]) -> None:
    """Put a project into a folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    lines = (f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    (folder / "promptlint.toml").write_text("".join(lines), encoding="utf-8")


class Project:
    """A project in a folder, that can be mended."""

    def __init__(self, folder: Path) -> None:
        self.settings = load(folder)
        self.selection = discover(folder, [folder], self.settings)
        self.files = Files(folder, self.selection.files, self.selection.prompts)

    def judge(self, changes: Mapping[str, bytes]) -> Judged:
        files = self.files.changed(changes)
        project = analyse(files, self.settings)
        state = Audit(project, self.settings, Ledger(COUNTER), TODAY)
        return Judged(files, state, audit.run(state, RULES, self.selection))

    def mend(self, *, unsafe: bool = False, apply: bool = True) -> Mended:
        return mend(self.judge({}), self.judge, wanted, lambda path: "", apply=apply, unsafe=unsafe)


def wanted(finding: Finding) -> bool:
    return True
