"""`promptlint diff` on a repository that is made here, with one commit for each kind of change."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import diff, main

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

PICTURE = """\
import anthropic


def describe(picture):
    return anthropic.Anthropic().messages.create(
        model="claude-haiku-5-5",
        max_tokens=300,
        system="Describe what the picture shows to a person who cannot see it. {}",
        messages=[{"role": "user", "content": picture}],
    )
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


# Which calls belong together.


def test_a_call_before_another_in_one_function_is_the_new_one(repo: Repo) -> None:
    first = (
        'client.messages.create(model="claude-haiku-5-5", max_tokens=9, messages=[{"role": "user", "content": "Hi"}])'
    )
    repo.edit("app/sort.py", "    return client", f"    {first}\n    return client")
    repo.commit()
    _, document = repo.diff()
    found = {call["id"]: (call["change"], call["key"]) for call in document["calls"] if "sort" in call["id"]}
    assert found == {
        "app/sort.py::sort": ("new", "app/sort.py::sort (new)"),
        "app/sort.py::sort#2": ("unchanged", "app/sort.py::sort"),
    }


def test_a_function_that_is_renamed_moved_and_edited_is_the_same_call(repo: Repo) -> None:
    repo.git("mv", "app/letter.py", "app/mail.py")
    repo.edit("app/mail.py", "def letter(", "def apology(")
    repo.edit("app/mail.py", "max_tokens=800", "max_tokens=900")
    repo.commit()
    _, document = repo.diff()
    (call,) = changed(document).values()
    assert (call["key"], call["id"], call["change"]) == ("app/letter.py::letter", "app/mail.py::apology", "changed")
    assert (call["aspects"], amounts(call)) == (["max_tokens"], [0, 0, 0])


def test_a_call_that_is_replaced_by_another_is_gone(repo: Repo) -> None:
    repo.git("rm", "-q", "app/letter.py", "app/letter.md")
    repo.put("app/picture.py", PICTURE)
    repo.commit()
    _, document = repo.diff()
    assert {key: call["change"] for key, call in changed(document).items()} == {
        "app/letter.py::letter": "removed",
        "app/picture.py::describe": "new",
    }
    gone = changed(document)["app/letter.py::letter"]
    assert (gone["after"], gone["delta_reason"]) == ({}, "not known before it runs: name")
    low, _, high = amounts(gone)
    assert low is None and high is not None and high < 0


# What a change costs once.


def test_a_cached_prefix_that_changes_is_written_once_more(repo: Repo) -> None:
    repo.edit("app/book.py", "garden tools", "kitchen tools")
    repo.commit()
    _, document = repo.diff()
    (found,) = document["cache_invalidations"]
    assert (found["calls"], found["aspects"]) == (["app/book.py::ask"], ["system"])
    assert found["rewrite_usd"]["value"] == pytest.approx(found["tokens"]["value"] * 1.25 * 2e-6)


def test_a_newer_model_counts_the_same_text_with_another_tokenizer(repo: Repo) -> None:
    repo.edit("app/llm.py", "claude-haiku-5-5", "claude-sonnet-4-5")
    old = repo.commit()
    repo.edit("app/llm.py", "claude-sonnet-4-5", "claude-sonnet-5-5")
    repo.commit()
    _, document = repo.diff(old, "HEAD")
    (found,) = document["tokenizer_changes"]
    assert found["call"] == "app/greet.py::greet"
    assert (found["from"]["model"], found["from"]["tokenizer"]) == ("claude-sonnet-4-5-20250929", "v3")
    assert found["to"]["input_tokens"]["value"] > found["from"]["input_tokens"]["value"]


# The budget.


def budget(repo: Repo, text: str) -> None:
    """Another budget than the one that is there, before the change."""
    repo.edit("pyproject.toml", '[tool.promptlint.budget]\nmax-increase-per-call = "20%"\n', text)
    repo.commit()


def levels(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(reason["level"], reason["message"]) for reason in document["reasons"]]


