"""The GitHub action: its steps run in an environment like GitHub's, on repositories that are made here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from tests.packaging.environments import ROOT, Environment, clean
from tests.packaging.test_pre_commit import git

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
SCRIPTS = {name: step for name, step in STEPS.items() if "run" in step}

CONFIGURATION = '[budget]\nmax-increase-per-call = "20%"\n'
CALL = '''\
import anthropic

client = anthropic.Anthropic()
RULES = """{rules}"""


def answer(question: str) -> str:
    reply = client.messages.create(
        model="{model}", max_tokens=400, system=RULES, messages=[{{"role": "user", "content": question}}]
    )
    print(reply.usage)
    if reply.stop_reason == "max_tokens":
        raise ValueError("cut off")
    return reply.content[0].text
'''
LINE = "Answer questions about the tools of a garden shop.\n"

pytestmark = pytest.mark.skipif(shutil.which("git") is None or os.name == "nt", reason="needs git and bash")


@dataclass
class Job:
    """A checkout in which steps run one after the other, as a job of GitHub's runs them."""

    folder: Path
    temp: Path
    base: str = "main"
    api: str = "http://127.0.0.1:9"
    event: dict[str, Any] = field(default_factory=lambda: {"pull_request": {"number": 7}})

    def run(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        for file in ("output", "summary"):
            (self.temp / file).touch()
        (self.temp / "event.json").write_text(json.dumps(self.event), encoding="utf-8")
        environment = {
            **clean(),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_API_URL": self.api,
            "GITHUB_BASE_REF": self.base,
            "GITHUB_EVENT_PATH": str(self.temp / "event.json"),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_REPOSITORY": "shop/bot",
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "GITHUB_WORKSPACE": str(self.folder),
            "RUNNER_TEMP": str(self.temp),
            **dict.fromkeys(STEPS[name].get("env", {}), ""),
            **inputs,
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=environment)

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self.temp / "output").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self.temp / "summary").read_text(encoding="utf-8")

    def report(self, name: str) -> str:
        return (self.temp / "promptlint-reports" / name).read_text(encoding="utf-8")


@pytest.fixture
def job(tmp_path: Path, installed: Environment) -> Job:
    """A pull request that makes a prompt thirty times as long, and adds a call of a retired model."""
    temp, origin, folder = tmp_path / "temp", tmp_path / "origin", tmp_path / "work"
    temp.mkdir()
    (temp / "promptlint").symlink_to(installed.directory)
    origin.mkdir()
    git("init", "--quiet", "--initial-branch", "main", cwd=origin)
    (origin / "promptlint.toml").write_text(CONFIGURATION, encoding="utf-8")
    (origin / "answer.py").write_text(CALL.format(rules=LINE, model="claude-haiku-5-5"), encoding="utf-8")
    git("add", "--all", cwd=origin)
    git("commit", "--quiet", "--message", "one call", cwd=origin)
    git("checkout", "--quiet", "-b", "longer", cwd=origin)
    (origin / "answer.py").write_text(CALL.format(rules=LINE * 30, model="claude-haiku-5-5"), encoding="utf-8")
    (origin / "old.py").write_text(CALL.format(rules=LINE, model="claude-3-haiku-20240307"), encoding="utf-8")
    git("add", "--all", cwd=origin)
    git("commit", "--quiet", "--message", "longer", cwd=origin)
    git("clone", "--quiet", str(origin), str(folder), cwd=tmp_path)
    return Job(folder, temp)


def test_no_input_is_pasted_into_a_script() -> None:
    """What somebody else writes into a branch name or an input reaches the shell as a variable only."""
    for name, step in SCRIPTS.items():
        assert re.fullmatch(r'bash "\$GITHUB_ACTION_PATH/tools/action/\w+"', step["run"]), name
        assert (ROOT / "tools" / "action" / step["run"].split("/")[-1].rstrip('"')).is_file()
        assert step["shell"] == "bash"


def test_every_input_and_output_is_used_and_described() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    for name, value in ACTION["inputs"].items():
        assert value["description"]
        assert f"inputs.{name} " in text.replace("}}", " }}"), name
        assert name == "token" or f"`{name}" in page, name
    for name, value in ACTION["outputs"].items():
        found = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}", value["value"])
        assert found is not None, name
        script = next(step["run"].split("/")[-1].rstrip('"') for step in SCRIPTS.values() if step.get("id") == found[1])
        assert f"put {found[2]} " in (ROOT / "tools" / "action" / script).read_text(encoding="utf-8")


def test_a_pull_request_over_budget(job: Job) -> None:
    check = job.run("Check", PROMPTLINT_PATHS=".")
    assert (check.returncode, check.stderr) == (0, "")
    assert check.stdout.startswith("::error file=old.py,line=10,")
    assert "PL301" in check.stdout
    assert job.outputs["exit-code"] == "1"
    assert json.loads(job.report("promptlint.sarif"))["version"] == "2.1.0"
    assert json.loads(job.report("check.json"))["summary"]["errors"] == 1

    diff = job.run("Compare")
    assert (diff.returncode, diff.stderr) == (0, "")
    assert diff.stdout.startswith("fail ")
    assert job.outputs["exit-code"] == "3"
    assert json.loads(job.report("diff.json"))["verdict"] == "fail"
    assert job.report("diff.md").startswith("<!-- promptlint -->\n")
    assert job.summary.count("PL301") >= 2
    assert job.summary.endswith(job.report("diff.md"))

    assert job.run("Verdict", CHECK="1", DIFF="3").returncode == 3


