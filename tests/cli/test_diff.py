"""`promptlint diff` on a repository that is made here, with one commit for each kind of change."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import main

TODAY = ("--today", "2026-11-22")

LINE = "You sort the tickets of a shop that sells garden tools to people in many countries.\n"

FILES = {
    "pyproject.toml": """\
[tool.promptlint.budget]
max-increase-per-call = "20%"

[tool.promptlint.workloads."app/sort.py::sort"]
calls-per-day = 1000
output-tokens = 100
""",
    "app/__init__.py": "",
    "app/settings.py": 'MODEL = "claude-haiku-5-5"\n',
    "app/client.py": "import anthropic\n\nclient = anthropic.Anthropic()\n",
    "app/sort.py": f'''\
from app.client import client
from app.settings import MODEL

SYSTEM = """{LINE}"""


def sort(ticket):
    return client.messages.create(
        model=MODEL, max_tokens=500, system=SYSTEM, messages=[{{"role": "user", "content": ticket}}]
    )
''',
    "app/book.py": f'''\
from app.client import client

RULES = """{LINE * 200}"""


def ask(question):
    return client.messages.create(
        model="claude-sonnet-5-5",
        max_tokens=500,
        system=[{{"type": "text", "text": RULES, "cache_control": {{"type": "ephemeral"}}}}],
        messages=[{{"role": "user", "content": question}}],
    )
''',
    "app/llm.py": """\
from app.client import client


def complete(prompt):
    return client.messages.create(
        model="claude-haiku-5-5", max_tokens=100, messages=[{"role": "user", "content": prompt}]
    )
""",
    "app/greet.py": """\
from app.llm import complete


def greet():
    return complete("Write a short greeting for the owner of a garden who comes back to the shop.")
""",
    "app/letter.py": """\
from pathlib import Path

from app.client import client


def letter(name):
    return client.messages.create(
        model="claude-haiku-5-5",
        max_tokens=800,
        system=Path(__file__).with_name("letter.md").read_text(),
        messages=[{"role": "user", "content": name}],
    )
""",
    "app/letter.md": "Write a letter to a customer whose order is late. Say sorry once, and name the new date.\n",
}

TWILIO = """\
from twilio.rest import Client

client = Client()


def send(text):
    return client.messages.create(to="+1", from_="+2", body=text)
