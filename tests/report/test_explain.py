from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from promptlint.estimate import Estimate
from promptlint.ledger import Total
from promptlint.report import explain_json
from promptlint.report.explain import render
from promptlint.report.explain_words import amount, count, filled, quoted
from promptlint.report.style import Palette
from promptlint.request import (
    Argument,
    Block,
    CacheMarker,
    CallSite,
    Client,
    Context,
    Hole,
    Loop,
    Message,
    Messages,
    Piece,
    Place,
    Request,
    Retry,
    Step,
    System,
    Text,
    Variant,
    Via,
)
from promptlint.secrets import masked
from promptlint.tokens.measure import RequestTokens
from tests.report.samples import PRICED, call, costed, row

ESCAPE = "\x1b"


def at(line: int, column: int = 1, path: str = "app/llm.py") -> Place:
    return Place(path, line, column, line, column + 1)


PASSED = Step("parameter", "prompt", at(8, 10), at(5, 12, "app/triage.py"))
RULES = (Step("import", "RULES", at(1)), Step("literal", "text", at(3)), PASSED)
TEMPLATE = (Step("literal", "TEMPLATE", at(20, 8)), Step("constant", "TEMPLATE", at(20, 12)))
REQUEST = Request(
    model=Argument(
        ("claude-sonnet-5-5", "claude-haiku-5-5"),
        complete=False,
        present=True,
        how="env-default",
        place=at(30, 9),
        origins=(at(2, 40), at(3, 40)),
        trail=(Step("env-default", "MODEL", at(2, 9)), Step("literal", "model", at(29, 9))),
        reason="a parameter of ask",
    ),
    max_tokens=Argument((600,), present=True, how="literal", place=at(31, 9), origins=(at(31, 9),)),
    system=System(
        True,
        (
            Block(
                "text",
                Text((Piece("Be kind.\x1b[2J " * 9, at(40, 3, "app/rules.py"), (), RULES),)),
                at(32, 9),
                CacheMarker("1h", at(33, 9)),
            ),
        ),
        place=at(32, 9),
    ),
    messages=Messages(
        (
            Message(
                "user",
                (
                    Block(
                        "text",
                        Text(
                            (
                                Piece("Ticket ", at(20, 12), (), TEMPLATE),
                                Hole("ticket", at(8, 20), "parameter", "request", reason="a parameter of ask"),
                                Piece(" of ", at(20, 30), (), TEMPLATE),
                                Hole("now()", at(9, 3), "clock", "request", "datetime.datetime.now"),
                                Variant((Text(), Text((Piece("Hurry!", at(10, 3)),)))),
                                Variant((Text((Piece("a", at(11)),)), Text((Hole("x", at(12), reason="lost"),)))),
                            )
                        ),
                        at(34, 9),
                    ),
                ),
                at(34, 9),
            ),
        ),
        complete=False,
        place=at(34, 9),
        reason="a list from a call",
    ),
    others={"temperature": Argument((0.5,), present=True, place=at(35, 9), origins=(at(35, 9),))},
)
SITE = call(
    request=REQUEST,
    asynchronous=True,
    via=Via(at(28, 5), "Client.ask"),
    context=Context(
        (Loop("for", at(4, 1, "app/triage.py"), "tickets", 3),),
        (Retry("loop", at(3, 1, "app/triage.py"), attempts=4),),
        entry="script",
    ),
    client=Client("bedrock", "AnthropicBedrock", at(2, 1), max_retries=Argument((5,), present=True, place=at(2, 20))),
)


def text(site: CallSite = SITE, **rest: Any) -> str:
    report = costed(row(site, **rest))
    return render(report.rows, report.paths, Palette(False))


