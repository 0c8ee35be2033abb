from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint import audit
from promptlint.catalogue import Rule
from promptlint.cli import check, main
from promptlint.findings import Finding, Hit
from promptlint.request import Argument, CallSite, Directive, Place, Problem, Project, Request

CODE = "client.messages.create(\n    model=MODEL,\n)\n"
PLACE = Place("app.py", 2, 5, 2, 16)
REQUEST = Request(model=Argument(("claude-3-opus-20240229",), present=True))
CALL = CallSite("app.py::<module>", Place("app.py", 1, 1, 3, 2), "<module>", "anthropic.messages.create", REQUEST)
PROBLEM = Problem("broken.py", "invalid syntax", 3, 7, "mend it")


def finding(severity: str, suppressed: bool = False) -> Finding:
    rule = Rule("PL301", "retired", "model", "code", severity, "high", "0.1.0", "stable", "s", "w", "f")  # type: ignore[arg-type]
    comment = Directive("ignore", PLACE, ("PL301",), "known") if suppressed else None
    return Finding(rule, Hit(PLACE, "The model is retired", CALL.id), rule.severity, "high", "ab12", comment)


class Run:
    """The command, on a project that is made by hand."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.problems: tuple[Problem, ...] = ()
        self.seen: dict[str, Any] = {}
        self.capsys = capsys
        (folder / "app.py").write_text(CODE, encoding="utf-8")
        monkeypatch.chdir(folder)
        monkeypatch.setattr(check, "analyse", self.analyse)
        monkeypatch.setattr(audit, "run", self.audit)

    def analyse(self, files: Any, settings: Any, stdin: Any = None, keep: Any = None) -> Project:
        self.seen |= {
            "files": files.paths,
            "root": files.root,
            "settings": settings,
            "stdin": stdin,
            "prompts": files.prompts,
        }
        return Project(calls=(CALL,), sources={"app.py": CODE}, files=1)

    def audit(self, asked: audit.Audit, rules: Any, shown: Any) -> audit.Outcome:
        self.seen |= {"today": asked.today, "shown": shown}
        return audit.Outcome(self.findings, self.problems)

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = main.run(["check", *arguments])
        return code, *self.capsys.readouterr()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(tmp_path, monkeypatch, capsys)


GOLDEN = """\
error[PL301] retired: The model is retired
 --> app.py:2:5
  |
