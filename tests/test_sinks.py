from __future__ import annotations

from pathlib import Path

import pytest
import tomli

from promptlint.errors import UserError
from promptlint.settings import load
from promptlint.sinks import Sink


def failure(folder: Path, text: str) -> tuple[str, str]:
    (folder / "promptlint.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load(folder)
    return str(caught.value).rpartition("promptlint.toml:")[2], caught.value.help


def test_every_key(tmp_path: Path) -> None:
    text = """\
[tool.promptlint]
fail-on = "error"

[[tool.promptlint.sinks]]
function = "acme_llm.Client.ask"
prompt = ["question", 0]
messages = "history"
model = 1
defaults = { model = "claude-haiku-5-5", system = "Hi", max_tokens = 100, stream = true }
sdk = "litellm"
streaming = true
batch = true

[[tool.promptlint.sinks]]
function = "acme_llm.ask"
prompt = 0
"""
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    settings = load(tmp_path)
    first, second = settings.sinks
    assert first == Sink(
        "acme_llm.Client.ask",
        {"model": (1,), "prompt": ("question", 0), "messages": ("history",)},
        {"model": "claude-haiku-5-5", "system": "Hi", "max_tokens": 100, "stream": True},
        "litellm",
        streaming=True,
        batch=True,
    )
    assert second == Sink("acme_llm.ask", {"prompt": (0,)})
    assert settings.where("sinks", "acme_llm.ask").endswith("pyproject.toml:15: ")


def test_the_settings_as_toml_read_as_the_same(tmp_path: Path) -> None:
    (tmp_path / "promptlint.toml").write_text(
        '[[sinks]]\nfunction = "a.b"\nprompt = ["q", 0]\nsystem = "s"\ndefaults = { stream = true }\nbatch = true\n',
        encoding="utf-8",
    )
    settings = load(tmp_path)
    (tmp_path / "promptlint.toml").write_text(settings.as_toml(), encoding="utf-8")
    assert load(tmp_path).sinks == settings.sinks
    assert tomli.loads(settings.as_toml())["sinks"][0]["batch"] is True


KEYS = (
    "function, model, system, prompt, messages, max_tokens, tools, tool_choice, thinking, cache_control, stream, "
    "defaults, sdk, streaming, batch"
)
START = '[[sinks]]\nfunction = "a.b"\n'
POSITION = 'write model = "model" or model = 0, or both: model = ["model", 0]'


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("sinks = 3", "1: `sinks` must be tables", "write [[tool.promptlint.sinks]], in promptlint.toml [[sinks]]"),
        (
            "[[sinks]]\nprompt = 0",
            "1: `sinks` need a `function` with its full name",
            'write function = "package.module.function" or "package.Class.method"',
        ),
        (
            '[[sinks]]\nfunction = "ask()"',
            '1: `sinks` need a `function` with its full name, not "ask()"',
            'write function = "package.module.function" or "package.Class.method"',
        ),
        (f"{START}promt = 0", "2: `sinks` for `a.b`: unknown key `promt`", "did you mean `prompt`?"),
        (
            f"{START}xyz = 0",
            "2: `sinks` for `a.b`: unknown key `xyz`",
            f"the keys are {KEYS}",
        ),
        (
            START,
            "2: `sinks` for `a.b`: neither `prompt` nor `messages` is given",
            'name the parameter that brings the prompt: prompt = "question" or messages = 0',
        ),
        (
            f"{START}model = -1",
            "2: `sinks` for `a.b`: `model` must be the name of a parameter or its position from 0, not -1",
            POSITION,
        ),
        (
            f"{START}model = true",
            "2: `sinks` for `a.b`: `model` must be the name of a parameter or its position from 0, not true",
            POSITION,
        ),
        (
            f'{START}model = ["my model"]',
            '2: `sinks` for `a.b`: `model` must be the name of a parameter or its position from 0, not ["my model"]',
            POSITION,
        ),
        (f'{START}batch = "yes"', '2: `sinks` for `a.b`: `batch` must be true or false, not "yes"', ""),
        (
            f"{START}defaults = 1",
            "2: `sinks` for `a.b`: `defaults` must be a table",
            "write defaults = { max_tokens = 1024 }",
        ),
        (
            f"{START}defaults = {{ maxtokens = 1 }}",
            "2: `sinks` for `a.b`: unknown default `maxtokens`",
            "did you mean `max_tokens`?",
        ),
        (
            f"{START}defaults = {{ max_tokens = true }}",
            "2: `sinks` for `a.b`: `defaults.max_tokens` must be a whole number, not true",
            "",
        ),
        (f'{START}sdk = "lite_llm"', '2: `sinks` for `a.b`: `sdk` cannot be "lite_llm"', "did you mean `litellm`?"),
        (f"{START}prompt = 0\n{START}prompt = 1", "2: `sinks` describe one function twice", "describe it once"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, message: str, help: str) -> None:
    assert failure(tmp_path, text) == (message, help)
