"""Prompts that are built and never sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.request import UnsentPrompt
from tests.source.reading import Sources, read, spelled

CALL = "import anthropic\nanthropic.Anthropic().messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[])\n"
TEXT = "'You are a friendly assistant who answers briefly.'"


def unsent(root: Path, source: str, others: Sources | None = None) -> list[tuple[str, str]]:
    found = read(root, {"main.py": CALL + source, **(others or {})}).unsent
    return [(prompt.name, prompt.function) for prompt in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("SYSTEM_PROMPT = TEXT", [("SYSTEM_PROMPT", "")]),
        ("SYSTEM_PROMPT: str = TEXT", [("SYSTEM_PROMPT", "")]),
        ("REVIEW_INSTRUCTIONS = TEXT.strip()", [("REVIEW_INSTRUCTIONS", "")]),
        ("REVIEW_INSTRUCTIONS = dedent(TEXT)", [("REVIEW_INSTRUCTIONS", "")]),
        ("def f(x):\n    prompt = f'{x}' + TEXT\n    return x", [("prompt", "f")]),
        ("class A:\n    async def f(self, x):\n        if x:\n            system = TEXT", [("system", "A.f")]),
        ("def f():\n    guidance = (TEXT\n        'And be kind.')", [("guidance", "f")]),
        ("SYSTEM_PROMPT = TEXT\nuse(SYSTEM_PROMPT)", []),
        ("SYSTEM_PROMPT = TEXT\n__all__ = ['SYSTEM_PROMPT']", []),
        ("SYSTEM_PROMPT = TEXT\n# SYSTEM_PROMPT is for later", []),
        ("SYSTEM_PROMPT = TEXT\nglobals()[name]", []),
        ("def f():\n    prompt = TEXT\n    return '{prompt}'.format(**locals())", []),
        ("def f():\n    prompt = TEXT\n    def g():\n        return prompt", []),
        ("def f():\n    prompt = TEXT\n    prompt += 'more'", []),
        ("def f():\n    global SYSTEM_PROMPT\n    SYSTEM_PROMPT = TEXT", []),
        ("class Prompts:\n    SYSTEM_PROMPT = TEXT", []),
        ("def f():\n    system = 'You are a system that answers briefly and is kind.'", [("system", "f")]),
        ("def f(x):\n    x.eval()\n    prompt = TEXT", [("prompt", "f")]),
        ("SYSTEM_PROMPT = 'short'", []),
        ("SYSTEM_PROMPT = load('a file with a prompt that is long enough for it')", []),
        ("SYSTEM_PROMPT = load(name)", []),
        ("GREETING = TEXT", []),
        ("PROMPT_PAGE = '<html> a page with many words that is long enough'", []),
    ],
)
def test_prompts_that_nothing_reads(tmp_path: Path, source: str, expected: list[tuple[str, str]]) -> None:
    assert unsent(tmp_path, source.replace("TEXT", TEXT) + "\n") == expected


@pytest.mark.parametrize(
    ("other", "used"),
    [
        ("from main import SYSTEM_PROMPT", True),
        ("from main import *\nprint(SYSTEM_PROMPT)", True),
        ("NAMES = ['SYSTEM_PROMPT']", True),
        ("import main\nprint(getattr(main, name))", True),
        ("import main\nprint(vars(main))", True),
        ("import main\nprint(main.MY_SYSTEM_PROMPT)", False),
    ],
)
def test_uses_in_other_files(tmp_path: Path, other: str, used: bool) -> None:
    found = unsent(tmp_path, f"SYSTEM_PROMPT = {TEXT}\n", {"other.py": other + "\n"})
    assert found == ([] if used else [("SYSTEM_PROMPT", "")])


def test_tests_and_files_that_were_not_read(tmp_path: Path) -> None:
    others: Sources = {"tests/test_a.py": f"{CALL}SYSTEM_PROMPT = {TEXT}\n", "other.py": f"OLD_PROMPT = {TEXT}\n"}
    assert unsent(tmp_path, "", others) == []


def test_the_place_is_that_of_the_name(tmp_path: Path) -> None:
    source = f"{CALL}if x:\n    SYSTEM_PROMPT = {TEXT}\n"
    [prompt] = read(tmp_path, source).unsent
    assert isinstance(prompt, UnsentPrompt)
    assert spelled(source, prompt.place) == "SYSTEM_PROMPT"
