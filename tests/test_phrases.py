from __future__ import annotations

import time

import pytest

from promptlint.phrases import problem, search

HOSTILE = [r"(a+)+$", r"(a|aa)+$", r"(.*)*b", r"(?:a+a+)+b", r"(a?){300}a{300}b", r"(x+x+)+y|(a*)*c"]


@pytest.mark.parametrize("phrase", HOSTILE)
def test_no_expression_takes_forever(phrase: str) -> None:
    started = time.perf_counter()
    assert problem(phrase) == ""
    search([phrase], "a" * 20_000 + "!", ignore_case=True, whole_words=True)
    assert time.perf_counter() - started < 5


def test_many_matches_take_no_longer_than_they_are() -> None:
    started = time.perf_counter()
    assert len(search(["be brief"], "be brief " * 20_000, ignore_case=True, whole_words=True)) == 20_000
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("be (brief", "missing ): be (brief"),
        (r"(a)\1", r"invalid escape sequence: \1"),
        ("(?=a)", "invalid perl operator: (?="),
        ("((a{1000}){1000}){1000}", "invalid repetition size: {1000}"),
        ("a" * 501, "it has 501 characters, and 500 at most are allowed"),
        ("a) | (b", "unexpected ): a) | (b"),
    ],
)
def test_what_cannot_be_searched_for(phrase: str, why: str) -> None:
    assert problem(phrase) == why