1 | client.messages.create(
2 |     model=MODEL,
  |     ^^^^^^^^^^^

Found 1 error in 1 call (1 file).
"""


def test_full_is_the_default(run: Run) -> None:
    run.findings = (finding("error"),)
    assert run() == (1, GOLDEN, "")


def test_concise(run: Run) -> None:
    run.findings = (finding("error"),)
    line = "app.py:2:5: PL301 error The model is retired\n"
    assert run("--output-format", "concise") == (1, line + "Found 1 error in 1 call (1 file).\n", "")
    assert run("--output-format", "concise", "--quiet") == (1, line, "")


def test_statistics_instead_of_findings(run: Run) -> None:
    run.findings = (finding("error"), finding("error"))
    assert run("--statistics") == (1, "2  error    PL301  retired\nFound 2 errors in 1 call (1 file).\n", "")


def test_json_is_a_document_whatever_the_exit_code(run: Run) -> None:
    run.findings, run.problems = (finding("error"),), (PROBLEM,)
    code, out, err = run("--output-format", "json")
    document = json.loads(out)
    assert (code, err, document["schema"]) == (2, "", "promptlint/check/v1")
    assert [found["code"] for found in document["findings"]] == ["PL301"]
    assert [problem["message"] for problem in document["problems"]] == ["invalid syntax"]


def test_problems_go_to_stderr(run: Run) -> None:
    run.problems = (PROBLEM,)
    expected = "error: broken.py:3:7: invalid syntax\n  help: mend it\n"
    assert run() == (2, "1 call in 1 file; 1 file could not be analysed.\n", expected)
    assert run("--exit-zero")[0] == 2


@pytest.mark.parametrize(
    ("severity", "arguments", "code"),
    [
        ("error", (), 1),
        ("warning", (), 1),
        ("info", (), 0),
        ("info", ("--fail-on", "info"), 1),
        ("warning", ("--fail-on", "error"), 0),
        ("error", ("--exit-zero",), 0),
    ],
)
def test_exit_code(run: Run, severity: str, arguments: tuple[str, ...], code: int) -> None:
    run.findings = (finding(severity),)
    assert run(*arguments)[0] == code


def test_min_severity_hides_from_people_and_not_from_programs(run: Run, tmp_path: Path) -> None:
    run.findings = (finding("warning"), finding("info"))
    (tmp_path / "promptlint.toml").write_text('min-severity = "warning"\n', encoding="utf-8")
    assert run("--output-format", "concise")[1] == (
        "app.py:2:5: PL301 warning The model is retired\nFound 1 warning in 1 call (1 file). 1 below min-severity.\n"
    )
    hidden = "All clear: 1 call in 1 file. 2 below min-severity.\n"
    assert run("--min-severity", "error") == (0, hidden, "")
    assert run("--min-severity", "error", "--statistics") == (0, hidden, "")
    code, out, _ = run("--min-severity", "error", "--output-format", "json")
    document = json.loads(out)
    assert (code, [found["severity"] for found in document["findings"]]) == (0, ["warning", "info"])
    assert (document["summary"]["warnings"], document["summary"]["info"]) == (1, 1)


def test_fail_on_below_min_severity_is_said(run: Run) -> None:
    expected = "warning: `fail-on` info is below `min-severity` warning, which counts instead\n"
    assert run("--fail-on", "info", "--min-severity", "warning")[2] == expected
    assert run("--fail-on", "error", "--min-severity", "warning")[2] == ""
    assert run("--min-severity", "error")[2] == ""


def test_sets_of_rules_are_settings_and_options(run: Run, tmp_path: Path) -> None:
    run()
    assert (run.seen["settings"].pedantic, run.seen["settings"].preview) == (False, False)
    run("--pedantic", "--preview")
    assert (run.seen["settings"].pedantic, run.seen["settings"].preview) == (True, True)
    (tmp_path / "promptlint.toml").write_text("pedantic = true\n", encoding="utf-8")
    run("--preview")
    assert (run.seen["settings"].pedantic, run.seen["settings"].preview) == (True, True)
    (tmp_path / "promptlint.toml").write_text('pedantic = "yes"\n', encoding="utf-8")
    expected = (
        'error: promptlint.toml:1: `pedantic` must be true or false, not "yes"\n'
        "help: write true, without quotation marks\n"
    )
    assert run() == (2, "", expected)


def test_a_preview_rule_that_is_selected_in_vain_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = replace(finding("error").rule, status="preview")
    monkeypatch.setattr(check, "all_rules", lambda _: (trial,))
    expected = "warning: `PL301` in `select` is in preview and has no effect without `--preview`\n"
    assert run("--select", "PL301")[2] == expected
    assert run("--select", "retired", "--quiet")[2] == ""
    assert run("--select", "PL301", "--preview")[2] == ""
    assert run("--select", "ALL", "--ignore", "PL301")[2] == expected.replace("PL301", "ALL")


def test_suppressed_findings_count_only_without_ignores(run: Run) -> None:
    run.findings = (finding("error", suppressed=True),)
    assert run() == (0, "All clear: 1 call in 1 file. 1 suppressed.\n", "")
    code, out, _ = run("--no-ignores", "--output-format", "concise")
    assert (code, out.splitlines()[0]) == (1, "app.py:2:5: PL301 error The model is retired")


def test_a_path_that_does_not_exist_is_a_problem(run: Run) -> None:
    code, _, err = run("nowhere.py")
    assert code == 2
    assert err.startswith("error: nowhere.py: no such file or directory\n")


def test_the_report_goes_to_a_file_and_problems_still_to_stderr(run: Run, tmp_path: Path) -> None:
    run.findings, run.problems = (finding("error"),), (PROBLEM,)
    code, out, err = run("--output-format", "concise", "--output-file", "report.txt")
    assert (code, out) == (2, "")
    assert (tmp_path / "report.txt").read_text(encoding="utf-8").startswith("app.py:2:5: PL301")
    assert err.startswith("error: broken.py:3:7")


def test_the_command_line_goes_over_the_configuration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "promptlint.toml").write_text(
        'select = ["PL1"]\nignore = ["PL103", "PL104"]\nexclude = ["old/"]\nmin-confidence = "high"\n', encoding="utf-8"
    )
    run("--extend-select", "PL301,PL103", "--ignore", "PL101", "--exclude", "new/,x.py", "--min-confidence", "low")
    settings = run.seen["settings"]
    assert (settings.select, settings.extend_select) == (("PL1",), ("PL301", "PL103"))
    assert settings.ignore == ("PL104", "PL101")
    assert settings.exclude == ("old/", "new/", "x.py")
    assert settings.min_confidence == "low"
    run("--select", "PL2", "--select", "PL3")
    assert (run.seen["settings"].select, run.seen["settings"].ignore) == (("PL2", "PL3"), ())
    run("--isolated")
    assert run.seen["settings"].select == ("ALL",)


def test_the_configuration_nearest_to_the_paths_applies(run: Run, tmp_path: Path) -> None:
    mail = tmp_path / "services" / "mail"
    mail.mkdir(parents=True)
    (mail / "promptlint.toml").write_text('ignore = ["PL103"]\n', encoding="utf-8")
    (mail / "send.py").write_text("", encoding="utf-8")
    run("services/mail/send.py")
    assert run.seen["root"] == mail.resolve()
    assert run.seen["settings"].ignore == ("PL103",)


def test_without_configuration_the_current_directory_is_the_root(run: Run, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/a.py").write_text("", encoding="utf-8")
    for arguments in ((), ("app",), ("app/a.py",)):
        run(*arguments)
        assert run.seen["root"] == tmp_path.resolve()


def test_nobodys_home_is_a_project(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From `/` or `~`, one file must not have everything there read."""
    monkeypatch.setenv("HOME", str(tmp_path.resolve()))
    for name in ("deep/one/a.py", "deep/two/b.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BytesIO()}))
    for arguments, root in (
        ((), ""),
        (("deep",), "deep"),
        (("deep/one/a.py",), "deep/one"),
        (("deep/one/a.py", "deep/two"), "deep"),
        (("-", "--stdin-filename", "deep/two/b.py"), "deep/two"),
    ):
        run(*arguments)
        assert run.seen["root"] == (tmp_path / root).resolve()


def test_a_project_elsewhere(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    run(str(tmp_path))
    assert (run.seen["root"], run.seen["files"]) == (tmp_path.resolve(), ("app.py",))


def test_a_file_that_is_named_has_to_be_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "named.py").write_bytes(b"x = '\xff'\n")
    assert run()[0] == 0
    code, out, err = run("named.py", "app.py")
    assert (code, err) == (2, "error: named.py:1: byte 0xff is not valid utf-8\n  help: save the file as UTF-8\n")
    assert out == "1 call in 2 files; 1 file could not be analysed.\n"


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    class Stdin:
        class buffer:  # noqa: N801 - as sys.stdin has it
            @staticmethod
            def read(most: int) -> bytes:
                return data[:most]

    monkeypatch.setattr("sys.stdin", Stdin)


def test_stdin_has_to_be_text(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BytesIO(b"import anthropic\n\xff\xfe")}))
    code, _, err = run("-")
    assert (code, err.splitlines()[0]) == (2, "error: stdin.py:2: byte 0xff is not valid utf-8")


