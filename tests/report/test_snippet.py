from __future__ import annotations

from promptlint.report.snippet import Excerpt
from promptlint.report.style import Palette
from promptlint.request import Place


def excerpt(source: str, *span: int, label: str = "", columns: int = 80, margin: int = 2) -> str:
    place = Place("a.py", *span)
    lines = Excerpt(place, source, label, "warning", Palette(False), columns, margin).render()
    return "\n".join(lines) + "\n"


def test_the_line_above_gives_context() -> None:
    assert excerpt("client.create(\n    system=RULES,\n", 2, 5, 2, 17, label="1,412 tokens") == (
        "   |\n 1 | client.create(\n 2 |     system=RULES,\n   |     ^^^^^^^^^^^^ 1,412 tokens\n"
    )


def test_an_empty_line_above_is_left_out() -> None:
    assert excerpt("\nx = 1\n", 2, 1, 2, 2) == "   |\n 2 | x = 1\n   | ^\n"


def test_carets_stand_under_tabs_and_wide_characters() -> None:
    assert excerpt('\tf("日本", x)', 1, 10, 1, 11) == '   |\n 1 |     f("日本", x)\n   |               ^\n'


def test_combining_marks_take_no_column() -> None:
    assert excerpt('"e\u0301", x', 1, 7, 1, 8) == '   |\n 1 | "e\u0301", x\n   |      ^\n'


def test_an_escape_in_the_source_is_one_visible_character() -> None:
    assert excerpt('"\x1b[31m", x', 1, 10, 1, 11) == '   |\n 1 | "␛[31m", x\n   |          ^\n'


def test_carriage_returns_end_lines() -> None:
    assert excerpt("a\r\nb = 1\rc = 2\n", 3, 1, 3, 2) == "   |\n 2 | b = 1\n 3 | c = 2\n   | ^\n"


def test_an_empty_span_still_has_a_caret() -> None:
    assert excerpt("abc", 1, 2, 1, 2) == "   |\n 1 | abc\n   |  ^\n"


def test_a_span_past_the_end_of_its_line_stays_in_view() -> None:
    assert excerpt("abc", 1, 4, 1, 9) == "   |\n 1 | abc\n   |    ^\n"


def test_a_file_that_is_not_at_hand_has_no_excerpt() -> None:
    place = Place("a.py", 7, 1, 7, 2)
    assert Excerpt(place, "one line", "", "info", Palette(False), 80, 1).render() == []


def test_a_long_line_is_cut_around_the_words() -> None:
    source = "before " * 30 + "MEANT" + " after" * 30
    assert excerpt(source, 1, 211, 1, 216, columns=45) == (
        "   |\n 1 | ...fore before before before MEANT af...\n   |                              ^^^^^\n"
    )


def test_words_longer_than_the_terminal_are_cut_with_their_carets() -> None:
    assert excerpt("x = " + "w" * 100, 1, 5, 1, 105, columns=40) == (
        "   |\n 1 | x = wwwwwwwwwwwwwwwwwwwwwwwwwwww...\n   |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
    )


def test_a_label_that_does_not_fit_stands_below() -> None:
    assert excerpt("call(argument_one)", 1, 6, 1, 18, label="the same on every single call", columns=40) == (
        "   |\n 1 | call(argument_one)\n   |      ^^^^^^^^^^^^\n   |      the same on every single call\n"
    )


def test_a_block_of_a_few_lines_is_shown_whole() -> None:
    assert excerpt("if x:\n    f(\n        1,\n    )\n", 2, 5, 4, 6, label="here") == (
        "   |\n 2 | /     f(\n 3 | |         1,\n 4 | |     )\n   | |_____^ here\n"
    )


def test_a_long_block_shows_its_beginning_and_its_end() -> None:
    source = 'RULES = """You are kind.\n' + "More.\n" * 9 + '"""\n'
    assert excerpt(source, 1, 9, 11, 4, label="900 tokens") == (
        "   |\n"
        ' 1 |   RULES = """You are kind.\n'
        "   |  _________^\n"
        " 2 | | More.\n"
        "...  |\n"
        '11 | | """\n'
        "   | |___^ 900 tokens\n"
    )


def test_a_block_that_ends_far_to_the_right_shows_its_first_line() -> None:
    source = 'RULES = """You are kind.\n' + "Be so. " * 30 + '"""\n'
    assert excerpt(source, 1, 9, 2, 214, label="too long") == (
        '   |\n 1 | RULES = """You are kind.\n   |         ^^^^^^^^^^^^^^^^ too long\n'
    )
