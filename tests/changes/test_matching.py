from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.changes.known import known
from promptlint.changes.matching import pairs
from promptlint.changes.sent import sent
from promptlint.request import (
    Argument,
    Block,
    CallSite,
    Hole,
    Media,
    Message,
    Messages,
    Piece,
    Place,
    Request,
    System,
    Text,
)

SORT = "You sort the tickets of a shop that sells garden tools: reply with one word, nothing else."
LETTER = "Write a letter to a customer whose order is late, say sorry once and name the new date of arrival."


def call(name: str, system: str = SORT, model: str = "claude-haiku-5-5", line: int = 1) -> CallSite:
    path, _, function = name.partition("::")
    place = Place(path, line, 1, line, 9)
    said = Block("text", Text((Piece("Hello", place),)), place)
    request = Request(
        model=Argument((model,), present=True),
        system=System(present=True, blocks=(Block("text", Text((Piece(system, place),)), place),)),
        messages=Messages((Message("user", (said,), place),)),
    )
    return CallSite(name, place, function.partition("#")[0], "anthropic.messages.create", request)


def ids(before: list[CallSite], after: list[CallSite]) -> list[tuple[str | None, str | None]]:
    return [
        (pair.before.id if pair.before else None, pair.after.id if pair.after else None)
        for pair in pairs(before, after)
    ]


def test_one_id_on_both_sides_is_one_call_whatever_it_sends() -> None:
    assert ids([call("a.py::f")], [call("a.py::f", LETTER, "claude-opus-5-5")]) == [("a.py::f", "a.py::f")]


def test_lines_and_pieces_do_not_count() -> None:
    before, after = call("a.py::f"), call("b.py::f", line=90)
    place = after.place
    pieces = Text((Piece(SORT[:9], place), Piece(SORT[9:], place)))
    after = replace(after, request=replace(after.request, system=System(True, (Block("text", pieces, place),))))
    assert ids([before], [after]) == [("a.py::f", "b.py::f")]


def test_where_an_image_comes_from_does_not_count_but_what_it_is() -> None:
    def sends(line: int, name: str) -> CallSite:
        made = call("a.py::f", line=line)
        media = Media(data=(Hole(name, made.place),), fixed_in=(made.place,))
        image = Block("image", None, made.place, media=media, definition='{"type": "image"}')
        return replace(made, request=replace(made.request, system=System(True, (image,))))

    assert sent(sends(1, "photo")) == sent(sends(9, "photo"))
    assert sent(sends(1, "photo")) != sent(sends(1, "scan"))
    assert known(sends(1, "photo").request).unknown == ("image photo",)


def test_of_equal_calls_each_keeps_its_own_id() -> None:
    both = [call("a.py::f"), call("b.py::f")]
    assert ids(both, both[::-1]) == [("b.py::f", "b.py::f"), ("a.py::f", "a.py::f")]


def test_of_several_that_are_gone_the_nearest_by_name_is_the_one() -> None:
    before = [call("a.py::f"), call("old/mail.py::letter"), call("c.py::g")]
    assert ids(before, [call("new/mail.py::letter")]) == [
        ("old/mail.py::letter", "new/mail.py::letter"),
        ("a.py::f", None),
        ("c.py::g", None),
    ]


def test_a_prompt_that_grew_elsewhere_is_the_same_one() -> None:
    assert ids([call("a.py::f")], [call("b.py::g", f"{SORT} {LETTER * 50}")]) == [("a.py::f", "b.py::g")]


def test_another_prompt_elsewhere_is_another_call() -> None:
    assert ids([call("a.py::f")], [call("b.py::g", LETTER)]) == [(None, "b.py::g"), ("a.py::f", None)]


def test_numbers_within_a_function_follow_the_prompt() -> None:
    before = [call("a.py::f", SORT), call("a.py::f#2", LETTER)]
    after = [call("a.py::f", "Hi"), call("a.py::f#2", f"{SORT} Now."), call("a.py::f#3", f"{LETTER} Now.")]
    assert ids(before, after) == [
        (None, "a.py::f"),
        ("a.py::f", "a.py::f#2"),
        ("a.py::f#2", "a.py::f#3"),
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_calls_does_not_matter(order: int) -> None:
    before = [call(f"a.py::f{at}", f"{SORT} Rule {at}.") for at in range(6)][::order]
    after = [call(f"b.py::g{at}", f"{SORT} Rule {at}!") for at in range(6)]
    assert ids(before, after) == ids(before[::-1], after)
    assert all(old is not None and new is not None for old, new in ids(before, after))


def bare(name: str, model: str = "claude-haiku-5-5") -> CallSite:
    """A call that sends what it is handed, so that no text tells it from others."""
    made = call(name, model=model)
    return replace(made, request=Request(model=made.request.model))


@pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-sonnet-5-5"])
def test_a_call_that_a_retry_is_put_around_is_the_same_one(model: str) -> None:
    before = [bare("a.py::Service.send"), bare("a.py::Service.stream.<lambda>")]
    after = [bare("a.py::Service.stream.<lambda>.<lambda>", model), bare("a.py::Service.send.once", model)]
    assert ids(before, after) == [
        ("a.py::Service.stream.<lambda>", "a.py::Service.stream.<lambda>.<lambda>"),
        ("a.py::Service.send", "a.py::Service.send.once"),
    ]


@pytest.mark.parametrize("after", ["b.py::Service.send.once", "a.py::Service.sender", "a.py::send"])
def test_without_text_another_function_is_another_call(after: str) -> None:
    assert ids([bare("a.py::Service.send")], [bare(after)]) == [(None, after), ("a.py::Service.send", None)]