def test_what_has_no_effect_is_a_warning(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "prompts.md").write_text("", encoding="utf-8")
    (tmp_path / "promptlint.toml").write_text(
        'exclude = ["old/", "odl/", "*.md"]\nsrc = [".", "lib", ".."]\n'
        '[per-file-ignores]\n"app.py" = ["PL1"]\n"aps.py" = ["PL1"]\n',
        encoding="utf-8",
    )
    code, _, err = run()
    assert code == 0
    assert err == (
        "warning: promptlint.toml:2: `src` folder `lib` does not exist\n"
        f"warning: promptlint.toml:2: `src` folder `..` lies outside of the project's root, {tmp_path.resolve()}\n"
        "warning: promptlint.toml:1: `exclude` glob `odl/` matches nothing in the project\n"
        "warning: promptlint.toml:5: `per-file-ignores` glob `aps.py` matches nothing in the project\n"
    )
    assert run("--quiet")[2] == ""
    assert "glob" not in run("app.py")[2]


def test_today_is_an_input(run: Run) -> None:
    run("--today", "2027-01-31")
    assert run.seen["today"].isoformat() == "2027-01-31"


def test_stdin_stands_for_a_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, b"edited")
    run("-", "--stdin-filename", "app.py")
    assert run.seen["stdin"] == ("app.py", b"edited")
    assert run.seen["shown"].shows("app.py")
    assert not run.seen["shown"].shows("other.py")
    assert not run.seen["shown"].whole
    run("-", "--stdin-filename", "new/module.py")
    assert run.seen["files"] == ("app.py", "new/module.py")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"# see below\n\nimport anthropic\n", "stdin.py"),
        (b'"""Ask."""\nfrom app import client\n', "stdin.py"),
        (b"client = make()\n", "stdin.py"),
        (b'{"model": "claude-haiku-5-5"}', "stdin.json"),
        (b'[\n{"model": "claude-haiku-5-5"}]', "stdin.json"),
        (b'{"model": 1}\n{"model": 2}\n', "stdin.jsonl"),
        (b"{name}, you are an assistant.", "stdin.txt"),
        (b"[Role] You are an assistant.", "stdin.txt"),
        (b"# Role\nYou are an assistant. Import nothing.", "stdin.txt"),
        (b"\xff\xfe", "stdin.txt"),
        (b"", "stdin.txt"),
    ],
)
def test_stdin_without_a_name_is_what_it_looks_like(
    run: Run, monkeypatch: pytest.MonkeyPatch, data: bytes, name: str
) -> None:
    piped(monkeypatch, data)
    run("-")
    assert run.seen["stdin"] == (name, data)
    assert run.seen["shown"].shown == (name,)


