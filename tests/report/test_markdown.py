from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from promptlint.baseline import Known
from promptlint.report import gitlab, junit, markdown, sarif
from promptlint.report.checked import Baseline, Checked
from promptlint.request import Directive, Place, Problem
from tests.report.hostile import PROBLEM, hostile, is_clean
from tests.report.samples import NOT_CACHED, RETIRED, checked, finding, over_tiered, uncached

COMMENT = Directive("ignore", Place("app/triage.py", 6, 24, 6, 60), ("PL103",), "measured")


def test_the_whole_comment() -> None:
    short = replace(uncached(), hit=replace(uncached().hit, message="A reused prompt prefix"))
    assert (
        markdown.render(checked(over_tiered(), short))
        == """\
<!-- promptlint: check -->
### promptlint: fails

Found 1 warning, 1 info in 1 call (3 files).

| | rule | what | where |
|---|---|---|---|
| warning | PL103 | A reused prompt prefix | `app/triage.py:6` |
| info | PL302 | An Opus model answers with a label | `app/triage.py:5` |

<details>
<summary><b>PL103 reused-prefix-not-cached</b>: 1 finding</summary>

`app/triage.py:6`

**Cost**: &#36;0.0056 per call uncached, &#36;0.0003 as a cache read

**Help**: mark the end of the prefix

```python
system=[{"type": "text", "text": RULES}]
```

- `app/prompts.py:3`: the prompt stands here

</details>
"""
    )


def test_nothing_to_say() -> None:
    known = replace(over_tiered(), baselined=True)
    assert markdown.render(checked(known, uncached(COMMENT))) == ""
    assert markdown.render(checked(known, uncached(COMMENT)), always=True) == (
        f"{markdown.MARKER}\n### promptlint: passes\n\nAll clear: 1 call in 3 files. 1 suppressed, 1 in the baseline.\n"
    )


def test_the_verdict() -> None:
    def verdict(of: Checked) -> str:
        return markdown.render(of).splitlines()[1]

    assert verdict(checked(over_tiered())) == "### promptlint: passes, with advice"
    assert verdict(replace(checked(over_tiered()), fail_on="info")) == "### promptlint: fails"
    broken = checked(uncached(), problems=(Problem("a.py", "invalid syntax", 3, help="mend it"),))
    assert verdict(broken) == "### promptlint: could not analyse everything"
    assert "\nNot analysed:\n\n- `a.py:3`: invalid syntax. mend it\n" in markdown.render(broken)


def test_a_secret_in_a_message_is_not_shown() -> None:
    key = "sk-ant-api03-" + "a1B2c3D4" * 6
    for renderer in (markdown, sarif, gitlab, junit):
        text = renderer.render(checked(finding(RETIRED, Place("a.py", 1, 1, 1, 9), f"m {key}", help=f"    {key}")))
        assert "sk-a***" in text
        assert key not in text


def test_what_is_stale_in_the_baseline() -> None:
    stale = (Known("a" * 64, "PL103", "app/old.py", 3),)
    assert markdown.render(replace(checked(), baseline=Baseline("old.json", stale=stale))).endswith(
        "<summary>1 finding of the baseline no longer there</summary>\n\n- PL103 `app/old.py:3`\n\n</details>\n"
    )


def test_what_is_said_in_the_same_words_is_said_once() -> None:
    first, second = (finding(RETIRED, Place(path, 1, 1, 1, 9), "m", help="write another") for path in ("a.py", "b.py"))
    text = markdown.render(checked(first, second))
    assert "`a.py:1`, `b.py:1`\n\n**Help**: write another\n" in text
    assert text.count("write another") == 1


def test_a_comment_has_an_end() -> None:
    many = [
        finding(replace(NOT_CACHED, code=f"PL{number:03}"), Place("a" * 900, 1, 1, 1, 9), "m" * 900, help="h\n" * 900)
        for number in range(500)
    ]
    text = markdown.render(checked(*many))
    assert len(text) < 65_536
    assert "<summary>30 more findings</summary>" in text
    assert "\n450 further findings had no room here.\n" in text
    assert text.count("<details>") == text.count("</details>") < 50
    assert text.endswith("had no room here.\n")


class Tags(HTMLParser):
    """The elements of a page, its attributes and its comments."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.comments: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open += [tag] if tag != "br" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def test_foreign_text_breaks_out_of_nothing() -> None:
    stale = (Known("a" * 64, "</summary>|`", "</details>\n<script>`", 3),)
    held = replace(checked(hostile(), problems=(PROBLEM,)), baseline=Baseline("old.json", stale=stale))
    text = markdown.render(held)
    assert is_clean(text)
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    found = Tags(page)
    assert found.open == []
    assert found.comments == [" promptlint: check "]
    assert found.tags <= {
        *("h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "pre"),
        *("details", "summary", "b", "strong", "ul", "li"),
    }
    assert page.count("<tr>") == 2
    assert page.count("<td>") == 4
    assert page.count("<details>") == 2
