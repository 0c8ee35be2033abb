"""Every rule's examples, run as a user's files would be: what is bad is reported exactly there, what is good is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from promptlint import checks
from promptlint.catalogue import Example, Rule, load_rules
from promptlint.checks import check_of
from promptlint.cli.examples import places
from promptlint.ledger import Ledger

TODAY = date(2026, 11, 22)
RULES = load_rules()
LEDGER = Ledger()
ABOUT_100 = 110
BAD = [pytest.param(rule, bad, id=f"{rule.code}-{at}") for rule in RULES for at, bad in enumerate(rule.bad, 1)]
GOOD = [pytest.param(rule, good, id=f"{rule.code}-{at}") for rule in RULES for at, good in enumerate(rule.good, 1)]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_bad_example_is_reported_exactly_there(rule: Rule, example: Example, tmp_path: Path) -> None:
    assert places(rule, example, RULES, tmp_path, LEDGER, TODAY) == list(example.at)


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_good_example_is_left_alone(rule: Rule, example: Example, tmp_path: Path) -> None:
    assert places(rule, example, RULES, tmp_path, LEDGER, TODAY) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_file_says_everything(rule: Rule) -> None:
    assert len(rule.bad) >= 2
    assert len(rule.good) >= 2
    assert min(map(len, (rule.summary, rule.why, rule.fix, rule.savings, rule.since))) > 0
    assert rule.evidence
    assert all(link.startswith("https://") for link in rule.evidence)
    assert not rule.summary.endswith(".")
    assert not rule.savings.endswith(".")


CHECKS = {path.stem: path for path in Path(checks.__file__).parent.glob("*.py") if not path.stem.startswith("_")}


def test_every_code_rule_has_its_check_and_every_check_its_rule() -> None:
    assert CHECKS.keys() == {rule.name.replace("-", "_") for rule in RULES if rule.kind == "code"}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.kind == "code"], ids=lambda rule: rule.code)
def test_check_file_is_short_and_about_its_rule(rule: Rule) -> None:
    """That it reads nothing but the hall is what tests/test_wings.py holds of the whole right wing."""
    text = CHECKS[rule.name.replace("-", "_")].read_text(encoding="utf-8")
    assert len(text.splitlines()) <= ABOUT_100
    assert text.startswith(f'"""{rule.code}: ')
    assert any((check_of(rule).call, check_of(rule).project, check_of(rule).suppressions))
