"""What string operations send, and where its characters stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Hole, Piece
from tests.source.reading import asked, only_call, spelled


@pytest.mark.parametrize(
    ("expression", "prompt"),
    [
        ("'a' + 'b'", "ab"),
        ("'a ' + x", "a {x}"),
        ("x + ' b'", "{x} b"),
        ("'n = ' + str(3)", "n = 3"),
        ("'ab' * 3", "ababab"),
        ("2 * '-='", "-=-="),
        ("'a' * 0", ""),
        ("f'a {x} b {1 + 1} {\"c\"}'", "a {x} b 2 c"),
        ("f'{3.14159:.2f} {1000:,} {7:03d}'", "3.14 1,000 007"),
        ("f'{\"a\"!r}'", "'a'"),
        ("f'{\"ab\":>4}|'", "  ab|"),
        ("f'{True} {None}'", "True None"),
        ("f'a{{b}}'", "a{b}"),
        ("f'{x}{x}'", "{x}{x}"),
        ("f'{x.name} {x[0]} {len(x)}'", "{x.name} {x[0]} {len(x)}"),
    ],
)
def test_literals_and_operators(tmp_path: Path, expression: str, prompt: str) -> None:
    assert asked(tmp_path, f"def f(x):\n    ask({expression})") == prompt


@pytest.mark.parametrize(
    ("expression", "prompt"),
    [
        ("'a %s b' % x", "a {x} b"),
        ("'a %s %d%%' % ('b', 5)", "a b 5%"),
        ("'%(who)s: %(what)s' % {'who': 'me', 'what': x}", "me: {x}"),
        ("'%05.1f' % 3.14159", "003.1"),
        ("'%s' % 5", "5"),
        ("'%5s|' % 'a'", "    a|"),
        ("'100%' ", "100%"),
        ("'%x' % 255", "ff"),
        ("'%(a)s' % x", "{a}"),
        ("'%s %s' % x", None),
    ],
)
def test_percent(tmp_path: Path, expression: str, prompt: str | None) -> None:
    found = asked(tmp_path, f"def f(x):\n    ask({expression})")
    assert found == prompt if prompt is not None else found.count("{") == 2


@pytest.mark.parametrize(
    ("expression", "prompt"),
    [
        ("'a {} b {}'.format('x', x)", "a x b {x}"),
        ("'{1} {0}'.format('a', 'b')", "b a"),
        ("'{who}'.format(who='me')", "me"),
        ("'{who} {who}'.format(who=x)", "{x} {x}"),
        ("'{x.name}'.format(x=x)", "{x.name}"),
        ("'{x[key]}'.format(x=x)", "{x[key]}"),
        ("'{d[k]}'.format(d={'k': 'v'})", "{d[k]}"),
        ("'{a:{w}}'.format(a='b', w=3)", "{...}"),
        ("'{{literal}} {a}'.format(a='b')", "{literal} b"),
        ("'{a}'.format(**{'a': 'b'})", "b"),
        ("'{a} {b}'.format(**x)", "{a} {b}"),
        ("'{a:>3}|{b:.1f}'.format(a='x', b=2.55)", "  x|2.5"),
        ("'{!r}'.format('a')", "'a'"),
        ("'{:,}'.format(1234567)", "1,234,567"),
        ("'{a}'.format_map({'a': 'b'})", "b"),
        ("'{a}'.format_map(x)", "{a}"),
    ],
)
def test_format(tmp_path: Path, expression: str, prompt: str) -> None:
    assert asked(tmp_path, f"def f(x):\n    ask({expression})") == prompt


def test_format_reads_no_fields_in_what_it_fills_in(tmp_path: Path) -> None:
    assert asked(tmp_path, "ask('a {one} {two}'.format(one='{two}', two='2'))") == "a {two} 2"


@pytest.mark.parametrize(
    ("expression", "prompt"),
    [
        ("'a NAME b NAME'.replace('NAME', x)", "a {x} b {x}"),
        ("'a-b'.replace('-', '')", "ab"),
        ("'aaa'.replace('a', 'b', 1)", "baa"),
        ("'a'.replace('x', 'y')", "a"),
        ("f'{x} KEY'.replace('KEY', 'v')", "{x} v"),
        ("'A{A}'.replace('{A}', 'x').replace('A', 'B')", "Bx"),
        ("' '.join(['a', 'b', x])", "a b {x}"),
        ("'\\n'.join(('a', 'b'))", "a\nb"),
        ("''.join([])", ""),
        ("', '.join(x)", "{x}"),
        ("'\\n'.join(f'- {y}' for y in ['a', 'b'])", "- a\n- b"),
        ("'  a  '.strip()", "a"),
        ("'  a  '.rstrip()", "  a"),
        ("'xxaxx'.strip('x')", "a"),
        ("f'\\n{x} b\\n'.strip()", "{x} b"),
        ("'a b'.upper()", "A B"),
        ("'A'.lower()", "a"),
        ("'ab cd'.title()", "Ab Cd"),
        ("'ab CD'.capitalize()", "Ab cd"),
        ("'a,b'.split(',')[1]", "b"),
        ("', '.join(sorted(['b', 'a']))", "a, b"),
        ("', '.join(sorted({'b', 'a'}))", "a, b"),
        ("', '.join(reversed(['b', 'a']))", "a, b"),
        ("', '.join(sorted(['b', 'a'], key=x))", "[|[b|a]]{...}"),
        ("', '.join({'a', 'b'})", "{{...}}"),
        ("', '.join(list(set(['a', 'b'])))", "{{...}}"),
        ("', '.join(y for y in {'a', 'b'})", "{{...}}"),
        ("', '.join({'a'})", "a"),
        ("('a' + 'b').replace('ab', 'c')", "c"),
        ("x.replace('a', 'b')", "{x}"),
    ],
)
def test_methods(tmp_path: Path, expression: str, prompt: str) -> None:
    assert asked(tmp_path, f"def f(x):\n    ask({expression})") == prompt


@pytest.mark.parametrize(
    ("expression", "prompt"),
    [
        ('dedent("""\\\n    a\n      b\n    c\n    """)', "a\n  b\nc\n"),
        ('dedent("""\n    a\n\n    b\n    """).strip()', "a\n\nb"),
        ('dedent(f"""\n    a {x}\n    {x}\n      b\n    """)', "\na {x}\n{x}\n  b\n"),
        ('dedent(f"""\n    {x}\n    b""")', "\n{x}\nb"),
        ('dedent("""\\\n\ta\n\t b\n""")', "a\n b\n"),
        ('dedent("  a\\n   \\n  b")', "a\n\nb"),
        ('dedent("a\\n  b")', "a\n  b"),
        ('cleandoc("""a\n        b\n          c\n    """)', "a\nb\n  c"),
    ],
)
def test_dedent(tmp_path: Path, expression: str, prompt: str) -> None:
    source = f"from textwrap import dedent\nfrom inspect import cleandoc\ndef f(x):\n    ask({expression})"
    assert asked(tmp_path, source) == prompt


def test_places_survive_what_a_text_goes_through(tmp_path: Path) -> None:
    source = (
        "import anthropic\n"
        "from textwrap import dedent\n"
        'PROMPT = dedent("""\n'
        "    Be {tone}.\n"
        "    Sort é KEY mail.\n"
        '    """).strip().format(tone="kind").replace("KEY", "our")\n'
        'anthropic.Anthropic().messages.create(model="m", max_tokens=1, messages=[], system=PROMPT)\n'
    )
    text = only_call(tmp_path, source).request.system.text
    assert text.known == "Be kind.\nSort é our mail."
    assert all(isinstance(part, Piece) for part in text.parts)
    for piece in text.pieces():
        for at, character in enumerate(piece.text):
            assert spelled(source, piece.locate(at, at + 1)) == character.strip("\n")


