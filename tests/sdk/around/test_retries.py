"""What calls again when a call fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.reading import only_call, read, spelled

SEND = "client.messages.create(model='claude-haiku-5-5', max_tokens=9, messages=[])"
START = "from anthropic import Anthropic\nclient = Anthropic()\n"
Found = list[tuple[str, str, int | None, bool, bool | None]]


def retries_of(root: Path, source: str) -> Found:
    [call] = read(root, START + source.replace("SEND", SEND)).calls
    return [(r.kind, r.name, r.attempts, r.bounded, r.catches_all) for r in call.context.retries]


@pytest.mark.parametrize(
    ("decorator", "found"),
    [
        ("tenacity.retry", ("tenacity.retry", None, False, True)),
        ("tenacity.retry(stop=tenacity.stop_after_attempt(5))", ("tenacity.retry", 5, True, True)),
        (
            "tenacity.retry(stop=tenacity.stop_after_attempt(5) | tenacity.stop_after_delay(9))",
            ("tenacity.retry", 5, True, True),
        ),
        ("tenacity.retry(stop=tenacity.stop_after_delay(9))", ("tenacity.retry", None, True, True)),
        ("tenacity.retry(stop=tenacity.stop_after_attempt(TRIES))", ("tenacity.retry", 7, True, True)),
        (
            "tenacity.retry(retry=tenacity.retry_if_exception_type(ValueError))",
            ("tenacity.retry", None, False, False),
        ),
        (
            "tenacity.retry(retry=tenacity.retry_if_exception_type((ValueError, Exception)))",
            ("tenacity.retry", None, False, True),
        ),
        ("tenacity.retry(retry=tenacity.retry_if_exception_type())", ("tenacity.retry", None, False, True)),
        ("backoff.on_exception(backoff.expo, Exception, max_tries=4)", ("backoff.on_exception", 4, True, True)),
        ("backoff.on_exception(backoff.expo, ValueError)", ("backoff.on_exception", None, False, False)),
        ("backoff.on_exception(backoff.expo, OSError, max_time=9)", ("backoff.on_exception", None, True, False)),
        ("retrying.retry(stop_max_attempt_number=3)", ("retrying.retry", 3, True, True)),
        ("retrying.retry", ("retrying.retry", None, False, True)),
        ("stamina.retry(on=ValueError)", ("stamina.retry", 10, True, False)),
        ("stamina.retry(on=Exception, attempts=2)", ("stamina.retry", 2, True, True)),
        ("app.task(autoretry_for=(Exception,), max_retries=4)", ("task", 5, True, True)),
        ("prefect.task(retries=2)", ("prefect.task", 3, True, True)),
        ("policy", ("tenacity.retry", 6, True, True)),
    ],
)
def test_decorators(tmp_path: Path, decorator: str, found: tuple[str, int | None, bool, bool | None]) -> None:
    source = (
        "import backoff, prefect, retrying, stamina, tenacity\nfrom celery import Celery\napp = Celery()\nTRIES = 7\n"
        f"policy = tenacity.retry(stop=tenacity.stop_after_attempt(6))\n@{decorator}\ndef ask(x):\n    return SEND\n"
    )
    assert retries_of(tmp_path, source) == [("decorator", *found)]


@pytest.mark.parametrize("decorator", ["app.task", "app.task(max_retries=3)", "prefect.task", "cache", "mine.retry(3)"])
def test_decorators_that_try_once(tmp_path: Path, decorator: str) -> None:
    source = (
        f"import prefect, mine\nfrom celery import Celery\napp = Celery()\n@{decorator}\ndef ask(x):\n    return SEND\n"
    )
    assert retries_of(tmp_path, source) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("for i in range(3):\n    try:\n        return SEND\n    except Exception:\n        pass", (3, True, True)),
        (
            "for i in range(n):\n    try:\n        return SEND\n    except ValueError:\n        pass",
            (None, True, False),
        ),
        (
            "for i in range(3):\n    try:\n        r = SEND\n    except:\n        continue\n    return r",
            (3, True, True),
        ),
        (
            (
                "for i in range(3):\n    try:\n        return SEND\n    except E:\n"
                "        if i == 2:\n            raise\n        sleep()"
            ),
            (3, True, False),
        ),
        (
            "while True:\n    try:\n        r = SEND\n        break\n    except (E, Exception):\n        pass",
            (None, False, True),
        ),
        (
            (
                "while True:\n    try:\n        return SEND\n    except E:\n"
                "        if n > 3:\n            raise\n        n += 1"
            ),
            (None, True, False),
        ),
        ("while n < 4:\n    try:\n        return SEND\n    except E:\n        n += 1", (4, True, False)),
    ],
)
def test_loops_around_a_try(tmp_path: Path, body: str, found: tuple[int | None, bool, bool]) -> None:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    assert retries_of(tmp_path, f"def f(n):\n{lines}") == [("loop", "", *found)]


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(3):\n    SEND",
        "try:\n    SEND\nexcept Exception:\n    pass",
        "for i in x:\n    try:\n        SEND\n    except Exception:\n        pass",
        "for i in x:\n    try:\n        return SEND\n    except Exception:\n        raise",
        "for i in x:\n    try:\n        y = i\n        break\n    except Exception:\n        SEND",
    ],
)
def test_what_does_not_retry(tmp_path: Path, body: str) -> None:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    assert retries_of(tmp_path, f"def f(x):\n{lines}") == []


@pytest.mark.parametrize(
    ("head", "name", "attempts"),
    [
        ("for attempt in Retrying(stop=stop_after_attempt(3)):", "tenacity.Retrying", 3),
        ("async for attempt in AsyncRetrying(stop=stop_after_attempt(3)):", "tenacity.AsyncRetrying", 3),
        ("for attempt in stamina.retry_context(on=ValueError):", "stamina.retry_context", 10),
    ],
)
def test_loops_that_a_library_runs(tmp_path: Path, head: str, name: str, attempts: int) -> None:
    source = (
        "import stamina\nfrom tenacity import *\nfrom tenacity import AsyncRetrying, Retrying, stop_after_attempt\n"
    )
    source += f"async def f():\n    {head}\n        with attempt:\n            return SEND\n"
    [call] = read(tmp_path, START + source.replace("SEND", SEND)).calls
    [retry] = call.context.retries
    assert (retry.kind, retry.name, retry.attempts, call.context.loops) == ("loop", name, attempts, ())


@pytest.mark.parametrize(
    "use",
    [
        "Retrying(stop=stop_after_attempt(3))(ask, 1)",
        "retryer = Retrying(stop=stop_after_attempt(3))\nretryer(ask, 1)",
        "Retrying(stop=stop_after_attempt(3))(lambda: ask(1))",
        "Retrying(stop=stop_after_attempt(3))(client.messages.create, model='m', max_tokens=9, messages=[])",
    ],
)
def test_helpers_of_a_library(tmp_path: Path, use: str) -> None:
    ask = "" if "messages" in use else "def ask(x):\n    return SEND\n"
    source = f"from tenacity import Retrying, stop_after_attempt\n{ask}{use}\n"
    assert retries_of(tmp_path, source) == [("wrapper", "tenacity.Retrying", 3, True, True)]


HELPER = """def again(work, times=3):
    while True:
        try:
            return work()
        except Exception:
            pass