def test_dollars_a_call_apply_to_new_calls_too(repo: Repo) -> None:
    budget(repo, '[tool.promptlint.budget]\nmax-increase-per-call = "$0.0005"\n')
    repo.put("app/picture.py", PICTURE.replace("{}", LINE.strip() * 300))
    repo.commit()
    code, document = repo.diff()
    assert (code, document["verdict"]) == (3, "fail")
    assert levels(document)[0][1].endswith("more a call for its input; allowed is $0.0005 more")


def test_a_month_is_judged_where_the_traffic_is_known(repo: Repo) -> None:
    budget(repo, '[tool.promptlint.budget]\nmax-monthly-increase = "$15"\nmax-monthly = "$16"\n')
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    code, document = repo.diff()
    assert (code, levels(document)) == (
        3,
        [
            ("fail", "all calls: the change costs $15.74 more a month; allowed is $15.00"),
            ("fail", "all calls cost at least $16.88 a month; allowed is $16.00"),
        ],
    )
    assert document["months"]["before_usd"]["low"] == pytest.approx(1.6090416)


@pytest.mark.parametrize(
    ("unknown", "code", "verdict"), [("allow", 0, "pass"), ("warn", 0, "warn"), ("fail", 3, "fail")]
)
def test_what_cannot_be_told_is_judged_as_the_budget_says(repo: Repo, unknown: str, code: int, verdict: str) -> None:
    budget(repo, f'[tool.promptlint.budget]\nmax-increase-per-call = "20%"\nunknown = "{unknown}"\n')
    repo.edit("app/sort.py", '"content": ticket', '"content": f"{ticket} {archive()}"')
    repo.commit()
    found, document = repo.diff()
    assert (found, document["verdict"]) == (code, verdict)
    said = "app/sort.py::sort: whether its input and output costs 20% more at most cannot be told"
    told = [] if unknown == "allow" else [f"{said} (not known before it runs: archive())"]
    assert [message for _, message in levels(document)] == told


def test_an_exemption_holds_until_it_expires(repo: Repo) -> None:
    exempt = 'exemptions = [{ call = "app/sort.py::*", reason = "a trial", expires = 2026-11-30 }]\n'
    budget(repo, f'[tool.promptlint.budget]\nmax-increase-per-call = "20%"\n{exempt}')
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    code, document = repo.diff()
    assert (code, levels(document)) == (0, [("pass", "app/sort.py::sort is exempt until 2026-11-30: a trial")])
    code, document = repo.diff("HEAD~1", "HEAD", "--today", "2026-12-01")
    assert [level for level, _ in levels(document)] == ["fail", "warn"]
    assert levels(document)[1][1] == "the exemption of app/sort.py::sort has expired on 2026-11-30"


def test_a_warning_tells_how_far_the_amount_may_reach(repo: Repo) -> None:
    repo.edit("app/llm.py", '"claude-haiku-5-5"', '"claude-haiku-5-5" if client.timeout else "claude-sonnet-5-5"')
    repo.commit()
    code, document = repo.diff()
    assert code == 0
    assert levels(document) == [
        (
            "warn",
            "app/greet.py::greet may cost up to $0.0000608 more a call (+1,900%) for its input; allowed is 20% more",
        )
    ]


def test_some_calls_have_limits_of_their_own(repo: Repo) -> None:
    budget(repo, '[tool.promptlint.budget.calls."app/sort.py::*"]\nmax-increase-per-call = "2000%"\n')
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    assert repo.diff()[0] == 0


def test_exit_zero_hides_the_budget_only(repo: Repo) -> None:
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    code, document = repo.diff("HEAD~1", "HEAD", "--exit-zero")
    assert (code, document["verdict"], document["over_budget"]) == (0, "fail", True)


