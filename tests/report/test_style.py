from __future__ import annotations

import pytest

from promptlint.report.style import Palette, visible, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\tb\nc\rd\0", "a␉b␊c␍d␀"),
        ("del\x7f", "del␡"),
        ("csi\x9b31m", "csi\ufffd31m"),
        ("abc\u202edef\u2066", "abc\ufffddef\ufffd"),
        ("\udcff.py", "\ufffd.py"),
        ("line\u2028end", "line\ufffdend"),
        ("日本 é …", "日本 é …"),
    ],
)
def test_nothing_can_steer_the_terminal(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("👍", 2), ("a\u200db", 2)])
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_paint_wraps_and_resets() -> None:
    assert Palette(True).paint("error", "x") == "\x1b[1;31mx\x1b[0m"


def test_no_escape_without_colour_and_none_around_nothing() -> None:
    assert Palette(False).paint("error", "x") == "x"
    assert Palette(True).paint("error", "") == ""
