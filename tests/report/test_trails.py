from __future__ import annotations

from promptlint.report.trails import Branch, Fork, steps, tree
from promptlint.request import Hole, Piece, Place, Step, Text, Variant


def at(line: int) -> Place:
    return Place("a.py", line, 1, line, 2)


FIRST, SECOND, LAST = Step("literal", "a", at(1)), Step("parameter", "b", at(2)), Step("parameter", "c", at(3))


def test_steps_go_from_the_call_to_the_source() -> None:
    assert steps((FIRST, SECOND, LAST)) == (LAST, SECOND, FIRST)


def test_a_constant_is_named_once_and_stands_where_it_is_assigned() -> None:
    trail = (Step("literal", "RULES", at(1)), Step("constant", "RULES", at(9)), Step("import", "RULES", at(5)))
    assert steps(trail) == (Step("import", "RULES", at(5)), Step("constant", "RULES", at(1)))
    attribute = (Step("literal", "self.model", at(1)), Step("attribute", "self.model", at(9)))
    assert steps(attribute) == (Step("attribute", "self.model", at(1)),)


def test_a_parameter_of_the_same_name_is_another_step() -> None:
    trail = (Step("literal", "model", at(1)), Step("parameter", "model", at(2)), Step("parameter", "model", at(3)))
    assert len(steps(trail)) == 3


def test_neighbours_that_came_the_same_way_are_told_together() -> None:
    a, b = Piece("a", at(4), (), (FIRST, LAST)), Hole("b", at(5), trail=(SECOND, LAST))
    alone = Piece("c", at(6))
    assert tree(Text((a, b, alone))) == (Branch(LAST, (Branch(FIRST, (a,)), Branch(SECOND, (b,)))), alone)


def test_a_variant_goes_below_the_steps_that_all_its_options_share() -> None:
    a, b = Piece("a", at(4), (), (FIRST, LAST)), Piece("b", at(5), (), (LAST,))
    variant = Variant((Text((a,)), Text((b,)), Text()))
    assert tree(Text((variant,))) == (Branch(LAST, (Fork(((Branch(FIRST, (a,)),), (b,), ())),)),)


def test_a_variant_without_parts() -> None:
    assert tree(Text((Variant((Text(), Text())),))) == (Fork(((), ())),)