# A change cannot disarm its own gate.


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "[tool.promptlint.budget]",
            '[tool.promptlint]\nexclude = ["app/sort.py"]\n\n[tool.promptlint.budget]',
            "exclude",
        ),
        ("calls-per-day = 1000", "calls-per-day = 1", "workloads"),
        (
            "max-increase",
            "exemptions = [{ call = '*', reason = 'x', expires = 2027-01-01 }]\nmax-increase",
            "exemptions",
        ),
        (
            "[tool.promptlint.budget]",
            '[tool.promptlint.prices]\ndiscount = "99%"\n\n[tool.promptlint.budget]',
            "prices",
        ),
    ],
)
def test_the_configuration_is_that_of_the_base(repo: Repo, old: str, new: str, message: str) -> None:
    repo.edit("pyproject.toml", old, new)
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    code, document = repo.diff()
    assert (code, document["verdict"]) == (3, "fail")
    assert [reason["subject"] for reason in document["reasons"]] == ["gate", "budget"]
    assert message in document["reasons"][0]["message"]
    assert amounts(changed(document)["app/sort.py::sort"]) == pytest.approx([0.0005019, 0.0005174, 0.0005329])


def test_new_comments_that_silence_or_name_are_listed(repo: Repo) -> None:
    repo.edit(
        "app/book.py", ', "cache_control": {"type": "ephemeral"}}],', "}],  # promptlint: ignore[PL103] it is fine"
    )
    repo.edit("app/sort.py", "    return client", "    # promptlint: id=nightly\n    return client")
    repo.commit()
    _, document = repo.diff()
    assert [reason["message"] for reason in document["reasons"] if reason["subject"] == "gate"] == [
        "new comment `promptlint: ignore[PL103]` at app/book.py:210: it is fine",
        "new comment `promptlint: id` at app/sort.py:9: nightly",
    ]
    assert document["findings"]["new"] == []
    (call,) = (call for call in document["calls"] if call["id"] == "nightly")
    assert (call["key"], call["change"]) == ("app/sort.py::sort", "unchanged")


def test_counts_of_the_lock_are_those_of_the_base(repo: Repo) -> None:
    entry = {"part": "0" * 64, "model": "claude-haiku-5-5", "tokens": 5}
    header = {"schema": "promptlint/lock/v1"}
    repo.put("promptlint.lock", f"{json.dumps(header)}\n{json.dumps(entry)}\n")
    repo.commit()
    repo.put("promptlint.lock", f"{json.dumps(header)}\n{json.dumps({**entry, 'tokens': 1})}\n")
    repo.commit()
    code, document = repo.diff()
    assert (code, levels(document)) == (0, [("warn", "promptlint.lock: 1 altered")])


# Sides that cannot be read.


def test_a_base_that_does_not_parse_is_never_no_change(repo: Repo) -> None:
    repo.edit("app/sort.py", "def sort(ticket):", "def sort(ticket:")
    broken = repo.commit()
    repo.edit("app/sort.py", "def sort(ticket:", "def sort(ticket):")
    repo.commit()
    code, document = repo.diff(broken, "HEAD")
    assert (code, document["verdict"], document["over_budget"]) == (2, "fail", False)
    assert document["reasons"][0]["message"] == (
        f"{broken} could not be read whole: app/sort.py; what stands there is not compared"
    )
    assert [problem["line"] for problem in document["base"]["problems"]] == [8]
    (call,) = changed(document).values()
    assert (call["change"], call["unread"]) == ("new", True)


def test_a_file_that_an_ignore_file_hides_is_never_removed_cost(repo: Repo) -> None:
    repo.put(".gitignore", "sort.py\n")
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    code, document = repo.diff()
    assert (code, document["verdict"]) == (2, "fail")
    assert [problem["message"] for problem in document["head"]["problems"]] == [
        "is still there, but an ignore file leaves it out now"
    ]
    assert changed(document)["app/sort.py::sort"]["unread"] is True


