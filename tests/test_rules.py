"""Every rule's examples, run as a user's files would be: what is bad is reported exactly there, what is good is not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from promptlint import audit
from promptlint.analysis import analyse
from promptlint.catalogue import Example, Rule, load_rules
from promptlint.ledger import Ledger
from promptlint.project import Files, discover
from promptlint.settings import load

TODAY = date(2026, 11, 22)
RULES = load_rules()
LEDGER = Ledger()
BAD = [pytest.param(rule, bad, id=f"{rule.code}-{at}") for rule in RULES for at, bad in enumerate(rule.bad, 1)]
GOOD = [pytest.param(rule, good, id=f"{rule.code}-{at}") for rule in RULES for at, good in enumerate(rule.good, 1)]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_bad_example_is_reported_exactly_there(rule: Rule, example: Example, tmp_path: Path) -> None:
    assert places(rule, example, tmp_path) == list(example.at)


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_good_example_is_left_alone(rule: Rule, example: Example, tmp_path: Path) -> None:
    assert places(rule, example, tmp_path) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_has_examples_of_both_kinds(rule: Rule) -> None:
    assert len(rule.bad) >= 2
    assert len(rule.good) >= 2


def places(rule: Rule, example: Example, folder: Path) -> list[str]:
    """Where the rule reports the example, as "line:column", in order."""
    for name, text in {**example.files, example.path: example.code}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    configured = {"select": [rule.code], **example.settings}
    lines = (f"{key} = {json.dumps(value)}\n" for key, value in configured.items())
    (folder / "promptlint.toml").write_text("".join(lines), encoding="utf-8")
    settings = load(folder)
    selection = discover(folder, [folder], settings)
    project = analyse(Files(folder, selection.files), settings)
    outcome = audit.run(audit.Audit(project, settings, LEDGER, TODAY), RULES, selection)
    assert outcome.problems == ()
    hits = [found.hit.place for found in outcome.findings if found.rule is rule and found.suppressed is None]
    return [f"{place.line}:{place.column}" for place in hits]