def test_the_trail_says_where_a_text_came_from(tmp_path: Path) -> None:
    files = {
        "prompts.py": "GREETING = 'Be kind.'\n",
        "main.py": (
            "import anthropic\nfrom prompts import GREETING\n"
            "anthropic.Anthropic().messages.create(model='m', max_tokens=1, messages=[], system=GREETING)\n"
        ),
    }
    [piece] = only_call(tmp_path, files).request.system.text.parts
    assert isinstance(piece, Piece)
    assert (piece.place.path, piece.place.line, piece.place.column) == ("prompts.py", 1, 12)
    assert [(step.how, step.name) for step in piece.trail] == [
        ("literal", "GREETING"),
        ("constant", "GREETING"),
        ("import", "GREETING"),
    ]


@pytest.mark.parametrize("expression", ["'abcdef'[1:3]", "'abc'[0]", "'7'.zfill(3)", "'a.md'.removesuffix('.md')"])
def test_what_is_not_followed_is_unknown(tmp_path: Path, expression: str) -> None:
    assert asked(tmp_path, f"ask({expression})") == f"{{{expression}}}"


def test_the_order_of_a_set_is_unknown(tmp_path: Path) -> None:
    call = "anthropic.Anthropic().messages.create(model='m', messages=[], system=' '.join(T))"
    source = f"import anthropic\nT = {{'b', 'a'}}\n{call}"
    [hole] = only_call(tmp_path, source).request.system.text.parts
    assert isinstance(hole, Hole)
    assert (hole.origin, hole.lifetime) == ("unordered", "process")
    assert spelled(source, hole.place) == "{'b', 'a'}"


@pytest.mark.parametrize(
    ("source", "prompt"),
    [
        ("p = []\nif x:\n    p.append('a')\np += ['b', 'c']\nask('-'.join(p))", "[|a-]b-c"),
        ("p = []\nif x:\n    p.append('a')\nif y:\n    p.append('b')\nask('-'.join(p))", "[|a][|b|-b]"),
        ("ask('%*d!' % (5, 3))", "{3}!"),
    ],
)
def test_what_may_be_left_out(tmp_path: Path, source: str, prompt: str) -> None:
    assert asked(tmp_path, source) == prompt
