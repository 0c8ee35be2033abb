"""Which values are put into a text before it is dedented."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import Dedent, Hole, Piece, Text, Variant
from tests.source.reading import SEND, only_call, spelled

HEAD = """import anthropic
from inspect import cleandoc
from textwrap import dedent
TWO = "a\\nb"
INDENTED = "a\\n        b"
def f(x, items, ask):
"""


def named(tmp_path: Path, body: str) -> list[tuple[str, bool]]:
    """The values that name a call which dedents them, and whether it is certain that they have several lines."""
    source = HEAD + body.replace("ask(", f"{SEND}system=")
    text = only_call(tmp_path, source).request.system.text
    found = []
    for part in parts(text):
        if part.dedent is not None:
            assert spelled(source, part.dedent.place).startswith(part.dedent.name)
            found.append((part.name if isinstance(part, Hole) else part.text, part.dedent.certain))
    return found


def parts(text: Text) -> list[Piece | Hole]:
    found: list[Piece | Hole] = []
    for part in text.parts:
        found += [inner for option in part.options for inner in parts(option)] if isinstance(part, Variant) else [part]
    return found


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("{TWO}", [("a\n", True), ("b", True)]),
        ("{INDENTED}", []),
        ("{x}", [("x", False)]),
        ("- {x}: {TWO}", [("x", False), ("a\n", True), ("b", True)]),
        ("{'; '.join(items)}", [("'; '.join(items)", False)]),
        ("{'\\n'.join(items)}", [("'\\n'.join(items)", True)]),
        ("{'\\n'.join(f'- {item}' for item in items)}", [("...", True)]),
        ("{'\\n'.join('        - ' + item for item in items)}", [("...", False)]),
        ("{TWO if x else items}", [("a\nb", True), ("items", True)]),
        ("no value", []),
    ],
)
def test_values_of_an_f_string(tmp_path: Path, field: str, expected: list[tuple[str, bool]]) -> None:
    assert named(tmp_path, f'    ask(dedent(f"""\n        Sort.\n        {field}\n    """))') == expected


def test_lines_that_a_loop_adds(tmp_path: Path) -> None:
    body = """\
    lines = ""
    for item in items:
        lines += f"- {item}\\n"
    ask(dedent(f'''
        Sort.
        {lines}
    '''))
"""
    assert named(tmp_path, body) == [("...", True)]


@pytest.mark.parametrize(
    "expression",
    [
        '''dedent(f"""\nSort.\n{TWO}""")''',
        '''dedent("""\n        Sort.\n        {text}""").format(text=TWO)''',
        '''f"""\n        Sort.\n        {TWO}"""''',
    ],
)
def test_nothing_keeps_dedent_from_its_work(tmp_path: Path, expression: str) -> None:
    assert named(tmp_path, f"    ask({expression})") == []


def test_the_first_line_of_cleandoc_has_no_margin(tmp_path: Path) -> None:
    source = HEAD + f'    {SEND}system=cleandoc(f"""Sort.\n        {{TWO}}\n      """))'
    [found] = {part.dedent for part in parts(only_call(tmp_path, source).request.system.text)} - {None}
    assert isinstance(found, Dedent)
    assert (found.name, found.indent, found.certain) == ("cleandoc", "        ", True)
