from __future__ import annotations

import pytest

from promptlint.report.markdown_text import code, fenced, inner_html, plain


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("app/triage.py", "app/triage.py"),
        ("a | b", "a &#124; b"),
        ("</details><img src=x>", "&#60;/details&#62;&#60;img src=x&#62;"),
        ("*bold* _x_ ~~y~~", "&#42;bold&#42; &#95;x&#95; &#126;&#126;y&#126;&#126;"),
        ("[a](http://evil.example)", "&#91;a&#93;(http&#58;//evil.example)"),
        ("www.evil.example", "www&#46;evil.example"),
        ("@team, see #12", "@&#8203;team, see #&#8203;12"),
        ("# title", "#&#8203; title"),
        ("- item", "&#45; item"),
        ("1. item", "1&#46; item"),
        ("12) item", "12&#41; item"),
        ("1.5 tokens - so", "1&#46;5 tokens - so"),
        ("two\nlines", "two\u240alines"),
        ("\x1b[31mred", "\u241b&#91;31mred"),
        ("back\\slash `code` $1 & more", "back&#92;slash &#96;code&#96; &#36;1 &#38; more"),
        ("right\u202eto left", "right\ufffdto left"),
        ("", ""),
    ],
)
def test_plain_text_is_no_markup(text: str, written: str) -> None:
    assert plain(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("app/triage.py::classify", "`app/triage.py::classify`"),
        ("a b*c_d@e", "`a b*c_d@e`"),
        ("a`b", "<code>a&#96;b</code>"),
        ("a|b", "<code>a&#124;b</code>"),
        ("a\\|b</code>", "<code>a&#92;&#124;b&#60;&#47;code&#62;</code>"),
        ("a\nb", "`a\u240ab`"),
        ("  ", "<code>&nbsp;&nbsp;</code>"),
        ("", ""),
    ],
)
def test_code_is_one_span(text: str, written: str) -> None:
    assert code(text) == written


def test_html_has_no_tags_and_no_mentions() -> None:
    assert inner_html('</summary>"@me" & #1\n') == "&lt;/summary&gt;&quot;@&#8203;me&quot; &amp; #&#8203;1\u240a"


def test_a_fence_is_longer_than_those_in_it() -> None:
    assert fenced("x\r\n````\n\x1b[2J", "python") == "`````python\nx\n````\n\u241b[2J\n`````"