@pytest.mark.parametrize(("folder", "ignored"), [("made", "made/\n"), ("build", ""), ("venv", "")])
def test_calls_that_move_out_of_sight_are_not_just_gone(repo: Repo, folder: str, ignored: str) -> None:
    repo.put("build/old.py", "")
    repo.put(".gitignore", ignored)
    repo.git("add", "-f", "-A")
    repo.commit()
    (repo.folder / folder).mkdir(exist_ok=True)
    repo.git("mv", "app/sort.py", f"{folder}/sort.py")
    repo.commit()
    code, document = repo.diff()
    assert (code, changed(document)["app/sort.py::sort"]["change"]) == (0, "removed")
    said = "calls are gone, and Python is new where ignore files, `exclude` or folders' names hide it"
    assert levels(document) == [("warn", f"{said}: {folder}/sort.py")]


def test_a_wrong_configuration_is_told_with_its_commit(repo: Repo) -> None:
    repo.edit("pyproject.toml", "20%", "20")
    wrong = repo.commit()
    repo.edit("pyproject.toml", '"20"', '"20%"')
    repo.commit()
    code, out, err = repo.run(wrong, "HEAD")
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {wrong}: pyproject.toml:2: `budget` `max-increase-per-call` must be in percent")


def test_outside_of_a_repository(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.folder.parent)
    code, out, err = repo.run()
    assert (code, out) == (2, "")
    assert err == (
        f"error: {repo.folder.parent} is not in a git repository\nhelp: run it where the project is kept in git\n"
    )


# The sides.


def test_the_working_tree_against_where_the_branch_began(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "work")
    repo.edit("app/letter.md", "Say sorry once", "Say sorry twice")
    repo.commit()
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.put("app/picture.py", PICTURE)
    status = repo.git("status", "--porcelain")
    code, out, err = repo.run("--output-format", "json")
    document = json.loads(out)
    assert (code, err) == (3, "")
    assert {key: call["change"] for key, call in changed(document).items()} == {
        "app/letter.py::letter": "changed",
        "app/picture.py::describe": "new",
        "app/sort.py::sort": "changed",
    }
    assert document["base"]["name"].startswith("merge base with main (")
    assert document["head"]["name"] == "working tree"
    assert repo.git("status", "--porcelain") == status


@pytest.mark.parametrize("base", [(), ("HEAD",)])
def test_before_the_first_commit_everything_is_new(repo: Repo, base: tuple[str, ...]) -> None:
    budget = '[tool.promptlint.budget]\nmax-increase-per-call = "$0.000001"\n'
    repo.edit("pyproject.toml", '[tool.promptlint.budget]\nmax-increase-per-call = "20%"\n', budget)
    repo.git("checkout", "-q", "--orphan", "first")
    code, out, err = repo.run(*base, "--output-format", "json")
    document = json.loads(out)
    assert (code, err) == (3, "")
    assert {call["change"] for call in document["calls"]} == {"new"}
    assert (len(document["calls"]), document["base"]["name"]) == (4, "nothing")
    assert [reason["subject"] for reason in document["reasons"]] == ["budget"] * 4


def test_before_the_first_commit_there_is_nothing_else_to_name(repo: Repo) -> None:
    repo.git("checkout", "-q", "--orphan", "first")
    code, out, err = repo.run("HEAD~1")
    assert (code, out) == (2, "")
    assert err.startswith("error: there is no commit `HEAD~1`: nothing has been committed here yet\n")


def test_three_dots_compare_with_where_both_part(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "work")
    repo.edit("app/letter.md", "Say sorry once", "Say sorry twice")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    assert set(changed(repo.diff("main...work")[1])) == {"app/letter.py::letter"}
    assert set(changed(repo.diff("main..work")[1])) == {"app/letter.py::letter", "app/sort.py::sort"}


def test_a_submodule_is_not_looked_into_and_told(repo: Repo) -> None:
    lib = repo.folder.parent / "lib"
    lib.mkdir()
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        (lib / "picture.py").write_text(PICTURE, encoding="utf-8")
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments], cwd=lib, check=True)
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", lib.as_uri(), "vendor/[lib]")
    code, out, _ = repo.run("HEAD", "--output-format", "json")
    document = json.loads(out)
    assert (code, changed(document), document["head"]["left_out"]) == (0, {}, ["vendor/[lib]"])


