"""Every rule's examples, run as a user's files would be: what is bad is reported exactly there, what is good is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from promptlint.catalogue import Example, Rule, load_rules
from promptlint.cli.examples import places
from promptlint.ledger import Ledger

TODAY = date(2026, 11, 22)
RULES = load_rules()
LEDGER = Ledger()
BAD = [pytest.param(rule, bad, id=f"{rule.code}-{at}") for rule in RULES for at, bad in enumerate(rule.bad, 1)]
GOOD = [pytest.param(rule, good, id=f"{rule.code}-{at}") for rule in RULES for at, good in enumerate(rule.good, 1)]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_bad_example_is_reported_exactly_there(rule: Rule, example: Example, tmp_path: Path) -> None:
    assert places(rule, example, RULES, tmp_path, LEDGER, TODAY) == list(example.at)


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_good_example_is_left_alone(rule: Rule, example: Example, tmp_path: Path) -> None:
    assert places(rule, example, RULES, tmp_path, LEDGER, TODAY) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_has_examples_of_both_kinds(rule: Rule) -> None:
    assert len(rule.bad) >= 2
    assert len(rule.good) >= 2
