from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.request import Hole
from tests.checks.handmade import LONG, SENTENCE, at, call, hits, hole, marker, system, text, user

RULE = "volatile-value-in-cached-prefix"
NOW = hole("datetime.now()", "clock", detail="datetime.datetime.now")


def test_clock_before_the_marker() -> None:
    [hit] = hits(RULE, call(system=system(text(LONG, NOW), marked=marker())))
    assert hit.place == at(50)
    assert hit.severity is None
    assert hit.message.startswith("datetime.now() changes with every request, so the cache")
    assert [related.place for related in hit.related] == [at(60)]
    assert hit.cost.startswith("at least $")
    assert hit.savings is not None
    assert hit.savings.high


def test_once_however_many_calls_send_it() -> None:
    one, two = (call(system=system(text(LONG, NOW), marked=marker()), id=name) for name in ("one", "two"))
    assert len(hits(RULE, one, two)) == 1


def test_after_the_marker() -> None:
    blocks = (*system(text(LONG), marked=marker()).blocks, *system(text("It is ", NOW)).blocks)
    assert hits(RULE, call(system=replace(system(text("")), blocks=blocks))) == []


def test_in_the_message_behind_a_marked_system_prompt() -> None:
    assert hits(RULE, call(system=system(text(LONG), marked=marker()), messages=user("Now: ", NOW))) == []


def test_anywhere_under_a_marker_of_the_whole_request() -> None:
    assert len(hits(RULE, call(system=system(text(LONG)), messages=user("Now: ", NOW), cache=marker()))) == 1


def test_turns_of_a_conversation_keep_their_time() -> None:
    said = user("Now: ", NOW, grows=True)
    assert hits(RULE, call(system=system(text(LONG)), messages=said, cache=marker())) == []


def test_nothing_is_cached() -> None:
    assert hits(RULE, call(system=system(text(LONG, NOW)))) == []


def test_parameter_is_not_volatile() -> None:
    assert hits(RULE, call(system=system(text(LONG, hole("customer")), marked=marker()))) == []


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        (hole("date.today()", "clock", detail="datetime.date.today"), "info"),
        (hole("datetime.now().date()", "clock", detail="datetime.datetime.now"), "info"),
        (hole("datetime.now()", "clock", options=("%Y-%m-%d",)), "info"),
        (hole("datetime.now()", "clock", options=("%A, %d %B %Y",)), "info"),
        (hole("datetime.now()", "clock", options=("%Y-%m-%d %H:%M",)), None),
        (hole("datetime.now()", "clock", options=("%c",)), None),
        (hole("time.time()", "clock", detail="time.time"), None),
        (hole("uuid4()", "random", detail="uuid.uuid4"), None),
        (hole("STARTED", "clock", "process"), "info"),
    ],
)
def test_how_often_it_changes(value: Hole, severity: str | None) -> None:
    [hit] = hits(RULE, call(system=system(text(LONG, value), marked=marker())))
    assert hit.severity == severity


def test_prefix_that_is_never_cached_is_not_spoilt() -> None:
    whole = call(system=system(text(SENTENCE), marked=marker()), messages=user("Now"))
    assert hits(RULE, whole) == []


def test_an_expression_that_is_cut_is_not_quoted_as_code() -> None:
    for name in ("datetime.now(ZoneInfo(settings.zone)).strfti...", "f'{now:%H}'"):
        [hit] = hits(RULE, call(system=system(text(LONG, hole(name, "clock")), marked=marker())))
        assert '{"role": "user", "content": f"(It is {now}.) ..."}\nwhere `now` is this value' in hit.help
