"""A rule's examples, run as the files of a project: what is bad must be reported exactly there, what is good not."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from promptlint import audit, settings
from promptlint.analysis import analyse
from promptlint.audit import Audit
from promptlint.errors import UserError
from promptlint.files import Files
from promptlint.ledger import Ledger
from promptlint.project import discover, is_python
from promptlint.rule import Example, Rule


def failures(rule: Rule, rules: Sequence[Rule], ledger: Ledger, today: date) -> Iterator[str]:
    """What of a rule's examples is not as it says, one line each, with the line of the rule's file."""
    for kind, examples in (("bad", rule.bad), ("good", rule.good)):
        for number, example in enumerate(examples, 1):
            with tempfile.TemporaryDirectory(prefix="promptlint-") as folder:
                found = places(rule, example, rules, Path(folder), ledger, today)
            if found != sorted(example.at, key=_order):
                where = f"{rule.path}:{example.line}: `{kind}` example {number}"
                yield f"{where} should be reported {_at(example.at)}, and is reported {_at(found)}"


def places(rule: Rule, example: Example, rules: Sequence[Rule], folder: Path, ledger: Ledger, today: date) -> list[str]:
    """Where the rule reports the example, as "line:column", in order. `folder` is empty, and holds it afterwards.

    Raises `UserError` where the example cannot be analysed.
    """
    for name, text in {**example.files, example.path: example.code}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    table = {"select": [rule.code], "preview": True, **example.settings}
    configured = settings.of_table(folder.resolve(), Path(rule.path or "the example"), table)
    prompt = folder / example.path
    selection = discover(folder, [folder] if is_python(prompt) else [folder, prompt], configured)
    project = analyse(Files(selection.root, selection.files, selection.prompts), configured)
    outcome = audit.run(Audit(project, configured, ledger, today), rules, selection)
    for problem in outcome.problems:
        message = f"{problem.path}:{problem.line or 1}: {problem.message}"
        raise UserError(f"{rule.path}:{example.line}: the example cannot be analysed: {message}", problem.help)
    hits = [found.hit.place for found in outcome.findings if found.rule is rule and found.suppressed is None]
    return [f"{place.line}:{place.column}" for place in hits]


def _order(place: str) -> list[int]:
    return [int(number) for number in place.split(":")]


def _at(found: Sequence[str]) -> str:
    return f"at {', '.join(found)}" if found else "nowhere"
