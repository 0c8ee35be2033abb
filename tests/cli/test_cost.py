from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint import audit
from promptlint.catalogue import Rule
from promptlint.cli import cost, main
from promptlint.estimate import Estimate
from promptlint.findings import Finding, Hit
from promptlint.request import Argument, CallSite, Place, Problem, Project, Request

REQUEST = Request(model=Argument(("claude-haiku-5-5",), present=True), max_tokens=Argument((100,), present=True))
PROBLEM = Problem("broken.py", "invalid syntax", 3)


def call(path: str, line: int) -> CallSite:
    return CallSite(f"{path}::f", Place(path, line, 1, line, 9), "f", "anthropic.messages.create", REQUEST)


def finding(code: str, saves: float | None) -> Finding:
    rule = Rule(code, "name", "caching", "code", "warning", "high", "0.1.0", "stable", "s", "w", "f")
    savings = None if saves is None else Estimate(0, saves, None, "tokenizer")
    return Finding(rule, Hit(Place("a.py", 1, 1, 1, 2), "m", "a.py::f", savings=savings), "warning", "high", "x")


class Run:
    """The command, on a project that is made by hand."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.calls: tuple[CallSite, ...] = (call("b.py", 1), call("a.py", 2), call("a.py", 1))
        self.problems: tuple[Problem, ...] = ()
        self.findings: tuple[Finding, ...] = ()
        self.capsys = capsys
        for name in ("a.py", "b.py"):
            (folder / name).write_text("", encoding="utf-8")
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(folder / "cache"))
        monkeypatch.setattr(cost, "analyse", lambda *_: Project(self.calls, self.problems, files=2))
        monkeypatch.setattr(audit, "run", lambda *_: audit.Outcome(self.findings, ()))

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = main.run(["cost", *arguments])
        return code, *self.capsys.readouterr()

    def json(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("--output-format", "json", *arguments)[1])
        return found


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(tmp_path, monkeypatch, capsys)


def test_json_lists_the_calls_in_the_order_of_their_places(run: Run) -> None:
    document = run.json()
    assert (document["schema"], document["prices_as_of"]) == ("promptlint/cost/v1", "2026-11-22")
    assert document["tokenizer"].startswith("ctok ")
    assert [(found["path"], found["line"]) for found in document["calls"]] == [("a.py", 1), ("a.py", 2), ("b.py", 1)]
    assert document["calls"][0]["cost"]["output_usd"]["high"] == pytest.approx(100 * 0.5e-6)


def test_paths_filter_what_is_shown(run: Run) -> None:
    assert [found["path"] for found in run.json("b.py")["calls"]] == ["b.py"]


def test_problems_are_exit_2_and_in_the_document(run: Run) -> None:
    run.problems = (PROBLEM,)
    code, out, err = run("--output-format", "json")
    assert (code, err) == (2, "")
    assert json.loads(out)["problems"][0]["message"] == "invalid syntax"


def test_the_table_tells_problems_on_stderr(run: Run) -> None:
    run.problems = (PROBLEM,)
    code, out, err = run("--quiet")
    assert (code, err) == (2, "error: broken.py:3: invalid syntax\n")
    assert out.startswith("call site")


def test_findings_never_change_the_exit_code(run: Run) -> None:
    run.findings = (finding("PL103", 0.001),)
    assert run()[0] == 0


def test_the_largest_saving_of_a_call_is_shown(run: Run) -> None:
    run.findings = (finding("PL406", 0.0001), finding("PL103", 0.001), finding("PL104", None))
    out = run()[1]
    assert "$1.00" in out
    assert "PL103" in out
    assert "PL406" not in out


def test_no_call(run: Run) -> None:
    run.calls = ()
    assert run() == (0, "No Claude call found in 2 files.\n", "")


def test_a_file_that_is_named_has_to_be_text(run: Run) -> None:
    run.calls = ()
    Path("a.py").write_bytes(b"\xff")
    code, out, err = run("a.py")
    assert (code, out) == (2, "0 calls in 1 file; 1 file could not be analysed.\n")
    assert err.startswith("error: a.py:1: byte 0xff is not valid utf-8")


def test_no_name_is_broken_in_a_pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    folders = "/".join(["a_folder_with_a_long_name"] * 8)
    Path(folders).mkdir(parents=True)
    Path(folders, "a.py").write_text("", encoding="utf-8")
    run.calls = (call(f"{folders}/a.py", 1),)
    assert re.search(rf"^{folders}/a\.py:1 +claude-haiku-5-5 ", run(".")[1], re.MULTILINE)


@pytest.fixture
def explained(run: Run) -> Run:
    run.calls = (call("a.py", 1), replace(call("a.py", 9), id="a.py::Desk.answer"), call("b.py", 1))
    return run


def ids(run: Run, *words: str) -> list[str]:
    return [found["id"] for found in run.json(*(part for word in words for part in ("--explain", word)))["calls"]]


def test_explain_one_call(explained: Run) -> None:
    code, out, err = explained("--explain", "a.py::f")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "a.py::f"
    assert "claude-haiku-5-5" in out
    assert "b.py" not in out


def test_explain_takes_ids_globs_and_places(explained: Run) -> None:
    assert ids(explained, "a.py::f") == ["a.py::f"]
    assert ids(explained, "a.py:9") == ["a.py::Desk.answer"]
    assert ids(explained, "*::f") == ["a.py::f", "b.py::f"]
    assert ids(explained, "b.py::f", "*Desk*") == ["a.py::Desk.answer", "b.py::f"]


def test_explain_as_data_is_the_document_of_cost_and_more(explained: Run) -> None:
    [found] = explained.json("--explain", "a.py::f")["calls"]
    [known] = [other for other in explained.json()["calls"] if other["id"] == "a.py::f"]
    assert found.pop("explain")["model"]["values"] == ["claude-haiku-5-5"]
    assert found == known


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("a.py::g", "the nearest: `a.py::f`, `b.py::f`, `a.py::Desk.answer`"),
        ("Desk.answr", "the nearest: `a.py::Desk.answer`"),
        ("b.py", "the nearest: `b.py::f`, `a.py::f`"),
        ("zzz", "`promptlint cost --output-format json` lists the ids; globs such as `app/*` name several"),
        ("", "`promptlint cost --output-format json` lists the ids; globs such as `app/*` name several"),
        ("[", "`promptlint cost --output-format json` lists the ids; globs such as `app/*` name several"),
    ],
)
def test_an_unknown_id_names_the_nearest(explained: Run, word: str, advice: str) -> None:
    assert explained("--explain", word) == (2, "", f"error: no call has the id `{word}`\nhelp: {advice}\n")


def test_explain_where_there_is_no_call(run: Run) -> None:
    run.calls = ()
    message = "error: no call has the id `a.py::f`\nhelp: no Claude call was found here at all\n"
    assert run("--explain", "a.py::f") == (2, "", message)


def test_explain_tells_problems_too(explained: Run) -> None:
    explained.problems = (PROBLEM,)
    code, out, err = explained("--explain", "a.py::f")
    assert (code, err) == (2, "error: broken.py:3: invalid syntax\n")
    assert out.startswith("a.py::f\n")


def configure(text: str) -> None:
    Path("promptlint.toml").write_text(text, encoding="utf-8")


WORKLOAD = """\
[workloads."a.py::f"]
calls-per-day = 12_000
input-tokens = 1_000
output-tokens = 100
"""


def test_a_workload_tells_what_a_month_costs(run: Run) -> None:
    run.calls = (call("a.py", 1), call("b.py", 1))
    configure(WORKLOAD)
    document = run.json()
    assert document["months"] == {
        "known_usd": pytest.approx(365_000 * 0.00015),
        "known_calls": 1,
        "unknown_calls": 0,
        "unknown_at_least_usd": 0,
        "calls_without_volume": 1,
    }
    first, second = document["calls"]
    assert first["cost"]["per_month_usd"]["value"] == pytest.approx(54.75)
    assert first["cost"]["input_usd"]["source"] == "configured"
    assert first["workload"]["calls_per_day"] == 12_000
    assert [step["change"] for step in first["steps"]] == ["answers 25% shorter"]
    assert (second["cost"]["per_month_usd"], second["workload"]) == (None, None)
    assert "\n$54.75 a month for 1 call; not in it: 1 call, which has no volume.\n" in run()[1]


def test_a_workload_that_no_call_has_is_a_warning(run: Run) -> None:
    configure(f'{WORKLOAD}[workloads."gone.py::f"]\n')
    run.calls = (call("a.py", 1),)
    assert run()[2] == "warning: promptlint.toml:5: workload `gone.py::f` matches no call\n"
    assert run("--quiet")[2] == ""


def test_own_prices(run: Run) -> None:
    run.calls = (call("a.py", 1),)
    configure(f'{WORKLOAD}[prices]\ndiscount = "50%"\n')
    assert run.json()["calls"][0]["cost"]["per_month_usd"]["value"] == pytest.approx(54.75 / 2)
    assert "Prices of the configuration, else list prices as of 2026-11-22" in run()[1]
    configure('[prices.claude-haiku-9]\ninput = "$1/MTok"\n')
    code, out, err = run()
    assert (code, out) == (2, "")
    assert err.startswith("error: in `prices` unknown model `claude-haiku-9`\nhelp: did you mean claude-haiku-")


def test_a_wrong_workload_is_named(run: Run) -> None:
    configure('[workloads."a.py::f"]\ncalls-per-day = -3\n')
    expected = "error: promptlint.toml:2: `workloads` for `a.py::f`: `calls-per-day` must be at least 0, not -3\n"
    assert run() == (2, "", expected)


def test_a_workload_that_contradicts_the_code_is_a_warning(run: Run) -> None:
    run.calls = (call("a.py", 1),)
    configure('[workloads."a.py::f"]\ninput-tokens = 1\noutput-tokens = 101\n')
    assert run()[2] == (
        "warning: promptlint.toml:1: input-tokens 1 of a.py::f are fewer than the 5 it sends\n"
        "warning: promptlint.toml:1: output-tokens 101 of a.py::f are more than its max_tokens, 100\n"
    )
    configure('[workloads."a.py::f"]\ninput-tokens = 9\noutput-tokens = 100\n')
    assert run()[2] == ""
