from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.analysis import analyse
from promptlint.files import Files, Prompts
from promptlint.prompts.request_files import MAX_PROBLEMS
from promptlint.request import Place
from promptlint.settings import Settings
from tests.prompts.reading import problem, prompt, read

BODY: dict[str, Any] = {
    "model": "claude-haiku-5-5",
    "max_tokens": 64,
    "messages": [{"role": "user", "content": "Why?"}],
}


def item(name: str) -> dict[str, Any]:
    return {"custom_id": name, "params": BODY}


def test_a_body(tmp_path: Path) -> None:
    call = prompt(tmp_path, "a.json", json.dumps(BODY, indent=2), ("claude-opus-5-5",))
    assert (call.id, call.api, call.function) == ("a.json", "request.body", "<request>")
    assert call.place == Place("a.json", 1, 1, 10, 2)
    assert (call.request.model.only, call.request.max_tokens.only, call.request.batch) == (
        "claude-haiku-5-5",
        64,
        False,
    )
    assert (call.is_prompt, call.is_body) == (False, True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps({"requests": [item("one"), item("two")]})),
        ("a.json", json.dumps([item("one"), item("two")])),
        ("a.jsonl", "\n".join(json.dumps(item(name)) for name in ("one", "two"))),
        ("A.NDJSON", "\r\n\r\n".join(json.dumps(item(name)) for name in ("one", "two"))),
    ],
)
def test_a_batch(tmp_path: Path, name: str, text: str) -> None:
    calls = read(tmp_path, name, text).calls
    assert [call.id for call in calls] == [f"{name}::one", f"{name}::two"]
    assert {(call.api, call.request.batch) for call in calls} == {("batch.body", True)}
    assert calls[1].function == "two"


def test_bodies_without_names_are_numbered(tmp_path: Path) -> None:
    project = read(tmp_path, "a.jsonl", f"{json.dumps(BODY)}\n\n{json.dumps(BODY)}\n")
    assert [(call.id, call.place.line) for call in project.calls] == [("a.jsonl", 1), ("a.jsonl#2", 3)]


def test_a_body_without_a_model_has_what_the_user_says(tmp_path: Path) -> None:
    body = json.dumps({key: value for key, value in BODY.items() if key != "model"})
    assert prompt(tmp_path, "a.json", body, ("claude-opus-5-5",)).request.model.only == "claude-opus-5-5"
    assert prompt(tmp_path, "a.json", body).request.model.complete is False


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.json", '{"model": }', "a.json:1:11: this is not valid JSON: expecting value [write one JSON object]"),
        ("a.json", "", "a.json:1:1: this is not valid JSON: expecting value [write one JSON object]"),
        ("a.json", "[]", "a.json: holds no request [write one JSON object, or one a line]"),
        ("a.jsonl", "\n", "a.jsonl: holds no request [write one JSON object, or one a line]"),
        ("a.json", '{"name": 1}', 'a.json:1:1: the request has no `messages` [add "messages": [{"role": "user", ..}]]'),
        ("a.json", "\0", "a.json: is a binary file, not a prompt [name text files]"),
    ],
)
def test_what_is_no_request_is_a_problem(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert problem(tmp_path, name, text) == expected


def test_the_other_lines_go_on(tmp_path: Path) -> None:
    project = read(tmp_path, "a.jsonl", f"{json.dumps(BODY)}\nno JSON\n{json.dumps(BODY)}\n")
    assert [call.place.line for call in project.calls] == [1, 3]
    assert [(found.line, found.column) for found in project.problems] == [(2, 1)]


def test_many_wrong_lines_are_few_problems(tmp_path: Path) -> None:
    for first, shown in ((json.dumps(BODY), MAX_PROBLEMS), ("{}", 1)):
        problems = read(tmp_path, "a.jsonl", f"{first}\n" + "{}\n" * 1233).problems
        assert len(problems) == shown + 1
        assert problems[-1].message == f"1,{223 if shown > 1 else 233} more of its requests cannot be read"
        assert sum(problem.requests for problem in problems) == (1_233 if shown > 1 else 1_234)


def test_a_file_of_fifty_megabytes_is_a_problem(tmp_path: Path) -> None:
    with (tmp_path / "a.jsonl").open("wb") as file:
        file.truncate(50_000_000)
    (found,) = analyse(Files(tmp_path, (), Prompts(("a.jsonl",))), Settings(tmp_path)).problems
    assert (found.message, found.help) == ("the file is larger than 20 MB", "split it into several files")
