from __future__ import annotations

import pytest

from promptlint.toml import WrongValue
from promptlint.workloads import Workload, read


def test_every_key() -> None:
    fields = {
        "calls-per-day": 2000,
        "input-tokens": 900,
        "output-tokens": 120.5,
        "latency": "hours",
        "active-hours": 10,
        "cache-key": "rules",
        "keys-per-day": 50,
        "turns": 8,
        "tokens-per-turn": 300,
        "hit-rate": 0.9,
    }
    found = read({"app.py::f": fields}).of("app.py::f")
    assert found == Workload(2000, 900, 120.5, "hours", 10, "rules", 50, 8, 300, 0.9)


def test_calls_by_the_month() -> None:
    found = read({"f": {"calls-per-month": 365}}).of("f")
    assert found is not None
    assert (found.calls_per_day, found.calls_per_month) == (pytest.approx(12), pytest.approx(365))
    assert Workload().calls_per_month is None


def test_an_id_counts_before_a_glob_and_the_first_glob_before_the_second() -> None:
    found = read({"app/*": {"turns": 1}, "*::f": {"calls-per-day": 2}, "app/a.py::f": {"calls-per-day": 3}})
    assert [found.key_of(call) for call in ("app/a.py::f", "app/deep/b.py::f", "b.py::f", "b.py::g")] == [
        "app/a.py::f",
        "app/*",
        "*::f",
        None,
    ]


def test_an_id_with_brackets_is_found() -> None:
    assert read({"app/[id].py::f": {}}).key_of("app/[id].py::f") == "app/[id].py::f"


def test_keys_without_effect() -> None:
    found = read({"a.py::f": {}, "a.py::*": {}, "a.py::g*": {}, "nowhere": {}, "a.py::send": {}})
    calls = ["a.py::f", "a.py::f#2", "a.py::g"]
    assert list(found.without_effect(calls, wrappers=["a.py::send"])) == [
        ("a.py::f", "is the first call of its function only, not a.py::f#2"),
        ("a.py::g*", "matches only calls that an earlier key has matched"),
        ("nowhere", "matches no call"),
        ("a.py::send", "is a wrapper, whose callers are the calls"),
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (3, "for `f` must be a table of the workload's keys to their values, not 3"),
        ({"calls": 3}, "for `f` has no key `calls`"),
        ({"calls-per-day": -1}, "for `f`: `calls-per-day` must be at least 0, not -1"),
        ({"calls-per-day": "1k"}, 'for `f`: `calls-per-day` must be a number, not "1k"'),
        ({"calls-per-day": True}, "for `f`: `calls-per-day` must be a number, not true"),
        ({"calls-per-day": float("nan")}, "for `f`: `calls-per-day` must be a number, not NaN"),
        ({"calls-per-day": float("inf")}, "for `f`: `calls-per-day` must be at least 0, not Infinity"),
        ({"calls-per-day": 1, "calls-per-month": 30}, "for `f` has calls-per-day and calls-per-month"),
        ({"active-hours": 0}, "for `f`: `active-hours` must be more than 0 and at most 24, not 0"),
        ({"active-hours": 25}, "for `f`: `active-hours` must be more than 0 and at most 24, not 25"),
        ({"keys-per-day": 0}, "for `f`: `keys-per-day` must be at least 1, not 0"),
        ({"turns": 1.5}, "for `f`: `turns` must be a whole number, not 1.5"),
        ({"turns": 3}, "for `f` has turns without tokens-per-turn"),
        ({"hit-rate": 90}, "for `f`: `hit-rate` must be at least 0 and at most 1, not 90"),
        ({"latency": "soon"}, 'for `f`: `latency` must be "interactive" or "minutes" or "hours", not "soon"'),
        ({"cache-key": 4}, "for `f`: `cache-key` must be a name, not 4"),
    ],
)
def test_what_is_wrong_is_named(fields: object, message: str) -> None:
    with pytest.raises(WrongValue) as caught:
        read({"f": fields})
    assert str(caught.value) == message
    with pytest.raises(WrongValue, match="must be a table of a call's id or a glob to its workload"):
        read([])