def test_a_call_from_top_to_bottom() -> None:
    assert text() == (
        """\
app/triage.py::triage
call        anthropic.messages.create, async                                    app/triage.py:5:12
            sent by Client.ask                                                  app/llm.py:28:5
            repeated by a for loop over tickets, 3 rounds                       app/triage.py:4:1
            tried again by a loop, 4 attempts in all                            app/triage.py:3:1
            reached from a script
client      AnthropicBedrock, bedrock                                           app/llm.py:2:1
            max_retries = 5                                                     app/llm.py:2:20
model       claude-sonnet-5-5                                                   app/llm.py:30:9
              from model, assigned                                              app/llm.py:29:9
              from MODEL, the default of an environment variable                app/llm.py:2:9
              where it is written                                               app/llm.py:2:40
            or claude-haiku-5-5                                                 app/llm.py:3:40
            or another value: a parameter of ask
max_tokens  600                                                                 app/llm.py:31:9
arguments   temperature = 0.5                                                   app/llm.py:35:9
tools       none
system      1,412 tokens (1,400 to 1,420, tokenizer)                            app/llm.py:32:9
            from prompt, a parameter                                            app/llm.py:8:10
            passed here                                                         app/triage.py:5:12
            from text, assigned                                                 app/llm.py:3:1
            from RULES, imported                                                app/llm.py:1:1
              "Be kind.␛[2J Be kind.␛[2J Be kind.␛[2J Be ki..." 117 characters  app/rules.py:40:3
            cache breakpoint, 1h                                                app/llm.py:33:9
messages    at least 12 tokens                                                  app/llm.py:34:9
            not all of them are known: a list from a call
            user                                                                app/llm.py:34:9
              from TEMPLATE, a constant                                         app/llm.py:20:8
                "Ticket "                                                       app/llm.py:20:12
              {ticket}                                                          app/llm.py:8:20
                a parameter; may differ on every request: a parameter of ask
              " of "                                                            app/llm.py:20:30
              {now()}                                                           app/llm.py:9:3
                the clock (datetime.datetime.now); may differ on every request
              perhaps
                "Hurry!"                                                        app/llm.py:10:3
              either
                "a"                                                             app/llm.py:11:1
              or
                {x}                                                             app/llm.py:12:1
                  unknown: lost
cache       constant prefix: 1,412 tokens (1,400 to 1,420, tokenizer); a cache holds 512 or more
input       at least 1,415 tokens, $0.0058 ($0.0056 to $0.0061, list price)
output      up to $0.006 (list price)
"""
    )


def test_what_is_unknown_says_why() -> None:
    request = Request(model=Argument((), False, None, reason="**options cannot be read"), opaque=("options",))
    nothing = Total(RequestTokens.unknown(), Estimate.unknown(), Estimate.unknown(), {})
    assert text(call(request=request), total=nothing, models=()).splitlines()[2:] == [
        "client      unknown",
        "model       unknown: **options cannot be read",
        "max_tokens  not passed",
        "tools       none",
        "system      none",
        "messages    tokens unknown: the model is not known",
        "arguments   more, from options: it cannot be read",
        "cache       constant prefix: unknown",
        "input       unknown: the model is not known",
        "output      unknown: the model is not known",
    ]


def test_a_prompt_on_its_own_has_no_client() -> None:
    assert "client" in text()
    assert "client" not in text(replace(SITE, api="prompt.file"))


def test_a_wrapper_carries_no_cost() -> None:
    lines = text(replace(SITE, role="wrapper", callers=("app/a.py::f", "app/b.py::g"))).splitlines()
    assert "            counted at its caller app/a.py::f" in lines
    assert any(line.startswith("system      counted at its callers ") for line in lines)
    assert not any(line.startswith(("cache ", "input", "output")) for line in lines)


def test_one_accent_colour() -> None:
    report = costed(row(SITE))
    colored = render(report.rows, report.paths, Palette(True))
    assert f"{ESCAPE}[1;34mmodel{ESCAPE}[0m" in colored
    assert {code.split("m")[0] for code in colored.split(ESCAPE)[1:]} == {"[1", "[1;34", "[2", "[0"}
    assert "\x1b[2J" not in colored


def test_the_same_as_data() -> None:
    document = json.loads(explain_json.render(costed(row(SITE))))
    found = document["calls"][0]["explain"]
    assert (document["schema"], document["calls"][0]["id"]) == ("promptlint/cost/v1", "app/triage.py::triage")
    assert found["model"]["steps"] == [
        {"how": "literal", "name": "model", "place": where("app/llm.py", 29, 9), "passed": None},
        {"how": "env-default", "name": "MODEL", "place": where("app/llm.py", 2, 9), "passed": None},
    ]
    assert found["model"]["values"] == ["claude-sonnet-5-5", "claude-haiku-5-5"]
    assert (found["model"]["complete"], found["model"]["reason"]) == (False, "a parameter of ask")
    literal = found["system"]["blocks"][0]["parts"][0]
    assert literal["text"] == "Be kind.\x1b[2J " * 9
    assert literal["steps"][0]["passed"] == where("app/triage.py", 5, 12)
    assert found["system"]["blocks"][0]["cache_control"] == {
        "ttl": "1h",
        "certain": True,
        "place": where("app/llm.py", 33, 9),
    }
    assert found["messages"]["messages"][0]["blocks"][0]["parts"][1] == {
        "kind": "hole",
        "expression": "ticket",
        "place": where("app/llm.py", 8, 20),
        "origin": "parameter",
        "lifetime": "request",
        "detail": "",
        "reason": "a parameter of ask",
        "steps": [],
    }
    assert found["context"]["loops"][0]["bound"] == 3
    assert found["arguments"]["temperature"]["values"] == [0.5]


