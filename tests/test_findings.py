from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.catalogue import Rule
from promptlint.findings import Hit, Related, Suppressions, source_lines
from promptlint.request import Block, CallSite, Directive, Piece, Place, Project, Request, System, Text

RULE = Rule("PL103", "made-up", "caching", "code", "warning", "high", "0.1.0", "stable", "summary", "why", "fix")


def at(line: int, end_line: int = 0, path: str = "a.py", column: int = 1, end_column: int = 5) -> Place:
    return Place(path, line, column, end_line or line, end_column)


def comment(line: int, *codes: str, own_line: bool = False, path: str = "a.py") -> Directive:
    return Directive("ignore", at(line, path=path), codes, own_line=own_line)


def silenced(directive: Directive, hit: Hit, call: CallSite | None = None, rule: Rule = RULE, source: str = "") -> bool:
    project = Project(directives=(directive,), sources={directive.place.path: source})
    return Suppressions(project).of(rule, hit, call) == [directive]


def call(place: Place, *pieces: Piece) -> CallSite:
    system = System(True, (Block("text", Text(pieces), place),))
    return CallSite("a.py::f", place, "f", "anthropic.messages.create", Request(system=system))


@pytest.mark.parametrize(
    ("codes", "fits"),
    [
        ((), True),
        (("PL103",), True),
        (("PL1",), True),
        (("made-up",), True),
        (("PL201", "PL103"), True),
        (("ALL",), True),
        (("PL104",), False),
        (("PL2", "made"), False),
    ],
)
def test_comment_silences_the_rules_that_it_names(codes: tuple[str, ...], fits: bool) -> None:
    assert silenced(comment(4, *codes), Hit(at(4), "m")) is fits


def test_comment_without_names_is_not_about_comments() -> None:
    rule = replace(RULE, code="PL001", family="meta")
    assert not silenced(comment(4), Hit(at(4), "m"), rule=rule)
    assert silenced(comment(4, "PL001"), Hit(at(4), "m"), rule=rule)


def test_a_comment_in_a_template_is_about_its_line_alone() -> None:
    for path, whole_text in (("p.j2", False), ("p.py", True)):
        prompt = call(at(1, path=path), Piece("text", at(1, 9, path=path)))
        hit = Hit(at(6, path=path), "m")
        assert silenced(comment(5, path=path), hit, prompt) is whole_text
        assert silenced(comment(6, path=path), hit)


@pytest.mark.parametrize(("line", "fits"), [(3, False), (4, True), (5, True), (6, True), (7, False)])
def test_comment_on_any_line_of_the_span(line: int, fits: bool) -> None:
    assert silenced(comment(line), Hit(at(4, 6), "m")) is fits


def test_comment_in_another_file() -> None:
    assert not silenced(comment(4, path="b.py"), Hit(at(4), "m"))


def test_comment_at_a_related_place() -> None:
    hit = Hit(at(4), "m", related=(Related(at(9, path="b.py"), "r"),))
    assert silenced(comment(9, path="b.py"), hit)


@pytest.mark.parametrize("line", [20, 25, 29])
def test_comment_at_the_call(line: int) -> None:
    assert silenced(comment(line), Hit(at(4), "m"), call(at(20, 29)))


def test_comment_around_the_text_that_the_finding_is_in() -> None:
    """Lines 10 to 14 are one literal: a comment has room before and behind it only."""
    site = call(at(20), Piece("..", at(10, 14)))
    hit = Hit(at(12, column=3), "m")
    assert silenced(comment(14), hit, site)
    assert silenced(comment(9, own_line=True), hit, site, source="\n" * 8 + '# ignore\nS = """\n')
    assert not silenced(comment(14), hit)
    assert not silenced(comment(15), hit, site)


@pytest.mark.parametrize(
    "between", ["", "\n", "# why\n", "\n    # why\n\n# and more\n"], ids=["next", "blank", "comment", "several"]
)
def test_comment_on_a_line_of_its_own_is_about_the_next_line_of_code(between: str) -> None:
    source = f"# ignore\n{between}x = 1\ny = 2\n"
    line = source.count("\n") - 1
    assert silenced(comment(1, own_line=True), Hit(at(line), "m"), source=source)
    assert not silenced(comment(1, own_line=True), Hit(at(line + 1), "m"), source=source)


def test_comment_behind_code_is_not_about_the_next_line() -> None:
    assert not silenced(comment(1), Hit(at(2), "m"), source="x = 1  # ignore\ny = 2\n")


BRACKETS = """\
S = (  # ignore
    "one"
    "two"
)
x = 1
"""


@pytest.mark.parametrize(("line", "fits"), [(2, True), (3, True), (4, True), (5, False)])
def test_comment_where_a_bracket_opens_reaches_to_its_end(line: int, fits: bool) -> None:
    assert silenced(comment(1), Hit(at(line), "m"), source=BRACKETS) is fits
    assert silenced(comment(1, own_line=True), Hit(at(line + 1), "m"), source="# ignore\n" + BRACKETS) is fits


def test_comment_above_a_function_is_not_about_its_body() -> None:
    source = "# ignore\ndef f(\n    x,\n):\n    return x\n"
    assert silenced(comment(1, own_line=True), Hit(at(3), "m"), source=source)
    assert not silenced(comment(1, own_line=True), Hit(at(5), "m"), source=source)


def test_comment_of_a_template() -> None:
    source = "{# promptlint: ignore #}\n\n# A heading\ntext\n"
    directive = comment(1, own_line=True, path="p.j2")
    assert silenced(directive, Hit(at(3, path="p.j2"), "m"), source=source)
    assert not silenced(directive, Hit(at(4, path="p.j2"), "m"), source=source)


def test_comment_at_the_end_of_a_file_that_was_not_kept() -> None:
    assert silenced(comment(1, own_line=True), Hit(at(1), "m"))


def test_other_directives_silence_nothing() -> None:
    assert list(Suppressions(Project(directives=(Directive("id", at(1), ("x",)),)))) == []


def test_lines_are_those_of_python() -> None:
    assert source_lines("a\r\nb\rc\nd\x0ce\u2028f") == ["a", "b", "c", "d\x0ce\u2028f"]
