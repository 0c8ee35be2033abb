from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from promptlint.cli import main
from promptlint.cli.reports import FORMATS
from tests.report.hostile import is_clean

Check = Callable[..., tuple[int, str, str]]

CODE = """\
import anthropic

client = anthropic.Anthropic()


def answer(question: str) -> str:
    reply = client.messages.create(
        model="claude-3-opus-20240229",
        max_tokens=4000,
        messages=[{"role": "user", "content": question}],
    )
    return reply.content[0].text
"""
CLEAN = CODE.replace("claude-3-opus-20240229", "claude-opus-5-5")
RETIRED = "claude-3-opus-20240229 is retired since 2026-01-05: every request for it fails with 404"
STEP = "GITHUB_STEP_SUMMARY"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (STEP, "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    project = tmp_path / "repository" / "service"
    (project / "app").mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (project / "promptlint.toml").write_text('select = ["PL301"]\n', encoding="utf-8")
    (project / "app" / "answer.py").write_text(CODE, encoding="utf-8")
    monkeypatch.chdir(project)
    return project


@pytest.fixture
def check(here: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main.run(["check", "--today", "2026-11-22", *arguments])
        return code, *capsys.readouterr()

    return run


def outputs(*formats: str) -> list[str]:
    return [part for name in formats for part in ("--output", f"{name}={name}.out")]


def test_several_reports_at_once(check: Check, here: Path) -> None:
    assert check(*outputs(*FORMATS), "--output-format", "concise", "--quiet")[:2] == (
        1,
        f"app/answer.py:8:15: PL301 error {RETIRED}\n",
    )
    for name in FORMATS:
        assert "claude-3-opus-20240229 is retired" in (here / f"{name}.out").read_text(encoding="utf-8")


def test_no_report_quotes_a_secret(check: Check, here: Path) -> None:
    key = "sk-ant-api03-" + "a1B2c3D4" * 6
    code = CODE.replace('"content": question', f'"content": json.dumps({{"key": "{key}", "q": question}}, indent=2)')
    code = code.replace("reply = ", "return ").replace("    return reply.content[0].text\n", "")
    code = code.replace("import", "import json\n\nimport", 1)
    (here / "app" / "answer.py").write_text(code, encoding="utf-8")
    check("--select", "PL606,PL901", *outputs(*FORMATS))
    for name in FORMATS:
        text = (here / f"{name}.out").read_text(encoding="utf-8")
        assert "PL606" in text
        assert key[:12] not in text


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_on_stdout_is_what_it_is_in_a_file(check: Check, here: Path, name: str) -> None:
    code, out, _ = check("--output-format", name)
    assert code == 1
    assert check("--output-format", name, "-o", "file.out")[:2] == (1, "")
    assert (here / "file.out").read_text(encoding="utf-8") == out
    assert check("--output", f"{name}=-") == (code, out, "")


def test_paths_are_those_of_the_repository(check: Check, here: Path) -> None:
    check(*outputs("sarif", "github", "gitlab", "junit", "markdown", "json"))
    for name in ("sarif", "github", "gitlab", "junit", "markdown"):
        assert "service/app/answer.py" in (here / f"{name}.out").read_text(encoding="utf-8")
    assert json.loads((here / "json.out").read_text(encoding="utf-8"))["findings"][0]["path"] == "app/answer.py"


@pytest.mark.parametrize(
    ("around", "path"), [("..", "service/app/answer.py"), (".", "app/answer.py"), ("app", "service/app/answer.py")]
)
def test_a_service_says_where_the_repository_begins(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch, around: str, path: str
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str((here / around).resolve()))
    assert f"file={path}," in check("--output-format", "github")[1]


def test_a_machine_reads_its_document_whatever_the_exit_code(check: Check, here: Path) -> None:
    (here / "app" / "answer.py").write_text(f"{CODE}\ndef broken(:\n", encoding="utf-8")
    for name in ("sarif", "gitlab"):
        code, out, err = check("--output-format", name)
        assert (code, err) == (2, "")
        assert "answer.py" in json.dumps(json.loads(out))
    code, out, err = check("--output-format", "junit")
    assert (code, err, ElementTree.fromstring(out.encode()).get("errors")) == (2, "", "1")


def test_a_comment_says_nothing_where_there_is_nothing_to_say(check: Check, here: Path) -> None:
    (here / "app" / "answer.py").write_text(CLEAN, encoding="utf-8")
    assert check("--output-format", "markdown") == (0, "", "")
    check("-o", "comment.md", "--output-format", "markdown")
    assert (here / "comment.md").read_text(encoding="utf-8") == ""
    expected = "<!-- promptlint: check -->\n### promptlint: passes\n\nAll clear: 1 call in 1 file.\n"
    assert check("--output-format", "markdown", "--comment-always")[1] == expected


def test_the_summary_of_a_step_is_added_to(check: Check, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "summary.md").write_text("before\n", encoding="utf-8")
    monkeypatch.setenv(STEP, str(here / "summary.md"))
    check("--output-format", "json")
    assert (here / "summary.md").read_text(encoding="utf-8") == "before\n"
    check("--output-format", "github")
    text = (here / "summary.md").read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- promptlint: check -->\n### promptlint: fails\n")
    monkeypatch.setenv(STEP, str(here))
    code, _, err = check("--output-format", "github")
    assert (code, err.startswith(f"error: cannot write {STEP} ")) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "sarif"], "argument --output: 'sarif' is not FORMAT=FILE, such as sarif=promptlint.sarif"),
        (["--output", "sarif="], "argument --output: 'sarif=' is not FORMAT=FILE, such as sarif=promptlint.sarif"),
        (["--output", "sarfi=x"], "argument --output: unknown format 'sarfi'; did you mean sarif?"),
        (["--output", "json=-", "--output", "sarif=-"], "2 reports on stdout"),
        (["--output", "json=-", "--output-format", "full"], "2 reports on stdout"),
        (["--output", "json=x", "--output", "sarif=./x"], "2 reports in x"),
        (["--output", "json=x", "-o", "x"], "2 reports in x"),
        (["--statistics", "--output-format", "sarif"], "--statistics has no place in sarif"),
    ],
)
def test_reports_that_cannot_be(check: Check, here: Path, arguments: list[str], message: str) -> None:
    code, out, err = check(*arguments)
    assert (code, out, err.splitlines()[0]) == (2, "", f"error: {message}")
    assert not (here / "x").exists()