def where(path: str, line: int, column: int) -> dict[str, Any]:
    return {"path": path, "cell": None, "line": line, "column": column}


def test_values_that_json_has_no_word_for() -> None:
    request = Request(others={"extra": Argument(({"k": (b"x", None)},), present=True)})
    found = json.loads(explain_json.render(costed(row(call(request=request)))))["calls"][0]["explain"]
    assert found["arguments"]["extra"]["values"] == [{"k": ["b'x'", None]}]


def test_a_secret_is_never_printed_whole() -> None:
    secret = "sk-ant-api03-" + "x" * 24
    piece = Piece(f"Use {secret} as the key", at(1))
    hole = Hole(f'sign("{secret}")', at(2), "call", "request", f"sign({secret})", reason=f"{secret} is odd")
    system = System(True, (Block("text", Text((piece, hole)), at(1)),))
    request = replace(REQUEST, system=system, others={"api_key": Argument((secret,), present=True)})
    client = Client("anthropic", f'make("{secret}")', base_url=Argument((f"https://me:{secret}@x.org",), present=True))
    report = costed(row(call(request=request, client=client)))
    for output in (render(report.rows, report.paths, Palette(False)), explain_json.render(report)):
        assert "xxxxx" not in output
        assert "sk-a***" in output


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        ("key sk-proj-0123456789abcdef end", "key sk-p*** end"),
        ("AKIAABCDEFGHIJKLMNOP", "AKIA***"),
        ("ghp_" + "a1" * 18, "ghp_***"),
        ("https://user:hunter2@host/x", "https://user:hunt***@host/x"),
        ("Authorization: Bearer abcdefghijklmnopqrst", "Authorization: Bearer abcd***"),
        ('password = "correct-horse"', 'password = "corr***"'),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "----***"),
        ("Answer each ticket. The secret is patience.", "Answer each ticket. The secret is patience."),
        ("a task-list-of-things", "a task-list-of-things"),
        ("password: {password}", "password: {password}"),
    ],
)
def test_masking(whole: str, shown: str) -> None:
    assert masked(whole) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (Estimate.exactly(3, "exact"), "3 tokens (exact)"),
        (Estimate(1400, 1412, 1420, "tokenizer"), "1,412 tokens (1,400 to 1,420, tokenizer)"),
        (Estimate(1400, 1412, None, "tokenizer"), "1,412 tokens (at least 1,400, tokenizer)"),
        (Estimate(0, 1412, None, "unknown"), "1,412 tokens at a guess, without bounds"),
        (Estimate(10, None, None, "unknown"), "at least 10 tokens"),
        (Estimate(10, None, 20, "tokenizer"), "10 to 20 tokens (tokenizer)"),
        (Estimate(0, None, 20, "tokenizer"), "up to 20 tokens (tokenizer)"),
        (Estimate.unknown(), "unknown"),
    ],
)
def test_numbers_of_tokens(estimate: Estimate, shown: str) -> None:
    assert count(estimate) == shown


def test_an_amount() -> None:
    assert amount(PRICED) == "$0.0058 ($0.0056 to $0.0061, list price)"


def test_words() -> None:
    assert quoted("x" * 44) == f'"{"x" * 44}"'
    assert quoted("x" * 1045) == f'"{"x" * 44}..." 1,045 characters'
    loop = Hole("i", at(1), "loop", "request", "items", reason="an element of items")
    assert filled(loop) == "a loop; may differ on every request: an element of items"
    assert filled(Hole("x", at(1))) == "a source that is not known; how long it stays the same is not known"
