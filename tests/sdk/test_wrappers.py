"""Functions that send what their callers fix, and the callers as call sites."""

from __future__ import annotations

from pathlib import Path

from promptlint.request import CallSite
from tests.source.reading import Sources, read

ASK = "from pydantic_ai import Agent\n"


def sites(root: Path, sources: str | Sources) -> list[CallSite]:
    project = read(root, sources)
    assert project.problems == ()
    return list(project.calls)


def test_a_callers_provider_goes_with_its_own_name(tmp_path: Path) -> None:
    source = f"""{ASK}
def run(provider, name):
    Agent(f"{{provider}}:{{name}}").run_sync("Hi")

run("openai", "gpt-4o")
run("anthropic", "claude-opus-5-5")
"""
    sender, caller = sites(tmp_path, source)
    assert (sender.role, sender.request.model.values) == ("wrapper", ())
    assert (caller.place.line, caller.request.model.values) == (7, ("anthropic:claude-opus-5-5",))


def test_a_part_of_a_name_does_not_fix_it(tmp_path: Path) -> None:
    source = f"""{ASK}
def run(name):
    Agent(f"anthropic:{{name}}").run_sync("Hi")

run(input())
"""
    [sender] = sites(tmp_path, source)
    assert (sender.role, sender.request.model.values, sender.request.model.complete) == ("call", (), False)
