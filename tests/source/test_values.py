from __future__ import annotations

from promptlint.request import Place
from promptlint.source.values import MAX_OPTIONS, Choice, Const, Unknown, choice

PLACE = Place("a.py", 1, 1, 1, 2)


def test_equal_options_count_once() -> None:
    assert choice([Const(1, PLACE), Const(1, Place("b.py", 2, 2, 2, 3))]) == Const(1, PLACE)


def test_a_choice_of_very_many_stops_looking_and_says_so() -> None:
    found = choice([Const(number, PLACE) for number in range(200_000)])
    assert isinstance(found, Choice)
    *known, last = found.options
    assert known == [Const(number, PLACE) for number in range(MAX_OPTIONS - 1)]
    assert isinstance(last, Unknown)
