"""Prompts that stand on their own, from the command line to the report."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import main

TODAY = ("--today", "2026-11-22")
SYSTEM = """\
---
model: claude-opus-5-5
---
# Role

You are a reviewer. Be thorough and comprehensive in all that you say to the user.
"""
GREET = """\
Greet {{ user.name }} by the name that we have of the user.
{% if vip %}
Be as detailed as possible in all that you say to the user.
{% endif %}
{# promptlint: ignore[PL401] a long answer is what they pay for #}
Be thorough and comprehensive in all that you say to the user.
"""
BODY: dict[str, Any] = {
    "model": "claude-haiku-4-5",
    "system": [
        {
            "type": "text",
            "text": "You answer.\nBe thorough and comprehensive in all that you say to the user.",
            "cache_control": {"type": "ephemeral"},
        }
    ],
    "tools": [{"name": "look_up", "description": "Look it up", "input_schema": {"type": "object"}}],
    "messages": [
        {"role": "user", "content": "What is it?"},
        {"role": "assistant", "content": "Let me see."},
        {"role": "user", "content": "Now."},
    ],
}
PARCEL = "Parcel {0} goes back to the depot, and waits there for {0} days.\n"
RULES = "You are the desk.\n" + "".join(PARCEL.format(number) for number in range(60))


def batch(count: int) -> str:
    params = {"model": "claude-haiku-5-5", "max_tokens": 3000, "system": RULES}
    return "".join(
        json.dumps({"custom_id": f"q{n}", "params": {**params, "messages": [{"role": "user", "content": f"Item {n}"}]}})
        + "\n"
        for n in range(count)
    )


class Run:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def __call__(self, command: str, *arguments: str) -> tuple[int, str, str]:
        code = main.run([command, *TODAY, *arguments])
        return code, *self.capsys.readouterr()

    def write(self, **files: str | bytes) -> None:
        for name, text in files.items():
            path = self.folder / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def json(self, command: str, *arguments: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self(command, "--output-format", "json", *arguments)[1])
        return document

    def findings(self, *arguments: str) -> list[str]:
        """Each finding as `path:line:column-end_column code`."""
        return [
            f"{found['path']}:{found['line']}:{found['column']}-{found['end_column']} {found['code']}"
            for found in self.json("check", *arguments)["findings"]
            if not found["suppressed"]
        ]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(tmp_path / "cache"))
    return Run(folder, capsys)


FULL = """\
info[PL401] output-inflating-instruction: "Be thorough and comprehensive" asks for length as such, and output is the
    dearest part of a call
 --> system.md:6:21
  |
6 | You are a reviewer. Be thorough and comprehensive in all that you say to the user.
  |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ asks for length as such
  |
  = cost: each 100 further output tokens cost $0.002 per call, $2.00 per 1,000 calls (list price of 2026-11-22)
"""


def test_carets_stand_under_the_words_of_a_prompt_file(run: Run) -> None:
    run.write(system_md=SYSTEM)
    code, out, err = run("check", "system.md")
    assert (code, err) == (0, "")
    assert out.startswith(FULL)
    assert out.endswith("\nFound 1 info in 1 prompt (1 file).\n")


def test_a_template(run: Run) -> None:
    run.write(greet_j2=GREET)
    assert run.findings("greet.j2") == ["greet.j2:3:1-27 PL401"]
    _, out, _ = run("check", "greet.j2", "--output-format", "concise")
    assert out.splitlines()[1:] == [
        "Found 1 info in 1 prompt (1 file). 1 suppressed.",
        "Not resolved: the model of 1 prompt (name it with --model); rules that need it stayed silent.",
    ]


def test_a_request_body(run: Run) -> None:
    run.write(request_json=json.dumps(BODY, indent=2))
    assert run.findings("request.json") == [
        "request.json:1:1-2 PL210",
        "request.json:6:29-58 PL401",
        "request.json:7:7-22 PL104",
    ]
    (call,) = run.json("cost", "request.json")["calls"]
    assert (call["id"], call["api"], call["function"], call["batch"]) == (
        "request.json",
        "request.body",
        "<request>",
        False,
    )
    assert (call["cache_breakpoints"], call["tools"]["count"], call["system"]["static"]) == (1, 1, "yes")
    assert call["model"]["how"] == "literal"


def test_a_batch_shows_its_reuse(run: Run) -> None:
    run.write(batch_jsonl=batch(5))
    assert run.findings("batch.jsonl") == ["batch.jsonl:1:91-3932 PL103"]
    calls = run.json("cost", "batch.jsonl")["calls"]
    assert [(call["id"], call["line"]) for call in calls] == [(f"batch.jsonl::q{n}", n + 1) for n in range(5)]
    assert {(call["api"], call["batch"]) for call in calls} == {("batch.body", True)}
    assert "All 5 requests of batch.jsonl: $" in run("cost", "batch.jsonl")[1]
    run.write(batch_jsonl=batch(1))
    assert run.findings("batch.jsonl") == []


def test_the_model_of_prompts_that_name_none(run: Run) -> None:
    run.write(a_md="You are an assistant.", system_md=SYSTEM)
    models = ("--model", "claude-haiku-5-5", "--model", "claude-sonnet-5-5")
    first, second = run.json("cost", "a.md", "system.md", *models)["calls"]
    assert first["model"]["values"] == ["claude-haiku-5-5", "claude-sonnet-5-5"]
    assert set(first["cost"]["by_model"]) == {"claude-haiku-5-5", "claude-sonnet-5-5"}
    assert first["cost"]["input_usd"]["value"] > 0
    assert second["model"]["values"] == ["claude-opus-5-5"]


def test_a_model_without_a_price(run: Run) -> None:
    run.write(a_md="You are an assistant.")
    error = "error: unknown model `claude-haiku-5-55`\nhelp: did you mean `claude-haiku-5-5`?\n"
    assert run("check", "a.md", "--model", "claude-haiku-5-55") == (2, "", error)
    run.write(promptlint_toml='prompt-models = [\n  "gpt-4o",\n]\n')
    advice = "help: the price table of 2026-11-22 has no such model of Claude\n"
    assert run("check", "a.md") == (2, "", f"error: promptlint.toml:2: unknown model `gpt-4o`\n{advice}")


def test_a_model_for_no_prompt_is_a_warning(run: Run) -> None:
    run.write(a_py="")
    _, _, err = run("check", "--model", "claude-haiku-5-5")
    assert err == "warning: `--model` is for prompts that name no model, and no PATH is a prompt\n"


def test_stdin_is_a_prompt_beside_others(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.write(system_md=SYSTEM)
    text = "Be thorough and comprehensive in all that you say to the user."
    for data, arguments, place in (
        (text, (), "stdin.txt:1:1-30"),
        (json.dumps({**BODY, "max_tokens": 9, "system": text}), (), "stdin.json:1:42-71"),
        (f"# é\n{text}", ("--stdin-filename", "prompts/new.md"), "prompts/new.md:2:1-30"),
        (f"{{# é #}}{text}", ("--stdin-filename", "new.j2"), "new.j2:1:8-37"),
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
        assert set(run.findings("system.md", "-", *arguments)) == {f"{place} PL401", "system.md:6:21-50 PL401"}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    (call,) = run.json("cost", "-", "--model", "claude-haiku-5-5")["calls"]
    assert call["id"] == "stdin.txt"


def test_bad_input_is_a_line_each_and_everything_else_is_done(run: Run, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("You are an assistant.")
    with (run.folder / "big.md").open("wb") as file:
        file.truncate(50_000_000)
    run.write(system_md=SYSTEM, broken_j2="{% if a %}\n{{ b }\n", binary_txt=b"\x89PNG\0", broken_json='{"model": }')
    names = ("../outside.md", "gone.md", "big.md", "binary.txt", "broken.j2", "broken.json", "system.md")
    code, out, err = run("check", *names, "--output-format", "concise")
    assert code == 2
    assert out.startswith("system.md:6:21: PL401 info ")
    assert out.splitlines()[1] == "Found 1 info in 1 prompt (5 files); 6 files could not be analysed."
    lines = [line for line in err.splitlines() if line.startswith("error: ")]
    assert lines == [
        f"error: ../outside.md: lies outside of the project's root, {run.folder.resolve()}",
        "error: gone.md: no such file or directory",
        "error: big.md: the file is larger than 1 MB",
        "error: binary.txt: is a binary file, not a prompt",
        "error: broken.j2:2: this is not valid Jinja: unexpected '}'",
        "error: broken.json:1:11: this is not valid JSON: expecting value",
    ]
    code, out, err = run("cost", *names, "--output-format", "json")
    document = json.loads(out)
    assert (code, err, len(document["problems"]), len(document["calls"])) == (2, "", 6, 1)


def test_a_folder_brings_prompts_only_where_the_configuration_says_so(run: Run) -> None:
    run.write(prompts__system_md=SYSTEM, prompts__old__old_md=SYSTEM, prompts__tests__a_md=SYSTEM)
    code, out, err = run("check", "prompts")
    assert (code, out) == (0, "No Claude call found in 0 files.\n")
    assert err == (
        "warning: `prompts` holds no Python; prompts are read where they are named, "
        "by PATH or by `prompts` in settings\n"
    )
    run.write(promptlint_toml='prompts = ["prompts/**/*.md", "none/*.txt"]\nexclude = ["old/"]\n')
    assert run.findings("prompts") == ["prompts/system.md:6:21-50 PL401"]
    warning = "warning: promptlint.toml:1: `prompts` glob `none/*.txt` matches nothing in the project\n"
    assert run("check", "--quiet")[2] == ""
    assert run("check")[2] == warning


def test_per_file_ignores_silence_what_no_comment_can(run: Run) -> None:
    run.write(system_md=SYSTEM, request_json=json.dumps(BODY))
    run.write(promptlint_toml='[per-file-ignores]\n"*.md" = ["PL4"]\n"request.json" = ["PL1", "PL4"]\n')
    assert run.findings("system.md", "request.json") == ["request.json:1:1-428 PL210"]


def test_the_file_system_is_nobodys_project(run: Run) -> None:
    run.write(system_md=SYSTEM)
    code, out, err = run("check", "system.md", "/dev/null", "--output-format", "concise")
    assert (code, out.count("PL401")) == (2, 1)
    assert err.startswith("error: ")
