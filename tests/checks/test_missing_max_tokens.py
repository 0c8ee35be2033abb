from __future__ import annotations

from dataclasses import replace

from promptlint.request import Argument, CallSite, Place, Via
from tests.checks.handmade import at, call, hits, user

RULE = "missing-max-tokens"


def without(**more: object) -> CallSite:
    return call(max_tokens=Argument(), **more)  # type: ignore[arg-type]


def test_type_error() -> None:
    [hit] = hits(RULE, without())
    assert hit.place == at(1)
    assert "raises TypeError" in hit.message
    assert hit.severity is None


def test_batch_and_plain_http() -> None:
    for refused in (without(batch=True), without(api="http.post"), without(api="bedrock.invoke_model")):
        [hit] = hits(RULE, refused)
        assert "error 400" in hit.message


def test_body_in_a_file() -> None:
    [hit] = hits(RULE, without(api="request.body"))
    assert (hit.message, hit.cost) == (
        "max_tokens is not passed: the API answers with error 400",
        "nothing: this request cannot succeed",
    )
    assert hits(RULE, without(api="prompt.file")) == []


def test_default_of_a_package() -> None:
    default = Argument((4096,), present=False, how="default")
    [hit] = hits(RULE, call(max_tokens=default, api="langchain.invoke"))
    assert hit.message == "max_tokens is not passed, so langchain cuts every answer off at 4,096 tokens"
    assert hit.severity == "info"
    [hit] = hits(RULE, call(max_tokens=replace(default, values=(1024,)), api="langchain.invoke"))
    assert hit.severity == "warning"


def test_default_that_is_all_the_model_can_write() -> None:
    default = Argument((128_000,), present=False, how="default")
    assert hits(RULE, call(max_tokens=default, api="langchain.invoke")) == []


def test_body_of_another_vendors_model() -> None:
    for word, found in (("prompt", 0), ("messages", 1)):
        body = replace(user("ping"), keyword=Place("app.py", 1, 3, 1, 5 + len(word)))
        sent = without(api="bedrock.invoke_model", messages=body)
        assert len(hits(RULE, sent, sources={"app.py": f"x={word!r}: 1"})) == found


def test_silent() -> None:
    via = Via(at(90), "send")
    assert hits(RULE, without(opaque=("options",)), without(priced=False), without(via=via), call()) == []
    assert hits(RULE, without(api="strands.Agent")) == []
    assert hits(RULE, call(max_tokens=Argument(present=None))) == []