"""
DECORATOR = """def again(work):
    def inner(*args):
        for _ in range(4):
            try:
                return work(*args)
            except Exception:
                pass
    return inner
"""


@pytest.mark.parametrize(
    "use",
    ["def ask():\n    return SEND\nagain(ask)", "again(lambda: SEND)", "def f():\n    return again(work=lambda: SEND)"],
)
def test_helpers_of_the_project(tmp_path: Path, use: str) -> None:
    assert retries_of(tmp_path, f"{HELPER}{use}\n") == [("loop", "", None, False, True)]


def test_decorators_of_the_project(tmp_path: Path) -> None:
    assert retries_of(tmp_path, f"{DECORATOR}@again\ndef ask():\n    return SEND\n") == [("loop", "", 4, True, True)]
    made = "def tries(n):\n" + "".join(f"    {line}\n" for line in DECORATOR.split("\n")) + "    return again\n"
    assert retries_of(tmp_path / "b", f"{made}@tries(2)\ndef ask():\n    return SEND\n") == [
        ("loop", "", 4, True, True)
    ]


def test_retries_of_callers_and_nested_ones(tmp_path: Path) -> None:
    source = (
        f"{START}from tenacity import retry\ndef ask():\n    for i in range(2):\n"
        f"        try:\n            return {SEND}\n"
    )
    source += "        except OSError:\n            pass\n@retry\ndef outer():\n    return ask()\n"
    found = only_call(tmp_path, source).context.retries
    assert [(r.kind, r.attempts, r.in_caller) for r in found] == [("loop", 2, False), ("decorator", None, True)]
    assert spelled(source, found[1].place) == "retry"


@pytest.mark.parametrize(
    ("decorator", "packages"),
    [
        ("backoff.on_exception(backoff.expo, (openai.RateLimitError, openai.APITimeoutError))", ("openai",)),
        ("backoff.on_exception(backoff.expo, (anthropic.APIError, openai.APIError))", ("anthropic", "openai")),
        ("backoff.on_exception(backoff.expo, (ValueError, openai.APIError))", ("builtins", "openai")),
        ("tenacity.retry(retry=tenacity.retry_if_exception_type(openai.APIError))", ("openai",)),
        ("tenacity.retry()", ()),
    ],
)
def test_packages_of_what_is_caught(tmp_path: Path, decorator: str, packages: tuple[str, ...]) -> None:
    source = f"import anthropic, backoff, openai, tenacity\n@{decorator}\ndef ask(x):\n    return SEND\n"
    [call] = read(tmp_path, START + source.replace("SEND", SEND)).calls
    assert [retry.catches_from for retry in call.context.retries] == [packages]


@pytest.mark.parametrize(
    ("caught", "packages"),
    [
        ("openai.RateLimitError", ("openai",)),
        ("(RateLimitError, openai.APITimeoutError)", ("openai",)),
        ("(openai.RateLimitError, anthropic.RateLimitError)", ("anthropic", "openai")),
        ("ERRORS", ("groq", "openai")),
        ("anthropic.APIStatusError", ("anthropic",)),
        ("anthropic.BadRequestError", ()),
        ("Exception", ("builtins",)),
        ("(openai.RateLimitError, Own)", ()),
    ],
)
def test_packages_of_what_a_loop_catches(tmp_path: Path, caught: str, packages: tuple[str, ...]) -> None:
    head = "import anthropic, groq, openai\nfrom openai import RateLimitError\nclass Own(Exception): ...\n"
    head += "ERRORS = (openai.APIError, groq.APIError)\n"
    loop = f"    while True:\n        try:\n            return {SEND}\n        except {caught}:\n            pass\n"
    [call] = read(tmp_path, f"{START}{head}def ask(x):\n{loop}").calls
    assert [retry.catches_from for retry in call.context.retries] == [packages]


def test_break_of_a_loop_within_ends_no_loop_around_it(tmp_path: Path) -> None:
    source = """def ask(queue):
    async for item in queue:
        for attempt in range(2):
            try:
                reply = SEND
                break
            except Exception:
                continue
"""
    [call] = read(tmp_path, START + source.replace("SEND", SEND)).calls
    assert [(retry.attempts, retry.bounded) for retry in call.context.retries] == [(2, True)]
    assert [loop.over for loop in call.context.loops] == ["queue"]
