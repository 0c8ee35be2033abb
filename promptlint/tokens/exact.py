"""Asks the API how many tokens parts of requests have. The only place that imports `anthropic`.

Nothing that the server says, and nothing that was sent to it, is ever repeated: failures are told in words of our own.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from anthropic import Anthropic, APIStatusError

    from promptlint.tokens.questions import Question

KEY = "ANTHROPIC_API_KEY"

_WORKERS = 8
_PER_SECOND = 30
"""Just under the lowest limit for count_tokens: 2,000 requests a minute."""

_WAITS = (0.5, 1.0, 2.0)
"""Seconds between attempts, where the API does not say how long."""

_LONGEST_WAIT = 60.0
_TIMEOUT = 30.0

_PROXY = "check HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE"
_LATER = "run it again later; what was counted is kept"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a question was not answered, and what to do about it. `final`: no other question will be answered either."""

    reason: str
    help: str
    final: bool = False


_GARBLED = Failure("the answer is none that count_tokens gives", "check ANTHROPIC_BASE_URL, or run it again later")


@dataclass(frozen=True, slots=True)
class Answers:
    """The counts by a part's digest and a model's id, and the questions that failed."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    failures: dict[Question, Failure] = field(default_factory=dict)


def ask(questions: Iterable[Question], advance: Callable[[], None]) -> Answers:
    """Ask them in parallel, under the API's rate limits; `advance` is called after each. Never raises for the API."""
    asked = tuple(dict.fromkeys(questions))
    if not asked:
        return Answers()
    silent = logging.root.manager.disable
    logging.disable()  # the SDK can be made to log what it sends
    try:
        client = _client()
        if isinstance(client, Failure):
            return Answers(failures=dict.fromkeys(asked, client))
        with client:
            return _all(asked, _Api(client), advance)
    finally:
        logging.disable(silent)


def _all(asked: Sequence[Question], api: _Api, advance: Callable[[], None]) -> Answers:
    answers, pool = Answers(), ThreadPoolExecutor(_WORKERS)
    try:
        running = {pool.submit(api.count, question): question for question in asked}
        for done in as_completed(running):
            question, found = running[done], done.result()
            if isinstance(found, Failure):
                answers.failures[question] = found
            else:
                answers.counts[question.key] = found
            advance()
    finally:
        api.stop()
        pool.shutdown(wait=False, cancel_futures=True)
    return answers


def _client() -> Anthropic | Failure:
    key = os.environ.get(KEY, "").strip()
    if not key:
        return Failure(f"{KEY} is not set", "set it, or leave --exact out: what promptlint.lock has is used anyway")
    if not key.isascii() or not key.isprintable():
        return Failure(f"{KEY} has characters that no key has", "set it again, without quotes and line breaks")
    try:
        from anthropic import Anthropic, DefaultHttpxClient
        from httpx2 import InvalidURL
    except ImportError:
        return Failure("the package `anthropic` is not installed", "install anthropic 2.0 or later beside promptlint")
    try:
        # Who answers with another address does not get the key there.
        http = DefaultHttpxClient(follow_redirects=False)
    except (ImportError, InvalidURL, OSError, ValueError):
        return Failure("the proxy or the certificates of the environment cannot be used", _PROXY)
    url = os.environ.get("ANTHROPIC_BASE_URL") or "https://api.anthropic.com"
    if not _is_url(url):
        return Failure("ANTHROPIC_BASE_URL is no URL", "write it as https://api.anthropic.com, or do not set it")
    # The SDK would retry each request on its own, and wait as long as it is told to.
    return Anthropic(api_key=key, base_url=url, http_client=http, max_retries=0, timeout=_TIMEOUT, open_telemetry=False)


def _is_url(text: str) -> bool:
    from httpx2 import URL, InvalidURL

    try:
        url = URL(text)
    except InvalidURL:
        return False
    return url.scheme in ("http", "https") and bool(url.host)


class _Setback(NamedTuple):
    """Why an attempt failed, and the seconds to wait before the next: None where that would fail too.

    `limited`: all have to wait.
    """

    failure: Failure
    wait: float | None = None
    limited: bool = False


class _Api:
    """The API, as several threads use it: one pace for all, and an end for all where no question can be answered."""

    def __init__(self, client: Anthropic) -> None:
        self._client = client
        self._turn = threading.Lock()
        self._next = self._held = 0.0
        self._stopped = threading.Event()
        self._final: Failure | None = None
        self._reached = False

    def count(self, question: Question) -> int | Failure:
        """The tokens of a part, after as many attempts as it takes; the reason where the last one fails too."""
        failure = Failure("it was stopped", _LATER)
        for backoff in (*_WAITS, None):
            if not self._await_turn():
                return self._final or failure
            found = self._attempt(question, backoff)
            if isinstance(found, int):
                self._reached = True
                return found
            failure = found.failure
            if found.wait is None or found.wait > _LONGEST_WAIT:
                break
            if found.limited:
                self._hold(found.wait)
            else:
                self._stopped.wait(found.wait)
        if failure.final:
            self._final = failure
            self.stop()
        return failure

    def stop(self) -> None:
        """Let every thread return at its next turn."""
        self._stopped.set()

    def _await_turn(self) -> bool:
        """False where it is over. Who waits while all are held back queues anew."""
        while True:
            with self._turn:
                at = max(time.monotonic(), self._next)
                self._next = at + 1 / _PER_SECOND
            if self._stopped.wait(max(0.0, at - time.monotonic())):
                return False
            if at >= self._held:
                return True

    def _hold(self, seconds: float) -> None:
        """Hold every thread back: a rate limit is one for all."""
        with self._turn:
            self._held = max(self._held, time.monotonic() + seconds)
            self._next = max(self._next, self._held)

    def _attempt(self, question: Question, backoff: float | None) -> int | _Setback:
        from anthropic import APIConnectionError, APIError, APIStatusError, APITimeoutError

        try:
            answer = self._client.messages.count_tokens(**question.part.body, model=question.model)
        except APIStatusError as error:
            self._reached = True
            return _Setback(_refusal(error), _wait(error, backoff), error.status_code == 429)
        except APITimeoutError:
            return _Setback(Failure(f"no answer within {_TIMEOUT:.0f} seconds", _LATER, not self._reached), backoff)
        except APIConnectionError:
            reason = f"no connection to {self._client.base_url.host}"
            return _Setback(Failure(reason, "check the network and its proxy", not self._reached), backoff)
        except (APIError, ValueError):
            return _Setback(_GARBLED)
        tokens = getattr(answer, "input_tokens", None)
        return tokens if type(tokens) is int and tokens >= 0 else _Setback(_GARBLED)


def _refusal(error: APIStatusError) -> Failure:
    status = error.status_code
    if status in (401, 403):
        return Failure(f"the API does not accept the key ({status})", f"check {KEY}", final=True)
    if status == 404:
        return Failure("the API has no such model, or no count_tokens (404)", "check the model and ANTHROPIC_BASE_URL")
    if status == 429:
        return Failure("the rate limit was exceeded too long (429)", _LATER)
    if status >= 500:
        return Failure(f"the API failed ({status})", _LATER)
    return Failure(f"the API refuses the request ({status})", "send it once to see why: it may lack a beta header")


def _wait(error: APIStatusError, backoff: float | None) -> float | None:
    passing = error.status_code in (408, 409, 429) or error.status_code >= 500
    if backoff is None or not passing:
        return None
    try:
        seconds = float(error.response.headers.get("retry-after", backoff))
    except ValueError:  # a date
        return backoff
    return seconds if seconds >= 0 else backoff
