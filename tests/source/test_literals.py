from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.request import Hole, Piece, Place
from promptlint.source.literals import fstring_pieces, string_piece
from promptlint.source.text_file import SourceFile, parse
from tests.source.reading import asked, only_call, spelled


def literal(source: str) -> tuple[SourceFile, Piece]:
    """The piece of the one string that a source holds."""
    file = parse("a.py", source.encode())
    [node] = [node for node in ast.walk(file.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return file, string_piece(file, node)


def parts(source: str) -> list[Piece]:
    """The pieces of the first f-string of a source, in order."""
    file = parse("a.py", source.encode())
    node = next(node for node in ast.walk(file.tree) if isinstance(node, ast.JoinedStr))
    return list(fstring_pieces(file, node).values())


def characters(source: str, piece: Piece) -> list[str]:
    """The source text of every character of a piece; the end of a line stands behind its last character."""
    return [spelled(source, piece.locate(at, at + 1)) or "\n" for at in range(len(piece.text))]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 'abc'", ["a", "b", "c"]),
        ('x = """a\nb"""', ["a", "\n", "b"]),
        ("x = r'a\\n'", ["a", "\\", "n"]),
        ("x = u'ab'", ["a", "b"]),
        ("x = 'a' 'b'", ["a", "b"]),
        ("x = ('a'\n     \"b\"  # 'c'\n     r'\\d')", ["a", "b", "\\", "d"]),
        ("x = ''", []),
        ("é = 'aé漢🙂b'", ["a", "é", "漢", "🙂", "b"]),
        ("x = 'a\tb'", ["a", "\t", "b"]),
        ("if x:\n\ty = '\ta'", ["\t", "a"]),
    ],
)
def test_every_character_stands_where_it_is_written(source: str, expected: list[str]) -> None:
    _, piece = literal(source)
    assert characters(source, piece) == expected


@pytest.mark.parametrize(
    ("body", "value", "starts"),
    [
        (r"a\nb", "a\nb", [0, 1, 3]),
        (r"\x41b", "Ab", [0, 4]),
        (r"\u00e9b", "éb", [0, 6]),
        (r"\U0001F642b", "🙂b", [0, 10]),
        (r"\N{EURO SIGN}b", "€b", [0, 13]),
        (r"\1018", "A8", [0, 4]),
        (r"\0b", "\0b", [0, 2]),
        (r"\d+", "\\d+", [0, 1, 2]),
        (r"\\n", "\\n", [0, 2]),
        (r"a\'b", "a'b", [0, 1, 3]),
    ],
)
def test_escapes(body: str, value: str, starts: list[int]) -> None:
    source = f"x = '{body}'"
    _, piece = literal(source)
    assert piece.text == value
    assert [piece.locate(at, at + 1).column - 6 for at in range(len(value))] == starts


def test_a_line_continued_by_a_backslash_leaves_nothing() -> None:
    source = "x = 'ab\\\ncd' \\\n    'e'"
    _, piece = literal(source)
    assert piece.text == "abcde"
    assert characters(source, piece) == list("abcde")
    assert piece.locate(2, 4) == Place("a.py", 2, 1, 2, 3)
    assert piece.locate(4, 5) == Place("a.py", 3, 6, 3, 7)


def test_a_span_over_two_literals_reaches_from_the_first_to_the_last_character() -> None:
    source = 'x = ("one\\n"\n     "two")'
    _, piece = literal(source)
    assert piece.text == "one\ntwo"
    assert piece.place == Place("a.py", 1, 6, 2, 11)
    assert piece.locate(2, 5) == Place("a.py", 1, 9, 2, 8)


def test_an_empty_span_is_the_whole_literal() -> None:
    _, piece = literal("x = 'abc'")
    assert piece.locate(1, 1) == Place("a.py", 1, 5, 1, 10)


def test_columns_count_code_points_behind_wide_characters() -> None:
    source = "x = f('é漢🙂', y='ab')"
    file = parse("a.py", source.encode())
    second = next(n for n in ast.walk(file.tree) if isinstance(n, ast.Constant) and n.value == "ab")
    piece = string_piece(file, second)
    assert piece.place == Place("a.py", 1, 16, 1, 20)
    assert piece.locate(1, 2) == Place("a.py", 1, 18, 1, 19)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    source = f'y = 1{end}x = """one{end}two\\{end}three"""{end}z = 2'
    _, piece = literal(source)
    assert piece.text == "one\ntwothree"
    assert piece.locate(4, 7) == Place("a.py", 3, 1, 3, 4)
    assert piece.locate(7, 12) == Place("a.py", 4, 1, 4, 6)


def test_fstring_parts_stand_between_their_fields() -> None:
    source = "x = f'é{a}漢 {b!r:>{w}}🙂'"
    pieces = parts(source)
    assert [piece.text for piece in pieces] == ["é", "漢 ", "🙂"]
    assert [spelled(source, piece.place) for piece in pieces] == ["é", "漢 ", "🙂"]


def test_fstring_braces_are_one_character_of_two() -> None:
    source = "x = f'a{{b}}{c}d'"
    first, second = parts(source)
    assert (first.text, second.text) == ("a{b}", "d")
    assert [first.locate(at, at + 1).column for at in range(4)] == [7, 8, 10, 11]
    assert second.place == Place("a.py", 1, 16, 1, 17)


