"""Every example of a fix, applied as the command would apply it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from promptlint.rule import FixExample, Rule
from tests.fixes.support import RULES, Project, write

EXAMPLES = [pytest.param(rule, fix, id=f"{rule.code}-{at}") for rule in RULES for at, fix in enumerate(rule.fixes, 1)]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_fix_makes_of_the_example_what_it_says(rule: Rule, example: FixExample, tmp_path: Path) -> None:
    write(tmp_path, {**example.files, example.path: example.before}, {"select": [rule.code], **example.settings})
    project = Project(tmp_path)
    mended = project.mend(unsafe=not example.safe)
    assert mended.refusals == {}
    changed = {path: data.decode("utf-8") for path, data in mended.changes.items()}
    assert changed == {
        **example.fixed_files,
        **({example.path: example.after} if example.after != example.before else {}),
    }
    assert {one.fix.safety for one in mended.applied} == {"safe" if example.safe else "unsafe"}
    assert {one.finding.rule.code for one in mended.applied} == {rule.code}


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_fixing_twice_changes_nothing_more(rule: Rule, example: FixExample, tmp_path: Path) -> None:
    files = {**example.files, **example.fixed_files, example.path: example.after}
    write(tmp_path, files, {"select": [rule.code], **example.settings})
    assert Project(tmp_path).mend(unsafe=True).changes == {}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fixes], ids=lambda rule: rule.code)
def test_rule_with_examples_of_fixes_has_a_module_for_them(rule: Rule) -> None:
    assert callable(import_module(f"promptlint.fixes.{rule.name.replace('-', '_')}").fix)
