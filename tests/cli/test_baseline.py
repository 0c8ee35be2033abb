from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import main

Check = Callable[..., tuple[int, str, str]]

POLICY = "Refunds above 100 euros need the approval of a team lead, who signs within two working days. "
CODE = f'''\
import anthropic

client = anthropic.Anthropic()
POLICY = "{POLICY}" * 60


def answer(question: str) -> str:
    reply = client.messages.create(
        model="claude-3-opus-20240229",
        max_tokens=4000,
        system=POLICY,
        messages=[{{"role": "user", "content": question}}],
    )
    return reply.content[0].text
'''


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "promptlint.toml").write_text('select = ["PL103", "PL301"]\n', encoding="utf-8")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "answer.py").write_text(CODE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def check(here: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main.run(["check", "--today", "2026-11-22", "--output-format", "concise", *arguments])
        return code, *capsys.readouterr()

    assert run("--output", "json=old.json")[0] == 1
    return run


def document(path: str = "old.json") -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return read


def codes(out: str) -> list[str]:
    return [line.split()[1] for line in out.splitlines() if ": PL" in line]


CLEAR = (0, "All clear: 1 call in 1 file. 2 in the baseline.\n", "")


def test_what_is_known_does_not_fail(check: Check) -> None:
    assert check("--baseline", "old.json") == CLEAR
    assert check("--baseline", "old.json", "--fail-on", "info") == CLEAR


def test_it_stays_marked_in_json(check: Check) -> None:
    assert check("--baseline", "old.json", "--output", "json=new.json")[0] == 0
    new = document("new.json")
    assert [finding["baselined"] for finding in new["findings"]] == [True, True]
    assert new["baseline"] == {"path": "old.json", "commit": None, "stale": [], "pruned": False}
    assert new["summary"] | {"calls": 0, "files": 0} == {
        "errors": 0, "warnings": 0, "info": 0, "suppressed": 0, "baselined": 2, "calls": 0, "files": 0,
    }  # fmt: skip
    assert check("--baseline", "new.json") == CLEAR


def test_neither_moved_lines_nor_a_renamed_file_wake_it(check: Check, here: Path) -> None:
    old = here / "app" / "answer.py"
    (here / "app" / "reply.py").write_text(f'"""Answers."""\n\n{CODE}', encoding="utf-8")
    old.unlink()
    assert check("--baseline", "old.json") == CLEAR


def test_another_prompt_wakes_what_is_about_it(check: Check, here: Path) -> None:
    (here / "app" / "answer.py").write_text(CODE.replace("100 euros", "200 euros"), encoding="utf-8")
    code, out, err = check("--baseline", "old.json")
    assert (code, codes(out)) == (1, ["PL103"])
    expected = "1 finding no longer there: PL103 at app/answer.py:11; --prune-baseline takes them out"
    assert err == f"warning: old.json: {expected}\n"


def test_a_copy_is_new(check: Check, here: Path) -> None:
    (here / "a.py").write_text(CODE, encoding="utf-8")
    code, out, _ = check("--baseline", "old.json")
    assert code == 1
    assert all(line.startswith("a.py:") for line in out.splitlines()[:-1])
    assert codes(out) == ["PL301", "PL103"] or codes(out) == ["PL301"]


def test_what_is_gone_is_pruned_on_request(check: Check, here: Path) -> None:
    (here / "app" / "answer.py").write_text(CODE.replace("claude-3-opus-20240229", "claude-opus-5-5"), encoding="utf-8")
    told = "1 finding no longer there: PL301 at app/answer.py:9; --prune-baseline takes them out"
    assert check("--baseline", "old.json")[2] == f"warning: old.json: {told}\n"
    assert len(document()["findings"]) == 2
    told = "1 finding taken out, no longer there: PL301 at app/answer.py:9"
    assert check("--baseline", "old.json", "--prune-baseline")[2] == f"warning: old.json: {told}\n"
    assert [finding["code"] for finding in document()["findings"]] == ["PL103"]
    assert check("--baseline", "old.json", "--prune-baseline")[2] == ""


@pytest.mark.parametrize(
    "narrow", [["--select", "PL103"], ["app/answer.py"], ["other"]], ids=["another rule", "a file", "another folder"]
)
def test_what_a_run_could_not_find_is_not_stale(check: Check, here: Path, narrow: list[str]) -> None:
    (here / "app" / "answer.py").write_text(CODE.replace("claude-3-opus-20240229", "claude-opus-5-5"), encoding="utf-8")
    (here / "other").mkdir()
    (here / "other" / "empty.py").write_text("", encoding="utf-8")
    before = document()
    assert check("--baseline", "old.json", "--prune-baseline", *narrow)[2] == ""
    assert document() == before


def test_where_a_file_cannot_be_read_nothing_is_stale(check: Check, here: Path) -> None:
    (here / "app" / "answer.py").write_text(f"{CODE}\ndef broken(:\n", encoding="utf-8")
    before = document()
    code, _, err = check("--baseline", "old.json", "--prune-baseline")
    assert (code, err.count("warning:")) == (2, 0)
    assert document() == before


def test_what_a_comment_suppressed_is_not_known_without_it(check: Check, here: Path) -> None:
    line = 'model="claude-3-opus-20240229",'
    silenced = CODE.replace(line, f"{line}  # promptlint: ignore[PL301] soon")
    (here / "app" / "answer.py").write_text(silenced, encoding="utf-8")
    assert check("--output", "json=old.json")[0] == 1
    (here / "app" / "answer.py").write_text(CODE, encoding="utf-8")
    code, out, err = check("--baseline", "old.json")
    assert (code, codes(out), err) == (1, ["PL301"], "")


def test_wrong_use(check: Check, here: Path) -> None:
    assert check("--prune-baseline") == (
        2, "", "error: --prune-baseline without --baseline\nhelp: name the file with --baseline FILE\n",
    )  # fmt: skip
    (here / "forged\x1b[31m.json").write_text('{"schema": "\\u001b]0;x\\u0007"}', encoding="utf-8")
    code, out, err = check("--baseline", "forged\x1b[31m.json")
    assert (code, out) == (2, "")
    assert err.startswith('error: forged␛[31m.json: `schema` is "\\u001b]0;x\\u0007", not promptlint/check/v1\n')


def test_foreign_text_of_a_baseline_is_shown_as_it_is(check: Check, here: Path) -> None:
    forged = document()
    forged["findings"][0] |= {"fingerprint": "f" * 64, "code": "\x1b[31m", "path": "gone\n::error::x.py"}
    (here / "old.json").write_text(json.dumps(forged), encoding="utf-8")
    _, _, err = check("--baseline", "old.json", "--output", "markdown=c.md")
    assert "␛[31m at gone␊::error::x.py" in err
    assert err.count("\n") == 1
    assert "\n::error" not in (here / "c.md").read_text(encoding="utf-8")
