from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.audit import Audit
from promptlint.checks.prompt_never_sent import check_project
from promptlint.findings import Hit
from promptlint.settings import Settings
from tests.checks.handmade import LEDGER, TODAY
from tests.source.reading import read

START = "import anthropic\nclient = anthropic.Anthropic()\n"
TEXT = "'You are a friendly assistant who answers briefly.'"


def hits(root: Path, source: str) -> list[Hit]:
    project = read(root, START + source.replace("TEXT", TEXT))
    return list(check_project(Audit(project, Settings(root), LEDGER, TODAY)))


def sending(arguments: str = "") -> str:
    return f"client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[]{arguments})"


def test_a_leftover_constant_is_an_information(tmp_path: Path) -> None:
    [hit] = hits(tmp_path, f"OLD_PROMPT = TEXT\n{sending()}\n")
    assert (hit.severity, hit.call, hit.related) == (None, None, ())
    assert hit.help == "Pass it to the call that it was written for (`system=OLD_PROMPT`), or delete it"


@pytest.mark.parametrize(
    ("body", "related", "call"),
    [
        ([f"system = {TEXT}", sending()], [5], "main.py::ask"),
        ([f"system = {TEXT}", sending(), sending()], [5, 6], None),
        ([sending(), f"system = {TEXT}"], [], None),
    ],
)
def test_the_requests_behind_it_lack_it(tmp_path: Path, body: list[str], related: list[int], call: str | None) -> None:
    [hit] = hits(tmp_path, "def ask():\n    " + "\n    ".join(body) + "\n")
    assert [place.place.line for place in hit.related] == related
    assert hit.call == call
    assert hit.severity == ("warning" if related else None)


def test_a_helper_that_fixes_the_system_prompt_needs_a_parameter(tmp_path: Path) -> None:
    helper = f"def reply_to(text):\n    return {sending(f', system={TEXT}').replace('[]', '[text]')}\n"
    helper += "def grade(text):\n    guidance = TEXT\n    return reply_to('Is it spam? ' + text)\n"
    [hit] = hits(tmp_path, helper)
    assert hit.help == "Give reply_to a parameter for it and send it from there as `system`, or delete it"
    assert hit.call == "main.py::grade"


def test_another_system_prompt_goes_out(tmp_path: Path) -> None:
    sent = sending(f", system={TEXT}")
    [hit] = hits(tmp_path, f"def ask():\n    guidance = TEXT\n    return {sent}\n")
    assert hit.help.startswith("Send it with or instead of the system prompt that goes out now (`system=guidance`)")
