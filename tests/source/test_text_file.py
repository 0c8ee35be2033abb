from __future__ import annotations

import sys
from pathlib import Path

import pytest

from promptlint.request import Problem
from promptlint.source.text_file import Unreadable, decode, parse
from tests.source.reading import only_call, read

CALL = 'import anthropic\nanthropic.Anthropic().messages.create(model="m", max_tokens=1, messages=[], system="{}")\n'


def problem(data: bytes) -> Problem:
    with pytest.raises(Unreadable) as caught:
        parse("app/a.py", data)
    return caught.value.problem


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("x = 'é'".encode(), "x = 'é'"),
        (b"\xef\xbb\xbfx = 1", "x = 1"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "# -*- coding: latin-1 -*-\nx = 'é'"),
        (
            b"#!/usr/bin/python\n# vim: fileencoding=cp1252 :\nx = '\x80'",
            "#!/usr/bin/python\n# vim: fileencoding=cp1252 :\nx = '€'",
        ),
        ("# coding: shift_jis\nx = '漢'".encode("shift_jis"), "# coding: shift_jis\nx = '漢'"),
        (b"x = 1\n\n# coding: latin-1\ny = 2", "x = 1\n\n# coding: latin-1\ny = 2"),
        (b"", ""),
    ],
)
def test_declared_encodings(data: bytes, text: str) -> None:
    assert decode("a.py", data) == text


def test_a_byte_order_mark_shifts_no_column(tmp_path: Path) -> None:
    call = only_call(tmp_path, b"\xef\xbb\xbf" + CALL.format("é").encode())
    assert (call.place.line, call.place.column) == (2, 1)
    assert call.request.system.text.known == "é"


def test_prompt_in_a_declared_encoding(tmp_path: Path) -> None:
    source = ("# coding: latin-1\n" + CALL.format("Grüße")).encode("latin-1")
    call = only_call(tmp_path, source)
    assert call.request.system.text.known == "Grüße"
    assert (call.place.line, call.place.end_column) == (3, len(CALL.splitlines()[1]) + 4)


def test_a_bad_byte_is_a_problem_with_its_line() -> None:
    assert problem(b"x = 1\ny = 'a\xff'\n") == Problem(
        "app/a.py", "byte 0xff is not valid utf-8", 2, help="save the file as UTF-8"
    )


@pytest.mark.parametrize("source", [b"x = '\xe9'\n", b"# caf\xe9\nx = 1\n", b"#!/usr/bin/python\n# caf\xe9\n"])
def test_a_bad_byte_in_the_first_two_lines_is_no_matter_of_a_coding_line(source: bytes) -> None:
    found = problem(source)
    assert found.message == "byte 0xe9 is not valid utf-8"
    assert found.line == source.count(b"\n", 0, source.index(b"\xe9")) + 1


def test_an_unknown_encoding_is_a_problem() -> None:
    found = problem(b"# coding: klingon\nx = 1\n")
    assert found == Problem(
        "app/a.py", "the declared encoding is unknown: unknown encoding: klingon", 1, help="correct the coding line"
    )


@pytest.mark.parametrize("encoding", ["base64", "rot13", "hex", "zlib", "undefined"])
def test_a_codec_that_makes_no_text_is_a_problem(encoding: str) -> None:
    found = problem(f"# coding: {encoding}\nx = 1\n".encode())
    assert (found.line, found.help) == (1, "save the file as UTF-8")
    assert found.message.startswith("the declared encoding cannot be used: ")


def test_python_2_is_named() -> None:
    found = problem(b"import anthropic\nprint 'hello'\n")
    assert (found.line, found.help) == (2, "this is Python 2 code: exclude it")
    assert found.message.startswith("syntax error: Missing parentheses in call to 'print'")
    for line in ("print x", "exec 'x'", "raise E, 'x'", "x = 10L", "x = 0777", "if a <> b: pass", "`x`", "x = ur'x'"):
        assert problem(f"def f():\n    {line}\n".encode()).help == "this is Python 2 code: exclude it"
    both = b"try:\n    x()\nexcept ValueError, e:\n    print 'x'\n"
    assert problem(both).help == "this is Python 2 code: exclude it"


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="valid from Python 3.14 on")
@pytest.mark.parametrize("names", ["A, B", "(A, B), e", "A, B, C"])
def test_exceptions_without_parentheses_are_new_or_very_old(names: str) -> None:
    found = problem(f"try:\n    x()\nexcept {names}:\n    pass\n".encode())
    assert found.help == "only Python 3.14 or later, or Python 2, reads this: put the exceptions in parentheses"


