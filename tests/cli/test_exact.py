"""`--exact` and the lock from the command line to the report, with the real SDK and a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import main
from promptlint.tokens import exact
from tests.tokens.count_server import Body, CountServer, Reply, counted, error, serving

KEY = "sk-ant-not-to-be-seen"
SECRET = "NOT-TO-BE-SEEN-EITHER"
PACKAGE = Path(__file__).parents[2]

APP = f'''\
import anthropic

client = anthropic.Anthropic()


def triage():
    return client.messages.create(
        model="claude-haiku-5-5",
        max_tokens=10,
        system="{SECRET} one",
        messages=[{{"role": "user", "content": "two three"}}],
    )


def answer(question):
    return client.messages.create(
        model="claude-opus-5-5", max_tokens=10, system="four", messages=[{{"role": "user", "content": question}}]
    )


def old():
    return client.messages.create(
        model="claude-3-opus-20240229", max_tokens=10, messages=[{{"role": "user", "content": "five"}}]
    )
'''
Result = tuple[int, str, str]


class Run:
    """The command in a project; `cost --today 2026-11-22` unless told otherwise."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.lock = root / "promptlint.lock"
        self.capsys = capsys

    def __call__(self, *arguments: str, command: str = "cost") -> Result:
        code = main.run([command, "--today", "2026-11-22", "--color", "never", *arguments])
        out, err = self.capsys.readouterr()
        return code, out, err

    def calls(self, *arguments: str) -> dict[str, Any]:
        found = json.loads(self("--output-format", "json", *arguments)[1])
        return {call["function"]: call for call in found["calls"]}

    def edit(self, old: str, new: str) -> None:
        app = self.root / "app.py"
        app.write_text(app.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lock.read_text(encoding="utf-8").splitlines()[1:]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "COLUMNS", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(exact, "_WAITS", (0.01,))
    root = tmp_path / "project"
    root.mkdir()
    (root / "app.py").write_text(APP, encoding="utf-8")
    monkeypatch.chdir(root)
    return Run(root, capsys)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountServer]:
    with serving() as state:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", state.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        yield state


def says(text: str) -> Callable[[Body], bool]:
    return lambda body: text in json.dumps(body)


def test_static_requests_are_counted_and_kept(run: Run, server: CountServer) -> None:
    code, _, err = run("--exact")
    assert (code, err) == (0, "promptlint.lock: 5 counts added, 0 removed\n")
    assert {body["model"] for body in server.bodies} == {"claude-haiku-5-5", "claude-opus-5-5"}  # not the retired one
    assert [entry["tokens"] for entry in run.entries() if entry["model"] == "claude-opus-5-5"] == [11, 12]


