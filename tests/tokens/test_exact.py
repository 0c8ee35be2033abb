"""Through the real SDK, against a server on loopback."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from promptlint.tokens import exact
from promptlint.tokens.exact import Answers, Failure, ask
from promptlint.tokens.parts import Part
from promptlint.tokens.questions import Question
from tests.tokens.count_server import Body, CountServer, Reply, counted, error, serving

MODEL = "claude-haiku-5-5"
KEY = "sk-ant-not-to-be-seen"
SECRET = "NOT-TO-BE-SEEN-EITHER"


def question(text: str, model: str = MODEL) -> Question:
    return Question(Part(text, {"messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}), model)


def said(body: Body) -> str:
    text: str = body["messages"][0]["content"][0]["text"]
    return text


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_CUSTOM_HEADERS", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setattr(exact, "_WAITS", (0.01, 0.02, 0.03))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountServer]:
    with serving() as state:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", state.url)
        yield state


def asked(*questions: Question) -> Answers:
    return ask(questions, lambda: None)


def failure(*questions: Question) -> Failure:
    """The one reason why none of them was answered."""
    answers = asked(*questions)
    assert answers.counts == {}
    assert list(answers.failures) == list(questions) or len(questions) > 1
    (found,) = set(answers.failures.values())
    return found


def when(text: str, reply: Reply) -> Callable[[Body], Reply]:
    """Answers a request that says `text` with `reply`, and all others as they should be."""
    return lambda body: reply if said(body) == text else counted(body)


def test_parts_are_counted_for_each_model(server: CountServer) -> None:
    steps: list[None] = []
    questions = [question("one two"), question("one two", "claude-opus-5-5"), question("one")]
    answers = ask([*questions, questions[0]], lambda: steps.append(None))
    assert answers == Answers({("one two", MODEL): 12, ("one two", "claude-opus-5-5"): 12, ("one", MODEL): 11})
    assert len(steps) == len(server.bodies) == 3
    assert {**questions[0].part.body, "model": MODEL} in server.bodies
    assert set(server.paths) == {"/v1/messages/count_tokens"}
    assert set(server.keys) == {KEY}


def test_nothing_to_ask_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    assert asked() == Answers()


def test_requests_run_in_parallel(server: CountServer) -> None:
    met = threading.Barrier(3, timeout=10)

    def answer(body: Body) -> Reply:
        met.wait()
        return counted(body)

    server.answer = answer
    assert len(asked(*map(question, "abc")).counts) == 3


def test_they_keep_under_the_rate_limit(server: CountServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "_PER_SECOND", 10)
    asked(*map(question, "abcdef"))
    assert server.times[-1] - server.times[0] >= 0.3


def test_a_rate_limit_holds_all_back_as_long_as_it_says(server: CountServer) -> None:
    refused: list[float] = []

    def answer(body: Body) -> Reply:
        if not refused:
            refused.append(time.monotonic())
            return error(429, retry_after="1")
        return counted(body)

    server.answer = answer
    answers = asked(*(question(f"text {number}") for number in range(30)))
    assert len(answers.counts) == 30
    assert answers.failures == {}
    assert max(later - at for at, later in pairwise(server.times)) >= 0.5
    assert server.times[-1] - refused[0] >= 1


def test_a_rate_limit_that_lasts_too_long_is_given_up(server: CountServer) -> None:
    server.answer = when("b", error(429, retry_after="3600"))
    started = time.monotonic()
    answers = asked(*map(question, "abc"))
    assert time.monotonic() - started < 20
    assert set(answers.counts) == {("a", MODEL), ("c", MODEL)}
    assert answers.failures[question("b")].reason == "the rate limit was exceeded too long (429)"


@pytest.mark.parametrize("header", ["soon", "-1", "nan", ""])
def test_a_retry_after_that_is_no_number_is_passed_over(server: CountServer, header: str) -> None:
    replies = [error(429, retry_after=header)]
    server.answer = lambda body: replies.pop() if replies else counted(body)
    assert asked(question("a")).counts == {("a", MODEL): 11}


@pytest.mark.parametrize("status", [408, 409, 500, 503, 529])
def test_what_may_pass_is_tried_again(server: CountServer, status: int) -> None:
    replies = [error(status), error(status)]
    server.answer = lambda body: replies.pop() if replies else counted(body)
    assert asked(question("a")).counts == {("a", MODEL): 11}


@pytest.mark.parametrize(
    ("status", "attempts", "reason"),
    [
        (500, 4, "the API failed (500)"),
        (529, 4, "the API failed (529)"),
        (429, 4, "the rate limit was exceeded too long (429)"),
        (400, 1, "the API refuses the request (400)"),
        (413, 1, "the API refuses the request (413)"),
        (404, 1, "the API has no such model, or no count_tokens (404)"),
    ],
)
def test_one_that_fails_leaves_the_others_counted(server: CountServer, status: int, attempts: int, reason: str) -> None:
    server.answer = when("b", error(status))
    answers = asked(*map(question, "abc"))
    assert set(answers.counts) == {("a", MODEL), ("c", MODEL)}
    assert [found.reason for found in answers.failures.values()] == [reason]
    assert sum(said(body) == "b" for body in server.bodies) == attempts


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_ends_it(server: CountServer, status: int) -> None:
    server.answer = lambda _: error(status)
    found = failure(*(question(f"text {number}") for number in range(100)))
    assert found.reason == f"the API does not accept the key ({status})"
    assert len(server.bodies) <= 20


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>hello</html>", headers={"content-type": "text/html"}),
        Reply(b"{", headers={"content-type": "application/json"}),
        Reply(b"\xff\xfe\xfd"),
        Reply(b""),
        Reply([]),
        Reply({}),
        Reply({"input_tokens": "12"}),
        Reply({"input_tokens": True}),
        Reply({"input_tokens": -1}),
        Reply({"input_tokens": None}),
        Reply(b"{}", headers={"content-encoding": "gzip"}),
    ],
)
def test_an_answer_that_is_none(server: CountServer, reply: Reply) -> None:
    server.answer = when("b", reply)
    answers = asked(*map(question, "abc"))
    assert set(answers.counts) == {("a", MODEL), ("c", MODEL)}
    assert answers.failures[question("b")].reason in (
        "the answer is none that count_tokens gives",
        "no connection to 127.0.0.1",
    )


def test_no_answer_in_time(server: CountServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "_TIMEOUT", 0.1)

    def answer(body: Body) -> Reply:
        if said(body) == "b":
            time.sleep(0.4)
        return counted(body)

    server.answer = answer
    answers = asked(*map(question, "abc"))
    assert set(answers.counts) == {("a", MODEL), ("c", MODEL)}
    assert answers.failures[question("b")].reason == "no answer within 0 seconds"


def test_no_network_ends_it_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        started = time.monotonic()
        found = failure(*(question(f"text {number}") for number in range(200)))
    assert found.reason == "no connection to 127.0.0.1"
    assert time.monotonic() - started < 20


def test_the_key_goes_to_no_other_address(server: CountServer) -> None:
    with serving() as other:
        server.answer = lambda _: Reply({}, 307, {"location": f"{other.url}/v1/messages/count_tokens"})
        assert failure(question("a")).reason == "the API refuses the request (307)"
        assert other.keys == []


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ANTHROPIC_API_KEY", "", "ANTHROPIC_API_KEY is not set"),
        ("ANTHROPIC_API_KEY", " \n", "ANTHROPIC_API_KEY is not set"),
        ("ANTHROPIC_API_KEY", f"{KEY}\n{KEY}", "ANTHROPIC_API_KEY has characters that no key has"),
        ("ANTHROPIC_API_KEY", f"“{KEY}”", "ANTHROPIC_API_KEY has characters that no key has"),
        ("ANTHROPIC_BASE_URL", "api.anthropic.com", "ANTHROPIC_BASE_URL is no URL"),
        ("ANTHROPIC_BASE_URL", "http://[::", "ANTHROPIC_BASE_URL is no URL"),
        ("ALL_PROXY", "http://[::", "the proxy or the certificates of the environment cannot be used"),
        ("SSL_CERT_FILE", "/no/such/file", "the proxy or the certificates of the environment cannot be used"),
    ],
)
def test_an_environment_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv(name, value)
    found = failure(question("a"), question("b"))
    assert found.reason == reason
    assert KEY not in found.help


def test_an_empty_base_url_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "")
    client = exact._client()
    assert not isinstance(client, Failure)
    assert client.base_url.host == "api.anthropic.com"
    client.close()


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anthropic", None)
    assert failure(question("a")).reason == "the package `anthropic` is not installed"


@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500])
def test_neither_prompt_nor_key_is_told(
    server: CountServer,
    status: int,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The server repeats what it got; the SDK is asked to log all that it does."""
    caplog.set_level(logging.DEBUG)
    for name in ("anthropic", "anthropic._base_client", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, name)
    server.answer = lambda body: (
        Reply({"echo": f"{SECRET} {KEY} {body}"})
        if status == 200
        else error(status, f"{SECRET} {KEY} {body}", request_id=KEY)
    )
    told = str(failure(question(f"{SECRET} {KEY}")))
    out, err = capfd.readouterr()
    everything = told + out + err + caplog.text
    assert SECRET not in everything
    assert KEY not in everything


def test_the_sdk_is_imported_only_to_ask() -> None:
    code = "import sys, promptlint.cli.check, promptlint.tokens.exact; print('anthropic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_an_interruption_ends_it(server: CountServer) -> None:
    def interrupt() -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask((question(f"text {number}") for number in range(200)), interrupt)
    time.sleep(0.1)
    assert len(server.bodies) < 100