def test_exceptions_with_a_name_need_parentheses_everywhere() -> None:
    found = problem(b"try:\n    x()\nexcept A, B as e:\n    pass\n")
    assert found.help == "no Python reads this: put the exceptions in parentheses"


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ("def f[T = int](x): pass", (3, 13)),
        ("class A[T = int]: pass", (3, 13)),
        ("type X[T = int] = T", (3, 13)),
        ("x = t'{y}'", (3, 14)),
        ('f(1, Rt"""{y}""")', (3, 14)),
        ("lazy import json", (3, 15)),
        ("x = [*y for y in z]", (3, 15)),
    ],
)
def test_newer_syntax_names_its_python(source: str, version: tuple[int, int]) -> None:
    if sys.version_info >= version:
        pytest.skip("this Python reads it")
    minor = version[1]
    assert (
        problem(f"{source}\n".encode()).help == f"Python 3.{minor} or later reads this: run promptlint with that Python"
    )


@pytest.mark.parametrize(
    "source", ["x = (1,\n", "x = 'a\n", "x = 1)\n", "x = (1]\n", "  x = 1\n", "if x:\ny = 1\n", "x = 1 \u2028\n"]
)
def test_what_no_python_reads_needs_no_newer_one(source: str) -> None:
    assert problem(source.encode()).help == "correct the code, or exclude the file"


def test_words_of_old_python_in_other_places_mean_nothing() -> None:
    assert "Python 2 " not in problem(b'"""\n    print the result\n"""\nx = "2024-01-02 `x` don\'t" y\n').help


def test_syntax_of_this_python_is_read() -> None:
    parse("a.py", b"match x:\n    case 1: pass\ntry: pass\nexcept* E: pass\ntype X = int\nf'{f\"{1}\"}'\n")


def test_a_byte_order_mark_and_another_encoding_contradict_each_other() -> None:
    found = problem(b"\xef\xbb\xbf# coding: latin-1\nx = 1\n")
    assert found.message == "the byte order mark says UTF-8, and the coding line says otherwise"
    assert (found.line, found.help) == (1, "remove one of the two")


def test_too_many_brackets() -> None:
    found = problem(b"x = 1\ny = " + b"(" * 300 + b")" * 300)
    assert (found.line, found.message) == (2, "the code is nested too deeply to parse")
    assert found.help == "exclude the file if it is generated"


def test_syntax_error_says_which_python_reads() -> None:
    found = problem(b"x = 1\ndef f(:\n    pass\n")
    assert (found.path, found.line, found.column, found.message) == ("app/a.py", 2, 7, "syntax error: invalid syntax")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert found.help == f"if the code is right, it needs a newer Python than the {version} that runs promptlint"


def test_a_null_byte_is_a_problem() -> None:
    message = "the file holds a NUL byte, which no Python source may"
    assert problem(b"x = 1\ny = 2\0\n") == Problem("app/a.py", message, 2, help="remove it, or exclude it")


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 100_000 + ")" * 100_000,
        "x = " + "[" * 3_000 + "]" * 3_000,
        "x = " + "-" * 200_000 + "1",
        "x = " + "a." * 50_000 + "b",
        "x = " + "f(" * 5_000 + ")" * 5_000,
        "x = " + "lambda: " * 20_000 + "1",
        "x = " + "not " * 100_000 + "y",
    ],
    ids=["parentheses", "brackets", "minus", "attributes", "calls", "lambdas", "not"],
)
def test_deep_nesting_is_a_problem_or_is_read(source: str) -> None:
    try:
        assert parse("a.py", source.encode()).text == source
    except Unreadable as error:
        assert error.problem.path == "a.py"


def test_a_file_above_the_limit_is_a_problem() -> None:
    found = problem(b"#" * 20_000_001)
    assert found == Problem("app/a.py", "the file is larger than 20 MB", help="exclude it")


def test_a_flood_of_f_strings_is_a_problem() -> None:
    found = problem(b'x = f"{a} and some more words"\n' * 100_000)
    assert found == Problem(
        "app/a.py",
        "the file has too many f-strings to parse in 3.1 MB of code",
        help="exclude the file if it is generated",
    )


def test_warnings_of_the_compiler_stay_silent(recwarn: pytest.WarningsRecorder) -> None:
    parse("a.py", b"x = '\\d'\nassert (x, 'always')\nx is 'a'\n")
    assert list(recwarn) == []


def test_unreadable_file_is_a_problem_only_where_it_can_matter(tmp_path: Path) -> None:
    broken = "import anthropic\nclient.messages.create(\n"
    project = read(tmp_path, {"broken.py": broken, "other.py": "def f(:", "main.py": CALL.format("x")})
    assert [(problem.path, problem.line) for problem in project.problems] == [("broken.py", 2)]
    assert [call.id for call in project.calls] == ["main.py::<module>"]