def test_calls_that_go_where_nothing_is_looked_into_are_not_just_gone(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo.folder / "app/sort.py").unlink()
    (repo.folder / "app/sort.py").symlink_to("/nowhere/sort.py")
    repo.commit()
    for folder in (repo.folder, repo.folder / "app"):
        monkeypatch.chdir(folder)
        if folder.name == "app":
            repo.put("app/promptlint.toml", "")
            repo.git("add", "-A")
            repo.git("commit", "-q", "--amend", "-m", "a project of its own")
        code, document = repo.diff()
        assert (code, document["verdict"], document["head"]["left_out"]) == (0, "warn", ["app/sort.py"])
        assert levels(document)[0] == ("warn", "app/sort.py is not looked into any more: its calls are not compared")


@pytest.mark.parametrize(("side", "code"), [("base", 3), ("head", 0)])
def test_a_nearer_configuration_does_not_take_calls_out_of_the_project(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, side: str, code: int
) -> None:
    repo.put("app/desk/promptlint.toml", '[budget]\nmax-increase-per-call = "$1000"\n')
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    monkeypatch.chdir(repo.folder / "app/desk")
    found, document = repo.diff("HEAD~1", "HEAD", "--config-from", side)
    assert (found, len(document["calls"])) == (code, 4 if side == "base" else 0)
    assert "gate" in [reason["subject"] for reason in document["reasons"]]


def test_a_configuration_that_is_a_link_is_followed(repo: Repo) -> None:
    repo.put("shared/real.toml", '[budget]\nmax-increase-per-call = "10%"\n')
    (repo.folder / "settings").symlink_to("shared")
    (repo.folder / "promptlint.toml").symlink_to("settings/real.toml")
    repo.commit()
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    code, document = repo.diff()
    assert (code, levels(document)[0][0]) == (3, "fail")
    assert levels(document)[0][1].endswith("allowed is 10% more")


def test_a_configuration_that_the_repository_does_not_hold_is_not_passed_over(repo: Repo) -> None:
    (repo.folder / "promptlint.toml").symlink_to("/nowhere/promptlint.toml")
    linked = repo.commit()
    code, out, err = repo.run(linked, "HEAD")
    assert (code, out) == (2, "")
    assert err == (
        f"error: {linked}: promptlint.toml is a pointer to what the repository does not hold\n"
        "help: keep the configuration itself in the repository\n"
    )


def test_a_project_in_a_folder_has_its_own_configuration(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.put("services/desk/promptlint.toml", '[budget]\nmax-increase-per-call = "5%"\n')
    repo.put("services/desk/picture.py", PICTURE)
    repo.commit()
    repo.edit("services/desk/picture.py", "Describe", "Look closely, and then describe")
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    monkeypatch.chdir(repo.folder / "services/desk")
    code, document = repo.diff()
    assert (code, list(changed(document))) == (3, ["picture.py::describe"])
    assert changed(document)["picture.py::describe"]["after"]["path"] == "picture.py"


# What is written.


HOSTILE = "app/--><b> | `x`\n\x1b[31m@team.py"


def test_nothing_breaks_out_of_a_comment_or_a_terminal(repo: Repo) -> None:
    text = PICTURE.replace("{}", "</details>\\x1b[2J <img src=x> @team").replace("haiku-5-5", "haiku-5-5|</td>")
    repo.put(HOSTILE, text)
    repo.commit()
    _, markdown, err = repo.run("HEAD~1", "HEAD", "--output-format", "markdown")
    _, table, _ = repo.run("HEAD~1", "HEAD")
    assert err == ""
    for written in (markdown, table):
        assert "\x1b" not in written
    assert "<b>" not in markdown and "@team" not in markdown and "</td>" not in markdown
    assert markdown.count("<details>") == markdown.count("</details>")
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}