def test_later_runs_are_exact_without_key_and_network(
    run: Run, server: CountServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("--exact")
    asked = len(server.bodies)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    for arguments in ((), ("--exact",)):
        calls = run.calls(*arguments)
        assert calls["triage"]["system"]["tokens"] == {"low": 2, "value": 2, "high": 2, "source": "exact"}
        assert calls["triage"]["messages"]["tokens"] == {"low": 2, "value": 2, "high": 2, "source": "exact"}
        assert calls["triage"]["cost"]["input_usd"]["low"] == calls["triage"]["cost"]["input_usd"]["high"]
        assert calls["answer"]["system"]["tokens"]["source"] == "exact"
        assert calls["answer"]["messages"]["tokens"]["source"] == "unknown"
        assert calls["old"]["system"]["tokens"]["value"] == 0
    assert run("--exact")[0] == 0
    assert len(server.bodies) == asked


def test_the_table_says_who_counted(run: Run, server: CountServer) -> None:
    assert "tokens counted by the API for 1 call, else offline by ctok" in run("--exact")[1]
    run.edit(APP[APP.index("\n\ndef answer") :], "")
    assert "tokens counted by the API.\n" in run()[1]


def test_the_lock_has_neither_prompt_nor_key(run: Run, server: CountServer) -> None:
    run("--exact")
    text = run.lock.read_text(encoding="utf-8")
    assert [sorted(entry) for entry in run.entries()] == [["model", "part", "tokens"]] * 5
    assert SECRET not in text
    assert KEY not in text
    assert text.splitlines()[1:] == sorted(text.splitlines()[1:])


def test_only_what_is_shown_is_asked(run: Run, server: CountServer) -> None:
    (run.root / "other.py").write_text(APP.replace("two three", "six"), encoding="utf-8")
    run("other.py", "--exact")
    assert server.bodies
    assert not any(map(says("two three"), server.bodies))


def test_each_possible_model_is_asked(run: Run, server: CountServer) -> None:
    run.edit("def triage():", "def triage(large):")
    run.edit('model="claude-haiku-5-5"', 'model="claude-sonnet-5-5" if large else "claude-haiku-5-5"')
    run("--exact")
    assert {body["model"] for body in server.bodies if says("two three")(body)} == {
        "claude-haiku-5-5",
        "claude-sonnet-5-5",
    }


def test_stale_entries_are_reported_and_pruned(run: Run, server: CountServer) -> None:
    run("--exact")
    run.edit("two three", "two three four")
    warning = "warning: promptlint.lock: no request needs 1 of 5 counts any more; --update-lock drops them\n"
    for command in ("cost", "check"):
        assert run(command=command)[2] == warning
    assert run("--quiet")[2] == ""
    assert len(run.entries()) == 5
    assert run("--update-lock")[2] == "promptlint.lock: 0 counts added, 1 removed\n"
    assert len(run.entries()) == 4
    assert run()[2] == run("--update-lock")[2] == ""


def test_one_run_adds_and_prunes(run: Run, server: CountServer) -> None:
    run("--exact")
    run.edit("two three", "two three four")
    assert run("--exact", "--update-lock")[2] == "promptlint.lock: 1 count added, 1 removed\n"
    assert run.calls()["triage"]["messages"]["tokens"]["source"] == "exact"
    assert run()[2] == ""


def test_nothing_is_pruned_where_not_all_was_read(run: Run, server: CountServer) -> None:
    (run.root / "other.py").write_text(APP.replace("two three", "six"), encoding="utf-8")
    run("--exact")
    before = run.lock.read_bytes()
    unseen = "warning: promptlint.lock: nothing was dropped, because not all of the project was read\n"
    assert run("--update-lock", "--exclude", "other.py")[2] == unseen
    assert run("--exclude", "other.py")[2] == ""
    (run.root / "other.py").write_text(APP + "\n(", encoding="utf-8")
    code, _, err = run("--update-lock")
    assert code == 2
    assert unseen in err
    assert run.lock.read_bytes() == before


def test_check_uses_the_counts_too(run: Run, server: CountServer) -> None:
    server.answer = lambda body: Reply({"input_tokens": 5000 if says("system")(body) else 9})
    code, out, _ = run("--exact", "--select", "PL103", "--isolated", command="check")
    assert code == 1
    assert "A prefix of 4,992 tokens is sent without cache_control" in out


def test_without_a_key(run: Run) -> None:
    code, out, err = run("--exact")
    assert code == 2
    assert "triage" in out
    assert err == (
        "error: ANTHROPIC_API_KEY is not set: the tokens of app.py::triage, app.py::answer are estimated, not exact\n"
        "  help: set it, or leave --exact out: what promptlint.lock has is used anyway\n"
    )
    assert not run.lock.exists()
    problems = json.loads(run("--exact", "--output-format", "json")[1])["problems"]
    assert [(problem["path"], problem["message"][:28]) for problem in problems] == [
        ("", "ANTHROPIC_API_KEY is not set")
    ]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "the API refuses the request (400)"),
        (429, "the rate limit was exceeded too long (429)"),
        (500, "the API failed (500)"),
    ],
)
def test_others_are_counted_and_kept_where_one_fails(run: Run, server: CountServer, status: int, reason: str) -> None:
    server.answer = lambda body: error(status, json.dumps(body)) if says("two three")(body) else counted(body)
    code, _, err = run("--exact")
    assert code == 2
    assert f"error: {reason}: the tokens of app.py::triage are estimated, not exact\n" in err
    assert "promptlint.lock: 4 counts added, 0 removed\n" in err
    assert run.calls()["answer"]["system"]["tokens"]["source"] == "exact"
    assert run.calls()["triage"]["cost"]["input_usd"]["source"] == "assumed"


def test_many_calls_are_one_message(run: Run, server: CountServer) -> None:
    functions = (f"\n\ndef f{number}():{APP.split('def triage():')[1].split('def answer')[0]}" for number in range(5))
    (run.root / "app.py").write_text(APP + "".join(functions).replace("two", "six"), encoding="utf-8")
    server.answer = lambda body: error(401)
    code, _, err = run("--exact")
    assert code == 2
    assert err == (
        "error: the API does not accept the key (401): "
        "the tokens of app.py::triage, app.py::answer and 1 more are estimated, not exact\n"
        "  help: check ANTHROPIC_API_KEY\n"
    )


BODY = {
    "model": "claude-haiku-5-5",
    "max_tokens": 9,
    "system": "one",
    "messages": [{"role": "user", "content": "two three"}],
    "thinking": {"type": "disabled"},
}


def tokens(run: Run, *arguments: str) -> Result:
    code = main.run(["tokens", "--color", "never", *arguments])
    return code, *run.capsys.readouterr()


