from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from promptlint.budgets import Budget, Exemption, Increase, Limits, read
from promptlint.errors import UserError
from promptlint.settings import load
from promptlint.toml import WrongValue

NIGHTLY = {"call": "app/nightly.py::*", "reason": "one run a day", "expires": date(2026, 12, 31)}


def test_every_key_is_read() -> None:
    table = {
        "max-increase-per-call": "20%",
        "max-monthly-increase": "$1,200.50",
        "max-monthly": "5000 USD",
        "unknown": "fail",
        "exemptions": [NIGHTLY],
        "calls": {"app/chat.py::*": {"max-increase-per-call": "$0.01", "max-monthly": "$10"}},
    }
    budget = read(table)
    assert budget.limits == Limits(Increase(share=0.2), 1200.5, 5000, "fail")
    assert budget.exemptions == (Exemption("app/nightly.py::*", "one run a day", date(2026, 12, 31)),)
    assert budget.limits_of("app/chat.py::f") == Limits(Increase(usd=0.01), None, 10, "fail")
    assert budget.limits_of("app/other.py::f") == budget.limits


def test_what_a_key_of_calls_leaves_out_is_as_for_all_but_the_month() -> None:
    budget = read({"max-increase-per-call": "5%", "max-monthly": "$9", "calls": {"a::*": {"unknown": "allow"}}})
    assert budget.limits_of("a::f") == Limits(Increase(share=0.05), None, None, "allow")


def test_an_id_comes_before_a_glob_and_the_first_glob_before_the_next() -> None:
    budget = read({"calls": {"app/*": {}, "app/a.py::*": {}, "app/a.py::f": {}}})
    assert [budget.key_of(call) for call in ("app/a.py::f", "app/a.py::g", "lib/a.py::f")] == [
        "app/a.py::f",
        "app/*",
        None,
    ]


def test_an_exemption_ends_after_its_day() -> None:
    budget = read({"exemptions": [NIGHTLY]})
    assert budget.exemption_of("app/nightly.py::run", date(2026, 12, 31)) is not None
    assert budget.exemption_of("app/nightly.py::run", date(2027, 1, 1)) is None
    assert budget.exemption_of("app/daily.py::run", date(2026, 12, 31)) is None


def test_keys_that_match_no_call_are_told() -> None:
    budget = read({"calls": {"app/*": {}, "lib/*": {}}, "exemptions": [NIGHTLY]})
    assert list(budget.without_effect(["app/a.py::f"])) == [("lib/*", "calls"), ("app/nightly.py::*", "exemptions")]
    assert list(Budget().without_effect([])) == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "must be a table, not 5"),
        ({"max-increase": "20%"}, "has no key `max-increase`"),
        ({"max-increase-per-call": 0.2}, "`max-increase-per-call` must be in percent or in dollars, not 0.2"),
        ({"max-increase-per-call": "20"}, '`max-increase-per-call` must be in percent or in dollars, not "20"'),
        ({"max-increase-per-call": "-5%"}, '`max-increase-per-call` must be in percent or in dollars, not "-5%"'),
        ({"max-monthly": 100}, "`max-monthly` must be an amount with its unit, not 100"),
        ({"max-monthly": "$"}, '`max-monthly` must be an amount with its unit, not "$"'),
        ({"max-monthly": "$,"}, '`max-monthly` must be an amount with its unit, not "$,"'),
        ({"max-monthly": "5%"}, '`max-monthly` must be an amount with its unit, not "5%"'),
        ({"unknown": "ignore"}, '`unknown` must be "allow" or "warn" or "fail", not "ignore"'),
        ({"calls": ["app/*"]}, '`calls` must be a table, not ["app/*"]'),
        ({"calls": {"app/*": "20%"}}, 'for `app/*` must be a table, not "20%"'),
        ({"calls": {"app/*": {"exemptions": []}}}, "for `app/*`: has no key `exemptions`"),
        ({"exemptions": NIGHTLY}, "`exemptions` must be a list of tables, not {"),
        ({"exemptions": ["app/*"]}, '`exemptions` must be a list of tables, not of "app/*"'),
        ({"exemptions": [{**NIGHTLY, "until": 1}]}, "`exemptions` has no key `until`"),
        ({"exemptions": [{**NIGHTLY, "reason": " "}]}, '`exemptions`: `reason` must be a text, not " "'),
        ({"exemptions": [{"reason": "x", "expires": "2026-12-31"}]}, "`exemptions`: `call` is missing"),
        ({"exemptions": [{"call": "a", "reason": "x"}]}, "`exemptions` for `a`: `expires` is missing"),
        ({"exemptions": [{**NIGHTLY, "expires": "soon"}]}, "`exemptions` for `app/nightly.py::*`: `expires` must be"),
    ],
)
def test_wrong_values_are_named(value: Any, message: str) -> None:
    with pytest.raises(WrongValue) as caught:
        read(value)
    assert str(caught.value).startswith(message)


def test_a_wrong_value_is_told_with_its_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = '[project]\nname = "shop"\n\n[tool.promptlint.budget]\nmax-monthly = "much"\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load(tmp_path)
    assert str(caught.value) == 'pyproject.toml:5: `budget` `max-monthly` must be an amount with its unit, not "much"'
    assert caught.value.help == 'write the unit too: "$0.01"'


def test_the_settings_show_the_budget_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "promptlint.toml").write_text('[budget]\nmax-monthly = "$9"\n', encoding="utf-8")
    assert 'budget = { "max-monthly" = "$9" }  # promptlint.toml\n' in load(tmp_path).as_toml()
