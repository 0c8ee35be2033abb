from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.analysis import analyse
from promptlint.files import Files, Prompts
from promptlint.request import Place
from promptlint.settings import Settings
from tests.prompts.reading import problem, prompt, read, written


def test_the_whole_text_is_one_prompt(tmp_path: Path) -> None:
    call = prompt(tmp_path, "prompts/system.md", "# Role\nYou are an assistant.\n")
    assert (call.id, call.place, call.function) == (
        "prompts/system.md",
        Place("prompts/system.md", 1, 1, 1, 1),
        "<prompt>",
    )
    assert (call.api, call.is_prompt, call.is_body) == ("prompt.file", True, False)
    assert call.request.system.text.known == "# Role\nYou are an assistant.\n"
    (piece,) = call.request.system.text.pieces()
    assert piece.locate(7, 10) == Place("prompts/system.md", 2, 1, 2, 4)


@pytest.mark.parametrize("name", ["a.txt", "a.prompt", "a", "A.MD", "a.yaml", "a.hbs"])
def test_any_other_name_is_a_text(tmp_path: Path, name: str) -> None:
    assert prompt(tmp_path, name, "Be brief.").request.system.text.known == "Be brief."


def test_line_ends_and_the_byte_order_mark_are_not_sent(tmp_path: Path) -> None:
    call = prompt(tmp_path, "a.txt", b"\xef\xbb\xbfOne\r\nTwo\r\n")
    assert call.request.system.text.known == "One\nTwo\n"
    (piece,) = call.request.system.text.pieces()
    assert piece.locate(4, 7) == Place("a.txt", 2, 1, 2, 4)


def test_an_empty_file_is_an_empty_prompt(tmp_path: Path) -> None:
    request = prompt(tmp_path, "a.txt", "").request
    assert (request.system.present, request.system.text.known) == (False, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello {name}, ask {user.team}.", "Hello <name>, ask <user.team>."),
        ("Hello {{ name }} and {{.name}}.", "Hello <name> and <name>."),
        ("Hello ${name}.", "Hello <name>."),
        ('Answer {"label": "a"} or {} or {0}.', 'Answer {"label": "a"} or {} or {0}.'),
        ("Write \\frac{a} as f{x}.", "Write \\frac{a} as f{x}."),
        ("{{{name}}} {{ not a name }}", "<name> {{ not a name }}"),
    ],
)
def test_names_in_braces_are_holes(tmp_path: Path, text: str, expected: str) -> None:
    found = prompt(tmp_path, "a.txt", text).request.system.text
    assert written(found) == expected
    assert found.written == text
    assert all(hole.origin == "parameter" for hole in found.holes())


def test_the_model_is_what_the_user_says(tmp_path: Path) -> None:
    model = prompt(tmp_path, "a.txt", "Be brief.", ("claude-haiku-5-5", "claude-opus-5-5")).request.model
    assert (model.values, model.complete, model.how) == (("claude-haiku-5-5", "claude-opus-5-5"), True, "config")
    assert model.place is None


def test_without_one_it_is_unknown(tmp_path: Path) -> None:
    model = prompt(tmp_path, "a.txt", "Be brief.").request.model
    assert (model.values, model.complete) == ((), False)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x" * 1_000_001, "a.md: the file is larger than 1 MB [no prompt is that long]"),
        (b"\x89PNG\r\n\0\0", "a.md: is a binary file, not a prompt [name text files]"),
        ("Hi".encode("utf-16"), "a.md:1: is encoded as UTF-16 [save the file as UTF-8]"),
        (b"One\nTw\xf6\n", "a.md:2: byte 0xf6 is not valid UTF-8 [save the file as UTF-8]"),
    ],
)
def test_what_is_no_text_is_a_problem(tmp_path: Path, content: bytes, expected: str) -> None:
    assert problem(tmp_path, "a.md", content) == expected


def test_a_file_that_vanished_is_a_problem(tmp_path: Path) -> None:
    (found,) = analyse(Files(tmp_path, (), Prompts(("gone.md",))), Settings(tmp_path)).problems
    assert (found.path, found.message) == ("gone.md", "cannot be read: there is no such file below the project's root")


def test_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\0")
    (tmp_path / "b.md").write_text("Be brief.")
    project = analyse(Files(tmp_path, (), Prompts(("a.md", "b.md"))), Settings(tmp_path))
    assert ([call.id for call in project.calls], [found.path for found in project.problems]) == (["b.md"], ["a.md"])
    assert project.files == 2


CODE = """\
import anthropic
from pathlib import Path

anthropic.Anthropic().messages.create(
    model="claude-haiku-5-5", max_tokens=9, system=Path("used.md").read_text(), messages=[]
)
"""


def test_a_configured_prompt_that_a_call_sends_is_left_to_that_call(tmp_path: Path) -> None:
    for name, text in {"app.py": CODE, "used.md": "Be brief.", "unused.md": "Be kind."}.items():
        (tmp_path / name).write_text(text)
    prompts = Prompts(configured=("unused.md", "used.md"))
    found = [call.id for call in analyse(Files(tmp_path, ("app.py",), prompts), Settings(tmp_path)).calls]
    assert found == ["app.py::<module>", "unused.md"]
    named = Prompts(("used.md",), ("unused.md", "used.md"))
    found = [call.id for call in analyse(Files(tmp_path, ("app.py",), named), Settings(tmp_path)).calls]
    assert found == ["app.py::<module>", "unused.md", "used.md"]