def test_prompts_and_bodies_are_counted_exactly(run: Run, server: CountServer) -> None:
    Path("body.json").write_text(json.dumps(BODY), encoding="utf-8")
    Path("prompt.md").write_text("one two three four", encoding="utf-8")
    both = ("body.json", "prompt.md", "--model", "claude-haiku-5-5", "--output-format", "json")
    code, out, err = tokens(run, *both, "--exact")
    assert (code, err) == (0, "promptlint.lock: 4 counts added, 0 removed\n")
    found = [row["models"][0]["tokens"] for row in json.loads(out)["inputs"]]
    assert [(row["value"], row["low"], row["high"], row["source"]) for row in found] == [
        (13, 13, 13, "exact"),
        (4, 4, 4, "exact"),
    ]
    assert tokens(run, *both)[1] == out
    assert "Counted by the API, or else offline" in tokens(run, "body.json")[1]
    assert len(server.bodies) == 4


def test_answers_to_a_file_of_requests_are_exact(run: Run, server: CountServer) -> None:
    lines = (json.dumps({**BODY, "system": text}) + "\n" for text in ("one", "one two", "six"))
    Path("log.jsonl").write_text("".join(lines), encoding="utf-8")
    server.answer = lambda body: error(500) if says("one two")(body) else counted(body)
    code, out, err = tokens(run, "--requests", "log.jsonl", "--output-format", "jsonl", "--exact")
    assert code == 2
    answers = [json.loads(line)["input_tokens"] for line in out.splitlines()]
    assert [(answer["value"], answer["source"]) for answer in answers][::2] == [(13, "exact"), (13, "exact")]
    assert answers[1]["source"] == "assumed"
    assert "error: the API failed (500): the tokens of log.jsonl:2 are estimated, not exact\n" in err


def test_what_was_counted_for_inputs_is_no_stale_entry_of_the_calls(run: Run, server: CountServer) -> None:
    Path("prompt.md").write_text("one two", encoding="utf-8")
    Path("other.md").write_text("three", encoding="utf-8")
    model = ("--model", "claude-haiku-5-5")
    tokens(run, "prompt.md", "other.md", *model, "--exact")
    assert [entry["input"] for entry in run.entries()] == [True] * 3
    run("--exact", "--update-lock")
    assert [entry for entry in run.entries() if entry.get("input")] != []
    assert run()[2] == ""
    assert tokens(run, "prompt.md", *model, "--update-lock")[2] == "promptlint.lock: 0 counts added, 1 removed\n"
    assert run.calls()["triage"]["system"]["tokens"]["source"] == "exact"


def test_a_plain_run_never_writes(run: Run, server: CountServer) -> None:
    Path("prompt.md").write_text("two three", encoding="utf-8")
    tokens(run, "prompt.md", "--model", "claude-haiku-5-5", "--exact")
    before = run.lock.read_bytes()
    run()
    run(command="check")
    tokens(run, "prompt.md")
    assert run.lock.read_bytes() == before


def test_a_lock_with_conflict_markers(run: Run, server: CountServer) -> None:
    run("--exact")
    lines = run.lock.read_text(encoding="utf-8").splitlines(keepends=True)
    merged = "".join([*lines[:3], "<<<<<<< HEAD\n", *lines[3:4], "=======\n", *lines[4:], ">>>>>>> theirs\n"])
    run.lock.write_text(merged, encoding="utf-8")
    run.edit("two three", "two three four")
    code, out, err = run("--exact", "--update-lock")
    assert code == 2
    assert "triage" in out
    assert err == (
        "error: promptlint.lock:4: has conflict markers\n  help: keep the lines of both sides, without the markers; "
        "`promptlint.lock merge=union` in .gitattributes does it for you\n"
    )
    assert run.lock.read_text(encoding="utf-8") == merged
    assert run.calls()["answer"]["system"]["tokens"]["source"] == "exact"
    assert run(command="check")[0] == 2


def test_isolated_leaves_the_lock_in_use(run: Run, server: CountServer) -> None:
    run("--exact")
    assert run.calls("--isolated")["triage"]["system"]["tokens"]["source"] == "exact"


def test_nothing_said_gives_the_prompt_or_the_key_away(run: Run, server: CountServer) -> None:
    """With everything logged that the SDK can log, and a server that repeats what it gets."""
    server.answer = lambda body: error(400 if says("two three")(body) else 500, f"{KEY} {json.dumps(body)}")
    environment = {**os.environ, "ANTHROPIC_LOG": "debug", "PYTHONPATH": str(PACKAGE)}
    command = [sys.executable, "-m", "promptlint", "cost", "--exact", "--today", "2026-11-22"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=run.root, timeout=60)
    assert done.returncode == 2
    assert done.stderr.count("error: ") == 2
    assert SECRET not in done.stdout + done.stderr
    assert KEY not in done.stdout + done.stderr
    assert not run.lock.exists()


def test_progress_shows_on_a_terminal_only(run: Run, server: CountServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Counting" not in run("--exact")[2]
    run.lock.unlink()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert "Counting tokens" in run("--exact")[2]
    run.lock.unlink()
    assert run("--exact", "--quiet")[2] == ""