@pytest.mark.parametrize("name", ["a b.py", "é日本.py", "a\n::error::b.py", "a`|<b>]\x1b[31m.py", "a%,:#?.py"])
def test_odd_names_of_files(check: Check, here: Path, name: str) -> None:
    (here / "app" / "answer.py").rename(here / "app" / name)
    assert check(*outputs(*FORMATS), "--quiet")[0] == 1
    for kind in FORMATS:
        text = (here / f"{kind}.out").read_text(encoding="utf-8")
        assert is_clean(text)
        assert "\n::error::b" not in text
    assert json.loads((here / "json.out").read_text(encoding="utf-8"))["findings"][0]["path"] == f"app/{name}"
    assert len((here / "github.out").read_text(encoding="utf-8").splitlines()) == 1


def test_a_name_that_is_no_text(check: Check, here: Path) -> None:
    try:
        (here / "app" / "answer.py").rename(here / "app" / "a\udcff.py")
    except OSError:
        pytest.skip("this file system has no such names")
    assert check(*outputs(*FORMATS), "--quiet")[0] == 1
    sarif = json.loads((here / "sarif.out").read_text(encoding="utf-8"))
    location = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "service/app/a%FF.py"
    ElementTree.parse(here / "junit.out")


def test_a_secret_is_printed_by_no_format(check: Check, here: Path) -> None:
    secret = "sk-ant-api03-" + "a1B2c3D4" * 6
    prompt = CODE.replace("max_tokens=4000,", f'max_tokens=4000,\n        system="The key is {secret}",')
    (here / "app" / "answer.py").write_text(prompt, encoding="utf-8")
    (here / "promptlint.toml").write_text('select = ["PL3", "PL4", "PL8"]\n', encoding="utf-8")
    assert "PL8" in check(*outputs(*FORMATS))[1]
    for name in FORMATS:
        assert secret not in (here / f"{name}.out").read_text(encoding="utf-8")
