"""How clients are made: retries, timeouts and beta features."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.request import Client
from tests.source.reading import only_call, spelled

SENT = "messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[]"


def client_of(root: Path, source: str) -> Client:
    return only_call(root, "import anthropic\n" + source.replace("create(", SENT.removeprefix("messages."))).client


@pytest.mark.parametrize(
    ("source", "retries", "how", "timeout"),
    [
        ("anthropic.Anthropic().messages.create()", (2,), "default", (600,)),
        ("anthropic.Anthropic(max_retries=0).messages.create()", (0,), "literal", (600,)),
        ("N = 5\nanthropic.AsyncAnthropic(max_retries=N, timeout=9.5).messages.create()", (5,), "literal", (9.5,)),
        ("c = anthropic.Anthropic()\nc.with_options(max_retries=4).messages.create()", (4,), "literal", (600,)),
        ("c = anthropic.Anthropic(max_retries=4)\nc.with_options(timeout=3).messages.create()", (4,), "literal", (3,)),
        ("c = anthropic.Anthropic().copy(max_retries=1)\nc.messages.create()", (1,), "literal", (600,)),
        ("anthropic.Anthropic(timeout=9).messages.create(, timeout=4)", (2,), "default", (4,)),
    ],
)
def test_retries_and_timeouts(
    tmp_path: Path, source: str, retries: tuple[int, ...], how: str, timeout: tuple[Any, ...]
) -> None:
    client = client_of(tmp_path, source)
    assert (client.max_retries.values, client.max_retries.how, client.timeout.values) == (retries, how, timeout)
    assert client.max_retries.complete


def test_a_client_that_cannot_be_seen_has_no_defaults(tmp_path: Path) -> None:
    client = client_of(tmp_path, "def f(client):\n    client.messages.create()")
    assert (client.max_retries.values, client.max_retries.present, client.timeout.values) == ((), False, ())


def test_a_client_made_of_a_mapping_that_cannot_be_read(tmp_path: Path) -> None:
    client = client_of(tmp_path, "def f(**more):\n    anthropic.Anthropic(**more).messages.create()")
    assert (client.max_retries.values, client.max_retries.complete) == ((), False)


@pytest.mark.parametrize(
    ("source", "betas"),
    [
        ("anthropic.Anthropic().messages.create()", ()),
        (
            "anthropic.Anthropic(default_headers={'anthropic-beta': 'a-1, b-2', 'x-key': 'k'}).messages.create()",
            ("a-1", "b-2"),
        ),
        ("anthropic.Anthropic().beta.messages.create(, betas=['a-1', 'b-2'])", ("a-1", "b-2")),
        ("anthropic.Anthropic().messages.create(, extra_headers={'anthropic-beta': 'a-1'})", ("a-1",)),
        ("anthropic.Anthropic().with_options(default_headers={'anthropic-beta': 'a'}).messages.create()", ("a",)),
    ],
)
def test_beta_features(tmp_path: Path, source: str, betas: tuple[str, ...]) -> None:
    assert client_of(tmp_path, source).betas == betas


def test_a_default_stands_where_the_client_is_made(tmp_path: Path) -> None:
    source = "from anthropic import Anthropic\nc = Anthropic()\nc." + SENT + ")\n"
    [step] = only_call(tmp_path, source).client.max_retries.trail
    assert (step.how, step.name, spelled(source, step.place)) == ("default", "max_retries", "Anthropic()")