def test_stdin_goes_with_other_paths(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, b"You are an assistant.")
    run("-", "app.py")
    assert run.seen["shown"].shown == ("app.py", "stdin.txt")
    assert run.seen["prompts"].named == ("stdin.txt",)


def test_stdin_outside_of_the_project(run: Run) -> None:
    code, _, err = run("-", "--stdin-filename", "/elsewhere/app.py")
    assert code == 2
    assert err.startswith("error: --stdin-filename /elsewhere/app.py lies outside of the project")


def test_the_output_is_the_same_every_time(run: Run) -> None:
    run.findings = (finding("error"), finding("warning"))
    assert run("--output-format", "json") == run("--output-format", "json")


TWO_CALLS = """\
import anthropic

client = anthropic.Anthropic()


def one() -> str:
    return client.messages.create(model="claude-opus-5-5", max_tokens=64_000, messages=[]).content[0].text


def two() -> str:
    return client.messages.create(model="claude-haiku-5-5", max_tokens=64_000, messages=[]).content[0].text
"""


def test_a_check_that_breaks_down_at_one_call_goes_on_with_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from promptlint.checks import large_cap_without_streaming

    sound = large_cap_without_streaming.check

    def broken(call: CallSite, audit: Any) -> Any:
        return 1 / 0 if call.function == "one" else sound(call, audit)

    (tmp_path / "app.py").write_text(TWO_CALLS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(large_cap_without_streaming, "check", broken)
    assert main.run(["check", "--select", "PL701", "--output-format", "concise", "--quiet"]) == 2
    out, err = capsys.readouterr()
    assert [line.split(" error ")[0] for line in out.splitlines()] == ["app.py:11:72: PL701"]
    assert err == (
        "error: app.py:7:12: PL701 (large-cap-without-streaming) broke down here: ZeroDivisionError: division by zero\n"
        "  help: this is a bug in promptlint; until it is fixed, `--ignore PL701` leaves the rule out\n"
    )