AGENT = """\
---
name: reviewer
model: claude-opus-5-5  # the large one
max_tokens: 4000
tools: [Read, Grep]
---
You review code.
"""


def test_front_matter_names_the_model_and_is_not_sent(tmp_path: Path) -> None:
    call = prompt(tmp_path, "a.md", AGENT, ("claude-haiku-5-5",))
    assert call.request.system.text.known == "You review code.\n"
    assert call.request.system.place == Place("a.md", 7, 1, 7, 18)
    model, cap = call.request.model, call.request.max_tokens
    assert (model.values, model.how, model.place) == (("claude-opus-5-5",), "literal", Place("a.md", 3, 8, 3, 23))
    assert (cap.only, cap.place) == (4000, Place("a.md", 4, 13, 4, 17))


def test_inherited_model_is_what_the_user_says(tmp_path: Path) -> None:
    text = "---\nmodel: inherit\n---\nYou review code.\n"
    assert prompt(tmp_path, "a.md", text, ("claude-haiku-5-5",)).request.model.only == "claude-haiku-5-5"


@pytest.mark.parametrize(
    "text",
    [
        "---\nJust a rule, and no mapping.\n---\nBe brief.",
        "---\nmodel: claude-haiku-5-5\nBe brief.",
        "\n---\nmodel: claude-haiku-5-5\n---\nBe brief.",
        "---\n---\nBe brief.",
    ],
)
def test_lines_that_are_no_front_matter_are_sent(tmp_path: Path, text: str) -> None:
    assert prompt(tmp_path, "a.md", text).request.system.text.known == text


@pytest.mark.parametrize(
    ("lines", "model", "cap"),
    [
        (
            "description: Use it when: <example>Context: any</example>\nmodel: claude-haiku-5-5",
            "claude-haiku-5-5",
            None,
        ),
        ("model: 'anthropic/claude-haiku-5-5'\nmax_tokens: \"9\"", "anthropic/claude-haiku-5-5", 9),
        ("model:\n  name: claude-haiku-5-5\n  max_tokens: 5", None, None),
        ("max_tokens: many\nmodel: sonnet", None, None),
        ("# of the desk\nmodel: gpt-4o", None, None),
    ],
)
def test_front_matter_is_read_line_by_line(tmp_path: Path, lines: str, model: str | None, cap: int | None) -> None:
    request = prompt(tmp_path, "a.md", f"---\n{lines}\n---\nBe brief.").request
    assert (request.model.only, request.max_tokens.only) == (model, cap)
    assert request.system.text.known == "Be brief."


def test_a_template_keeps_its_texts_and_leaves_holes(tmp_path: Path) -> None:
    text = "---\nmodel: claude-haiku-5-5\n---\nHello {{ user.name }}.{# a note #}\n{% if vip %}Be kind.{% endif %}\n"
    call = prompt(tmp_path, "a.md.J2", text)
    assert written(call.request.system.text) == "Hello <user.name>.\n(Be kind.|)"
    assert call.request.model.only == "claude-haiku-5-5"
    (kind,) = [piece for piece in call.request.system.text.pieces() if piece.text == "Be kind."]
    assert kind.locate(0, 2) == Place("a.md.J2", 5, 13, 5, 15)


def test_a_template_that_is_included_is_looked_for_in_the_folders_around(tmp_path: Path) -> None:
    text = "{% include 'b.j2' %} {% include 'shared/c.j2' %} {% include 'none.j2' %}"
    others = {"prompts__b_j2": "Bee", "shared__c_j2": "See"}
    call = prompt(tmp_path, "prompts/a.j2", text, **others)
    assert written(call.request.system.text) == "Bee See <...>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi\n{{ name }\n", "a.j2:2: this is not valid Jinja: unexpected '}' [correct the file]"),
        (
            "{% include 'b.j2' %}",
            "b.j2:1: this is not valid Jinja: unexpected '}' [correct the file, which a.j2 includes]",
        ),
        ("{% include 'a.j2' %}" * 2, None),
        ("{% for a in range(9) %}" * 200 + "x" + "{% endfor %}" * 200, None),
    ],
)
def test_a_template_with_errors_is_a_problem(tmp_path: Path, text: str, expected: str | None) -> None:
    project = read(tmp_path, "a.j2", text, b_j2="{{ }")
    if expected is None:
        assert len(project.problems) <= 1
    else:
        assert problem(tmp_path, "a.j2", text, b_j2="{{ }") == expected


def test_comments_of_a_template(tmp_path: Path) -> None:
    first, second = "{#- promptlint: id=greeting -#}", "Hello {# promptlint: ignore[PL401, PL406] wanted #}"
    text = f"{first}\n{second}\n{{# promptlint: ignroe #}}\n"
    project = read(tmp_path, "a.j2", text)
    assert [call.id for call in project.calls] == ["greeting"]
    assert [(d.kind, d.codes, d.reason, d.own_line) for d in project.directives] == [
        ("id", (), "greeting", True),
        ("ignore", ("PL401", "PL406"), "wanted", False),
        ("unknown", (), "ignroe", True),
    ]
    assert project.directives[1].place == Place("a.j2", 2, 7, 2, 52)