def test_a_shallow_checkout_is_deepened(job: Job, tmp_path: Path) -> None:
    shutil.rmtree(job.folder)
    git("clone", "--quiet", "--depth=1", "--branch=longer", f"file://{tmp_path}/origin", str(job.folder), cwd=tmp_path)
    diff = job.run("Compare")
    assert (diff.returncode, job.outputs["exit-code"]) == (0, "3"), diff.stderr


def test_a_push_compares_nothing(job: Job) -> None:
    job.base = ""
    diff = job.run("Compare")
    assert (diff.returncode, diff.stdout) == (0, "No pull request, and no base given: nothing is compared.\n")
    assert job.outputs == {}


def test_options_are_words_and_nothing_in_them_runs(job: Job) -> None:
    check = job.run(
        "Check", PROMPTLINT_PATHS="'answer.py' nowhere.py", PROMPTLINT_OPTIONS="--ignore 'PL301,PL4' --select $(id)"
    )
    assert check.returncode == 0
    assert job.outputs["exit-code"] == "2"
    assert "$(id)" in check.stderr
    assert "uid=" not in check.stdout + check.stderr


def test_an_open_quote_fails_the_step(job: Job) -> None:
    check = job.run("Check", PROMPTLINT_PATHS=".", PROMPTLINT_OPTIONS="--select 'PL3")
    assert check.returncode != 0
    assert "A quote is not closed in: --select 'PL3" in check.stderr


@pytest.mark.parametrize(
    ("check", "diff", "code"),
    [("0", "", 0), ("0", "0", 0), ("1", "3", 3), ("2", "3", 2), ("1", "", 1), ("126", "0", 2)],
)
def test_the_verdict(job: Job, check: str, diff: str, code: int) -> None:
    assert job.run("Verdict", CHECK=check, DIFF=diff).returncode == code


@dataclass
class Comments:
    """The comments of one pull request, as GitHub's API has them."""

    address: str = ""
    found: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200


@contextmanager
def comments(*bodies: tuple[str, str]) -> Iterator[Comments]:
    state = Comments(found=[{"id": n, "body": body, "user": {"type": kind}} for n, (kind, body) in enumerate(bodies)])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(state.found if self.path.endswith("&page=1") else [])

        def do_POST(self) -> None:
            self.answer(self.written({"id": len(state.found), "user": {"type": "Bot"}}))

        def do_PATCH(self) -> None:
            self.answer(self.written(state.found[int(self.path.rsplit("/", 1)[1])]))

        def written(self, comment: dict[str, Any]) -> dict[str, Any]:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
            comment["body"] = body
            if comment not in state.found:
                state.found.append(comment)
            return comment

        def answer(self, value: Any) -> None:
            assert self.headers["Authorization"] == "Bearer secret"
            state.asked.append((self.command, self.path))
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(json.dumps(value).encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def test_one_comment_is_kept_up_to_date(job: Job) -> None:
    job.run("Compare")
    quoted = ("User", "<!-- promptlint -->\nlook what it says")
    with comments(("User", "nice"), quoted) as state:
        job.api = state.address
        for _ in range(2):
            written = job.run("Comment", GITHUB_TOKEN="secret")
            assert (written.returncode, written.stdout + written.stderr) == (0, "")
        assert [comment["body"] for comment in state.found[:2]] == ["nice", quoted[1]]
        assert [comment["body"] for comment in state.found[2:]] == [job.report("diff.md")]

        (job.temp / "promptlint-reports" / "diff.md").write_text("", encoding="utf-8")
        job.run("Comment", GITHUB_TOKEN="secret")
        assert "no longer changes what Claude calls cost" in state.found[2]["body"]


def test_nothing_to_say_writes_no_comment(job: Job) -> None:
    with comments() as state:
        job.api = state.address
        assert job.run("Comment", GITHUB_TOKEN="secret").returncode == 0
        assert [method for method, _ in state.asked] == ["GET"]


def test_a_token_that_may_not_write_says_so(job: Job) -> None:
    job.run("Compare")
    with comments() as state:
        job.api, state.status = state.address, 403
        refused = job.run("Comment", GITHUB_TOKEN="secret")
    assert refused.returncode == 2
    assert refused.stdout == (
        "::error title=promptlint::The comment was refused (403): the job needs `pull-requests: write`\n"
    )


def test_no_pull_request_no_comment(job: Job) -> None:
    job.event = {}
    assert job.run("Comment", GITHUB_TOKEN="secret").stdout == "No pull request: no comment is written.\n"


@pytest.mark.slow
def test_it_installs_from_its_own_checkout(tmp_path: Path) -> None:
    """With its dependencies, as on GitHub's machines, so this one needs a package index."""
    done = Job(tmp_path, tmp_path).run("Install promptlint from the action's own checkout", PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("promptlint ")