"""

BOOK_IS_READ = """
[tool.promptlint.workloads."app/book.py::ask"]
calls-per-day = 5000
input-tokens = 5203
output-tokens = 300
hit-rate = 0.9
"""


@dataclass
class Repo:
    """A repository with one commit, in the current directory."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.put(name, text.replace(old, new))

    def commit(self, message: str = "a change") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = main.run(["diff", *TODAY, *arguments])
        return code, *self.capsys.readouterr()

    def diff(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """The exit code and the document; the last commit against the one before, unless told otherwise."""
        code, out, err = self.run(*(arguments or ("HEAD~1", "HEAD")), "--output-format", "json")
        assert err == ""
        document: dict[str, Any] = json.loads(out)
        return code, document


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Repo:
    folder = tmp_path / "shop"
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(folder)
    made = Repo(folder, capsys)
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.email", "shop@example.com")
    made.git("config", "user.name", "Shop")
    for name, text in FILES.items():
        made.put(name, text)
    made.commit("all of it")
    return made


def changed(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The calls that are not as they were, by the id that they are known by."""
    return {call["key"]: call for call in document["calls"] if call["change"] != "unchanged"}


def amounts(call: dict[str, Any]) -> list[float | None]:
    """USD for one call more: at least, likely, at most."""
    found: dict[str, float | None] = call["delta_per_call_usd"]
    return [found[end] for end in ("low", "value", "high")]


def test_a_prompt_that_grows_200_fold(repo: Repo) -> None:
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    code, document = repo.diff()
    (call,) = changed(document).values()
    assert (code, document["verdict"], document["over_budget"]) == (3, "fail", True)
    assert (call["id"], call["change"], call["aspects"]) == ("app/sort.py::sort", "changed", ["system"])
    # 25 tokens of system prompt become 5,199, at $0.10 a million: what the ticket adds is the same on both sides.
    assert amounts(call) == pytest.approx([0.0005019, 0.0005174, 0.0005329])
    assert call["delta_per_1000_calls_usd"]["value"] == pytest.approx(0.5174)
    assert call["delta_per_month_usd"]["value"] == pytest.approx(0.0005174 * 1000 * 365 / 12)
    assert [reason["message"] for reason in document["reasons"]] == [
        "app/sort.py::sort costs $0.000517 more a call (+974%) for its input and output; allowed is 20% more"
    ]


def test_a_cache_marker_that_is_removed_may_cost_more_or_less_without_traffic(repo: Repo) -> None:
    repo.edit("app/book.py", ', "cache_control": {"type": "ephemeral"}', "")
    repo.commit()
    code, document = repo.diff()
    (call,) = changed(document).values()
    assert (code, document["verdict"]) == (0, "warn")
    assert (call["id"], call["aspects"]) == ("app/book.py::ask", ["caching"])
    assert (call["before"]["cache_breakpoints"], call["after"]["cache_breakpoints"]) == (1, 0)
    assert amounts(call) == pytest.approx([-0.003306, None, 0.0102078])
    assert [found["code"] for found in document["findings"]["new"]] == ["PL103"]
    assert document["cache_invalidations"] == []
    (reason,) = document["reasons"]
    assert reason["message"].startswith("app/book.py::ask may cost between $0.00331 less and $0.0102 more a call")


def test_a_cache_marker_that_is_removed_costs_more_where_the_cache_is_read(repo: Repo) -> None:
    repo.put("pyproject.toml", FILES["pyproject.toml"] + BOOK_IS_READ)
    repo.commit()
    repo.edit("app/book.py", ', "cache_control": {"type": "ephemeral"}', "")
    repo.commit()
    code, document = repo.diff()
    (call,) = changed(document).values()
    assert (code, document["verdict"]) == (3, "fail")
    prefix, question = 5199, 4
    before = (prefix * (0.9 * 0.05 + 0.1 * 1.25) + question) * 2e-6
    assert call["delta_per_call_usd"]["value"] == pytest.approx((prefix + question) * 2e-6 - before)
    assert call["delta_per_call_usd"]["low"] > 0.2 * before


def test_a_model_that_changes_in_an_imported_settings_file(repo: Repo) -> None:
    repo.edit("app/settings.py", "haiku-5-5", "opus-5-5")
    repo.commit()
    code, document = repo.diff()
    (call,) = changed(document).values()
    assert (code, document["verdict"]) == (3, "fail")
    assert (call["id"], call["aspects"]) == ("app/sort.py::sort", ["model"])
    assert [call[side]["model"]["ids"] for side in ("before", "after")] == [["claude-haiku-5-5"], ["claude-opus-5-5"]]
    # The ticket costs more as well, nobody knows how much: that is the least.
    assert amounts(call) == [pytest.approx(0.0020631), None, None]
    assert call["delta_reason"] == "not known before it runs: ticket"


def test_the_caller_of_a_wrapper_that_passes_a_bigger_prompt(repo: Repo) -> None:
    more = "Think of all the things in the shop and of the season of the year before you begin. Write a short greeting"
    repo.edit("app/greet.py", "Write a short greeting", more)
    repo.commit()
    code, document = repo.diff()
    (call,) = changed(document).values()
    assert (code, document["verdict"]) == (3, "fail")
    assert (call["id"], call["aspects"]) == ("app/greet.py::greet", ["messages"])
    assert amounts(call) == pytest.approx([2.1e-06, 2.2e-06, 2.3e-06])
    assert {call["id"] for call in document["calls"]}.isdisjoint({"app/llm.py::complete"})


def test_a_prompt_file_that_is_edited(repo: Repo) -> None:
    repo.edit("app/letter.md", "Say sorry once", "Say sorry once or twice, in the words of the customer and the shop")
    repo.commit()
    code, document = repo.diff()
    (call,) = changed(document).values()
    assert (code, document["verdict"]) == (3, "fail")
    assert (call["id"], call["aspects"]) == ("app/letter.py::letter", ["system"])
    low, value, high = amounts(call)
    assert value == pytest.approx(1.5e-06)
    assert low is not None and high is not None and low < 1.5e-06 < high


def test_a_file_that_is_only_renamed(repo: Repo) -> None:
    repo.git("mv", "app/book.py", "app/manual.py")
    repo.commit()
    code, document = repo.diff()
    assert (code, document["verdict"], document["reasons"], changed(document)) == (0, "pass", [], {})
    assert document["findings"] == {"new": [], "gone": []}
    (call,) = (call for call in document["calls"] if call["moved"])
    assert (call["before"]["id"], call["after"]["id"]) == ("app/book.py::ask", "app/manual.py::ask")
    assert amounts(call) == [0, 0, 0]


def test_a_function_that_moves_to_another_file_keeps_its_workload(repo: Repo) -> None:
    body = FILES["app/sort.py"].partition("\n\n\n")[2]
    repo.edit("app/sort.py", body, "")
    repo.put(
        "app/desk.py",
        f"from app.client import client\nfrom app.settings import MODEL\nfrom app.sort import SYSTEM\n\n\n{body}",
    )
    repo.commit()
    code, document = repo.diff()
    assert (code, document["verdict"], changed(document)) == (0, "pass", {})
    (call,) = (call for call in document["calls"] if call["moved"])
    assert (call["key"], call["id"]) == ("app/sort.py::sort", "app/desk.py::sort")
    assert call["after"]["calls_per_month"] == call["before"]["calls_per_month"] == pytest.approx(1000 * 365 / 12)


def test_whitespace_only(repo: Repo) -> None:
    repo.edit(
        "app/sort.py", "        model=MODEL, max_tokens=500,", "\n\n        model = MODEL,\n        max_tokens= 500,"
    )
    repo.commit()
    code, document = repo.diff()
    assert (code, document["verdict"], changed(document)) == (0, "pass", {})
    assert not any(call["moved"] for call in document["calls"])


def test_a_call_of_another_service_is_none(repo: Repo) -> None:
    repo.put("app/sms.py", TWILIO)
    repo.commit()
    code, document = repo.diff()
    assert (code, document["verdict"], changed(document)) == (0, "pass", {})
    assert len(document["calls"]) == 4


def test_a_budget_that_is_raised_in_the_same_change(repo: Repo) -> None:
    repo.edit("pyproject.toml", "20%", "100000%")
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    code, document = repo.diff()
    assert (code, document["verdict"]) == (3, "fail")
    assert [(reason["level"], reason["subject"], reason["message"]) for reason in document["reasons"]] == [
        (
            "warn",
            "gate",
            'the change alters the configuration: `budget.max-increase-per-call` from "20%" to "100000%"',
        ),
        (
            "fail",
            "budget",
            "app/sort.py::sort costs $0.000517 more a call (+974%) for its input and output; allowed is 20% more",
        ),
    ]
    code, document = repo.diff("HEAD~1", "HEAD", "--config-from", "head")
    assert (code, document["verdict"], document["over_budget"]) == (0, "warn", False)
