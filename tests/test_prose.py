from __future__ import annotations

from promptlint.prose import HOLE, prompts, prose_of
from promptlint.request import Piece, Place, Run, Text, Variant
from tests.checks.handmade import at, call, hole, system, text, user


def test_match_over_two_pieces() -> None:
    prose = prose_of(text("Answer ", "yes or no."))
    assert prose.text == "Answer yes or no."
    assert prose.locate(0, 10) == Place("app.py", 20, 1, 21, 4)


def test_match_in_one_piece() -> None:
    piece = Piece("one\ntwo", Place("app.py", 3, 5, 4, 4), (Run(0, 3, 8), Run(4, 4, 1)))
    assert prose_of(Text((piece,))).locate(4, 7) == Place("app.py", 4, 1, 4, 4)


def test_match_over_two_files_is_placed_in_the_first() -> None:
    pieces = Text((Piece("Answer ", at(9)), Piece("yes", at(1, path="other.py"))))
    assert prose_of(pieces).locate(0, 10) == at(9)


def test_holes_and_variants() -> None:
    either = Variant((text("a"), text("b")))
    assert prose_of(text("x", hole("name"), "y", either)).text == f"x{HOLE}y{HOLE}a{HOLE}b{HOLE}"


def test_wording_keeps_its_length() -> None:
    prose = prose_of(text("Do <rules>this `now`</rules> and\n```\ncode\n```\n<a>b</a> {name}"))
    assert len(prose.wording()) == len(prose.text)
    assert prose.wording().replace(HOLE, "").split() == ["Do", "rules>this", "</rules", "and"]


def test_english() -> None:
    assert prose_of(text("You are the assistant of a bank.")).is_english()
    assert not prose_of(text("Du bist der Assistent einer Bank und antwortest immer kurz.")).is_english()


def test_prompts_of_a_call() -> None:
    found = [prose.text for prose in prompts(call(system=system(text("S")), messages=user("M ", hole("x"))))]
    assert found == ["S", f"M {HOLE}"]