def test_fstring_in_an_fstring() -> None:
    source = 'x = f"a{f"b{c}d"}e"'
    file = parse("a.py", source.encode())
    outer, inner = [n for n in ast.walk(file.tree) if isinstance(n, ast.JoinedStr)]
    assert [spelled(source, p.place) for p in fstring_pieces(file, outer).values()] == ["a", "e"]
    assert [spelled(source, p.place) for p in fstring_pieces(file, inner).values()] == ["b", "d"]


def test_fstring_with_plain_and_raw_neighbours() -> None:
    source = "x = ('a\\n' f'b{c}\\t'\n     rf'\\d{e}' 'f{{')"
    first, second, third = parts(source)
    assert [first.text, second.text, third.text] == ["a\nb", "\t\\d", "f{{"]
    assert spelled(source, first.locate(2, 3)) == "b"
    assert spelled(source, second.locate(1, 3)) == "\\d"
    assert second.locate(1, 3) == Place("a.py", 2, 9, 2, 11)
    assert spelled(source, third.locate(0, 3)) == "f{{"


def test_fstring_over_lines_with_a_field_over_lines() -> None:
    source = 'x = f"""one {\n    a +\n    b\n} two\nthree"""'
    first, second = parts(source)
    assert (first.text, second.text) == ("one ", " two\nthree")
    assert second.locate(0, 4) == Place("a.py", 4, 2, 4, 6)
    assert second.locate(5, 10) == Place("a.py", 5, 1, 5, 6)


def test_debug_field_writes_its_expression() -> None:
    source = "x = f'a {b = } c'"
    pieces = parts(source)
    assert [piece.text for piece in pieces] == ["a b = ", " c"]
    assert spelled(source, pieces[1].place) == " c"


def test_escape_that_names_a_brace_in_an_fstring() -> None:
    source = r"x = f'\N{BULLET} {a} \x7bb'"
    first, second = parts(source)
    assert (first.text, second.text) == ("• ", " {b")
    assert spelled(source, second.locate(2, 3)) == "b"


def test_a_literal_of_a_call_keeps_its_place(tmp_path: Path) -> None:
    source = (
        "import anthropic\n"
        "client = anthropic.Anthropic()\n"
        'client.messages.create(model="m", max_tokens=1, messages=[], system="é\\n" "reply")\n'
    )
    [piece] = only_call(tmp_path, source).request.system.text.parts
    assert isinstance(piece, Piece)
    assert piece.text == "é\nreply"
    assert spelled(source, piece.place) == '"é\\n" "reply"'
    assert spelled(source, piece.locate(2, 7)) == "reply"


def test_the_hole_of_a_field_is_named_as_written(tmp_path: Path) -> None:
    assert asked(tmp_path, "def f(a):\n    ask(f'x {a.b[0]:>5} {a!r} {a}')") == "x {a.b[0]} {a} {a}"


def test_a_literal_too_long_to_read_again_has_its_own_place() -> None:
    source = "x = 'a\\n" + "b" * 200_000 + "'"
    _, piece = literal(source)
    assert len(piece.text) == 200_002
    assert piece.locate(5, 6) == piece.place


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_found_again(text: str, other: str) -> None:
    source = f"x = ({text!r}\n  {other!r})"
    _, piece = literal(source)
    assert piece.text == text + other
    for at, character in enumerate(piece.text):
        place = piece.locate(at, at + 1)
        assert _first_character(source.split("\n")[place.line - 1][place.column - 1 :]) == character


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])))
def test_any_raw_triple_quoted_text_is_found_again(text: str) -> None:
    text = text.replace("'", "").rstrip("\\")
    source = f"x = r'''{text}'''"
    _, piece = literal(source)
    assert piece.text == text
    assert characters(source, piece) == list(text)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_fstring_text_is_found_again(before: str, after: str) -> None:
    quoted = [repr(text)[1:-1].replace("{", "{{").replace("}", "}}") for text in (before, after)]
    quote = "'" if repr(before + after)[0] == "'" else '"'
    if any(quote in text.replace(f"\\{quote}", "") for text in quoted):
        return
    source = f"x = f{quote}{quoted[0]}{{y}}{quoted[1]}{quote}"
    pieces = parts(source)
    assert [piece.text for piece in pieces] == [text for text in (before, after) if text]
    for piece in pieces:
        place = piece.locate(0, len(piece.text))
        assert "{y}" not in spelled(source, place)


def _first_character(source: str) -> str:
    """The character that a source begins with, or that the escape at its start makes."""
    if source[0] != "\\":
        return source[0]
    for end in range(2, 11):
        try:
            value = ast.literal_eval(f"'{source[:end]}'")
        except SyntaxError:
            continue
        return str(value)[0]
    raise AssertionError(source)


def test_holes_have_the_place_of_their_field(tmp_path: Path) -> None:
    source = (
        "import anthropic\n"
        "def f(name):\n"
        '    anthropic.Anthropic().messages.create(model="m", max_tokens=1, messages=[], system=f"é{name}")\n'
    )
    hole = only_call(tmp_path, source).request.system.text.parts[1]
    assert isinstance(hole, Hole)
    assert (hole.name, hole.origin, hole.lifetime) == ("name", "parameter", "request")
    assert spelled(source, hole.place) == "name"
