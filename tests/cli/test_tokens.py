from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import main
from promptlint.tokens.tokenizer import VERSION

BODY: dict[str, Any] = {"model": "claude-opus-4-8", "messages": [{"role": "user", "content": "one two"}]}


class Run:
    """The command in an empty folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(folder / ".cache"))
        monkeypatch.delenv("COLUMNS", raising=False)
        self.monkeypatch = monkeypatch
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = main.run(["tokens", *arguments])
        return code, *self.capsys.readouterr()

    def answers(self, *lines: object, model: str = "") -> tuple[int, list[dict[str, Any]], str]:
        """What the command answers to a file of requests."""
        text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
        Path("log.jsonl").write_text(text, encoding="utf-8")
        chosen = ["--model", model] if model else []
        code, output, errors = self("--requests", "log.jsonl", "--output-format", "jsonl", *chosen)
        return code, [json.loads(line) for line in output.splitlines()], errors


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(tmp_path, monkeypatch, capsys)


def test_each_request_is_answered_in_order(run: Run) -> None:
    known = {"model": "claude-opus-4-8", "tokenizer": VERSION}
    assert run.answers(BODY, {"custom_id": "a", "params": {**BODY, "system": "one"}}) == (
        0,
        [
            {"input_tokens": {"low": 8, "value": 8, "high": 8, "source": "tokenizer"}, **known},
            {"input_tokens": {"low": 8, "value": 9, "high": 10, "source": "tokenizer"}, **known},
        ],
        "",
    )


def test_a_model_of_the_command_line_counts_instead(run: Run) -> None:
    _, (answer,), _ = run.answers(BODY, model="claude-sonnet-4-5")
    assert (answer["model"], answer["input_tokens"]["value"]) == ("claude-sonnet-4-5-20250929", 9)


def test_what_cannot_be_known_has_its_reason_and_is_no_error(run: Run) -> None:
    search = {**BODY, "tools": [{"type": "web_search_20250305", "name": "web_search"}]}
    code, (answer,), errors = run.answers(search)
    assert (code, errors) == (0, "")
    assert answer["input_tokens"] is None
    assert answer["reason"] == "the tool web_search adds what it finds"
    assert answer["at_least"] == 7


def test_bad_requests_are_said_one_by_one_and_the_others_counted(run: Run) -> None:
    code, answers, errors = run.answers(
        "{not json",
        {**BODY, "model": "claude-sonnet-9"},
        {**BODY, "model": "gpt-4o"},
        {**BODY, "messages": []},
        {**BODY, "messages": [{"role": "robot", "content": "hunter2"}]},
        BODY,
    )
    assert code == 2
    assert [answer["input_tokens"] is None for answer in answers] == [True] * 5 + [False]
    assert [line for line in errors.splitlines() if line.startswith("error")] == [
        "error: log.jsonl:1:2: this is not valid JSON: expecting property name enclosed in double quotes",
        "error: log.jsonl:2: the model `claude-sonnet-9` is not known",
        "error: log.jsonl:3: `gpt-4o` is no model of Claude that is known: its tokens cannot be counted",
        "error: log.jsonl:4:42: `messages` is empty",
        "error: log.jsonl:5:43: message 1 has the unknown role `robot`",
    ]
    assert "hunter2" not in errors


def test_a_prompt_in_place_of_a_model_is_not_repeated(run: Run) -> None:
    _, (answer,), errors = run.answers({**BODY, "model": "You are ACME's assistant."})
    assert "ACME" not in answer["reason"] + errors


def test_requests_are_read_from_stdin(run: Run) -> None:
    run.monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BytesIO(json.dumps(BODY).encode())}))
    code, output, _ = run("--requests", "-", "--output-format", "jsonl")
    assert (code, json.loads(output)["input_tokens"]["value"]) == (0, 8)


def test_files_and_models_side_by_side(run: Run) -> None:
    Path("prompts").mkdir()
    Path("prompts/long.md").write_text("one two " * 1_000, encoding="utf-8")
    Path("prompts/short.txt").write_text("one two", encoding="utf-8")
    Path("prompts/notes.py").write_text("print()", encoding="utf-8")
    Path("prompts/data.json").write_text("[1]", encoding="utf-8")
    code, output, errors = run("prompts", "--model", "claude-opus-4-8", "--model", "claude-haiku-4-5")
    assert (code, errors) == (0, "")
    assert output == (
        "                    claude-opus-4-8                 claude-haiku-4-5-20251001\n"
        "---------------------------------------------------------------------------------\n"
        "prompts/long.md     2,001 (1,996 to 2,006) tokens   2,001 (1,996 to 2,006) tokens\n"
        "8,000 characters    4.00 characters a token         4.00 characters a token\n"
        "                    $0.01 a call                    $0.002 a call\n"
        "                    long enough to cache (1,024)    too short to cache (4,096)\n"
        "\n"
        "prompts/short.txt   2 (1 to 3) tokens               2 (1 to 3) tokens\n"
        "7 characters        3.50 characters a token         3.50 characters a token\n"
        "                    $0.00001 a call                 $0.000002 a call\n"
        "                    too short to cache (1,024)      too short to cache (4,096)\n"
        "\n"
        "2 inputs counted.\n"
        f"Counted offline by {VERSION}; a prompt file alone, a request with all that is sent with it.\n"
        "Input at list prices as of 2026-11-22, uncached.\n"
    )


def test_requests_of_different_models_name_theirs(run: Run) -> None:
    other = {**BODY, "model": "claude-haiku-4-5"}
    Path("batch.json").write_text(
        json.dumps({"requests": [{"custom_id": "a", "params": BODY}, {"custom_id": "b", "params": other}]}),
        encoding="utf-8",
    )
    code, output, _ = run("batch.json", "--quiet")
    assert code == 0
    assert "as sent" in output.splitlines()[0]
    assert "batch.json:1   claude-opus-4-8\na              8 tokens\n" in output
    assert "batch.json:1   claude-haiku-4-5-20251001\nb              9 tokens\n" in output


def test_json_has_everything(run: Run) -> None:
    Path("a.md").write_text("one two", encoding="utf-8")
    code, output, _ = run("a.md", "--model", "claude-opus-4-8", "--output-format", "json")
    document = json.loads(output)
    assert code == 0
    assert (document["schema"], document["tokenizer"], document["problems"]) == ("promptlint/tokens/v1", VERSION, [])
    assert document["inputs"][0]["models"][0].pop("input_usd")["value"] == pytest.approx(0.00001)
    assert document["inputs"] == [
        {
            "path": "a.md",
            "line": 1,
            "kind": "text",
            "name": "",
            "characters": 7,
            "models": [
                {
                    "model": "claude-opus-4-8",
                    "tokens": {"low": 1, "value": 2, "high": 3, "source": "tokenizer"},
                    "characters_per_token": 3.5,
                    "minimum_cacheable": 1024,
                    "cacheable": False,
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: give PATHs or --requests FILE"),
        (["a.md", "--requests", "b.jsonl"], "error: give PATHs or --requests FILE"),
        (["no.md"], "error: no.md: there is no such file or directory"),
        (["--requests", "no.jsonl"], "error: no.jsonl: cannot be read: No such file or directory"),
        (["a.md", "--model", "claude-opus-4.8x"], "error: unknown model `claude-opus-4.8x`"),
        (["a.md", "--output-format", "jsonl"], "error: jsonl answers --requests for one model at a time"),
    ],
)
def test_mistakes_are_one_message(run: Run, arguments: list[str], message: str) -> None:
    Path("a.md").write_text("one two", encoding="utf-8")
    code, output, errors = run(*arguments)
    assert (code, output, errors.splitlines()[0]) == (2, "", message)


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"\xff", "byte 0xff is not valid UTF-8"), (b"a\0b", "is a binary file")],
)
def test_what_is_no_text_is_a_problem_beside_the_others(run: Run, data: bytes, message: str) -> None:
    Path("bad.md").write_bytes(data)
    Path("good.md").write_text("one two", encoding="utf-8")
    code, output, errors = run("bad.md", "good.md", "--model", "claude-opus-4-8")
    assert code == 2
    assert message in errors
    assert "2 (1 to 3) tokens" in output


def test_what_is_remembered_needs_no_tokenizer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run.answers(BODY)
    monkeypatch.setattr("promptlint.tokens.count.content_tokens", lambda *_: pytest.fail("counted again"))
    assert run.answers(BODY) == first