def test_markdown_says_nothing_where_nothing_changes_unless_asked(repo: Repo) -> None:
    repo.git("mv", "app/book.py", "app/manual.py")
    repo.commit()
    assert repo.run("HEAD~1", "HEAD", "--output-format", "markdown") == (0, "", "")
    _, out, _ = repo.run("HEAD~1", "HEAD", "--output-format", "markdown", "--always")
    assert out.startswith(
        "<!-- promptlint -->\n### \u2705 promptlint: within budget\n\n4 unchanged (1 of them moved).\n"
    )
    assert "- `app/book.py::ask` \u2192 `app/manual.py::ask`\n" in out


def test_the_table_has_the_verdict_first(repo: Repo) -> None:
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    code, out, err = repo.run("HEAD~1", "HEAD")
    lines = out.splitlines()
    assert (code, err) == (3, "")
    assert lines[0].startswith("fail  1 changed, 3 unchanged  HEAD~1 (")
    assert lines[1].startswith("  fail  app/sort.py::sort costs $0.000517 more a call (+974%)")
    assert [line for line in lines if line.startswith("app/sort.py:208")]


def test_several_reports_come_of_one_run(repo: Repo) -> None:
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.commit()
    single = {form: repo.run("HEAD~1", "HEAD", "--output-format", form)[1] for form in diff.FORMATS}
    files = ("--output", "json=diff.json", "--output", "markdown=diff.md")
    for stdout in ((), ("--output", "table=-")):
        assert repo.run("HEAD~1", "HEAD", *stdout, *files) == (3, single["table"], "")
        assert (repo.folder / "diff.json").read_text(encoding="utf-8") == single["json"]
        assert (repo.folder / "diff.md").read_text(encoding="utf-8") == single["markdown"]


def test_a_comment_of_nothing_leaves_nothing_of_an_older_one(repo: Repo) -> None:
    repo.put("diff.md", "an older one")
    assert repo.run("HEAD", "HEAD", "--quiet", "--output", "markdown=diff.md")[0] == 0
    assert (repo.folder / "diff.md").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--output", "json"], "argument --output: 'json' is not FORMAT=FILE, such as json=diff.json"),
        (["--output", "sarif=x"], "argument --output: unknown format 'sarif'; the formats are table, markdown, json"),
        (["--output", "json=-", "--output", "table=-"], "2 reports on stdout"),
        (["--output", "json=x", "-o", "x"], "2 reports in x"),
    ],
)
def test_reports_that_cannot_be_written(repo: Repo, arguments: list[str], error: str) -> None:
    code, out, err = repo.run("HEAD", "HEAD", *arguments)
    assert (code, out, err.splitlines()[0]) == (2, "", f"error: {error}")


def test_the_same_input_gives_the_same_output(repo: Repo) -> None:
    repo.edit("app/sort.py", LINE, LINE * 200)
    repo.git("mv", "app/book.py", "app/manual.py")
    repo.commit()
    for form in diff.FORMATS:
        arguments = ("HEAD~1", "HEAD", "--output-format", form)
        assert repo.run(*arguments) == repo.run(*arguments)


def test_no_report_quotes_a_secret(repo: Repo) -> None:
    key = "sk-ant-api03-" + "a1B2c3D4" * 6
    repo.edit("app/sort.py", '"content": ticket', f'"content": json.dumps({{"key": "{key}", "t": ticket}}, indent=2)')
    repo.edit("app/sort.py", "from app.client", "import json\n\nfrom app.client")
    repo.commit()
    for form in diff.FORMATS:
        out = repo.run("HEAD~1", "HEAD", "--output-format", form)[1]
        assert "PL606" in out
        assert key[:12] not in out


def test_a_budget_key_that_matches_no_call_is_warned_of(repo: Repo) -> None:
    budget(repo, '[tool.promptlint.budget.calls."lib/*"]\nmax-monthly = "$5"\n')
    _, _, err = repo.run("HEAD", "HEAD")
    assert err == "warning: `budget` calls: `lib/*` matches no call\n"
