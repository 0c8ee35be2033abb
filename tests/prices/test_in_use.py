from __future__ import annotations

from dataclasses import replace

import pytest

from promptlint.estimate import Estimate
from promptlint.prices.arrivals import Arrivals
from promptlint.prices.design import Design
from promptlint.prices.in_use import caches_conversation, design_of, lifetime
from promptlint.prices.terms import STANDARD
from promptlint.request import Block, CacheMarker, Message, Messages, Place, Request, System
from promptlint.tokens.measure import RequestTokens
from promptlint.workloads import Workload

HERE = Place("app.py", 1, 1, 1, 2)
MARKER = CacheMarker("5m", HERE)
BLOCK = Block("text", None, HERE, cache=MARKER)
IN_SYSTEM = Request(system=System(True, (BLOCK,)))
IN_MESSAGES = Request(messages=Messages((Message("user", (BLOCK,), HERE),)))
CONSTANT = Estimate(990, 1_000, 1_010, "tokenizer")
ARRIVALS = Arrivals(100)


def sent(prefix: Estimate = CONSTANT, cached: Estimate | None = None, total: float | None = 3_000) -> RequestTokens:
    length = Estimate.unknown(500) if total is None else Estimate.exactly(total, "tokenizer")
    return replace(RequestTokens.unknown(), prefix=prefix, cached_prefix=cached, total=length)


def made(request: Request, tokens: RequestTokens, factor: float = 1.0, **told: float) -> Design | None:
    return design_of(request, tokens, Workload(**told), ARRIVALS, STANDARD, factor)  # type: ignore[arg-type]


def held(design: Design | None) -> tuple[float, float | None]:
    assert design is not None
    return design.cached_tokens, design.hit_rate


def test_what_the_code_sends_and_what_the_workload_tells() -> None:
    found = made(Request(), sent(), output_tokens=50, turns=4, tokens_per_turn=200)
    assert found == Design(3_000, 50, 0, 4, 200, ARRIVALS)
    assert made(Request(), sent(total=None)) is None
    assert made(Request(), sent(total=None), input_tokens=800, turns=1) == Design(1_000, arrivals=ARRIVALS)


def test_what_is_configured_was_counted_for_another_model() -> None:
    found = made(Request(), sent(), 1.5, input_tokens=2_000, output_tokens=100, tokens_per_turn=40)
    assert found is not None
    assert (found.input_tokens, found.output_tokens, found.tokens_per_turn) == (3_000, 150, 60)


def test_a_marker_at_the_end_of_what_is_constant() -> None:
    assert held(made(IN_SYSTEM, sent(cached=CONSTANT))) == (1_000, None)
    assert held(made(IN_SYSTEM, sent(cached=CONSTANT), hit_rate=0.8)) == (1_000, 0.8)


def test_a_marker_behind_what_changes_is_written_and_never_read() -> None:
    clock_first = sent(prefix=Estimate(3, 3, 4, "tokenizer"), cached=Estimate.unknown(1_300))
    assert held(made(IN_SYSTEM, clock_first)) == (1_300, 0.0)


def test_a_marker_behind_what_may_change_is_not_known() -> None:
    tenant_first = sent(prefix=Estimate(3, 3, None, "tokenizer"), cached=Estimate.unknown(1_300))
    assert made(IN_SYSTEM, tenant_first) is None
    assert held(made(IN_SYSTEM, tenant_first, hit_rate=0.9)) == (1_300, 0.9)


def test_a_marker_that_moves_with_the_conversation() -> None:
    tokens = sent(cached=Estimate.unknown(1_300))
    found = made(IN_MESSAGES, tokens, turns=5, tokens_per_turn=100)
    assert found is not None
    assert (found.cache_history, found.cached_tokens) == (True, 1_000)
    assert caches_conversation(IN_MESSAGES)
    assert caches_conversation(Request(cache=MARKER))
    assert not caches_conversation(IN_SYSTEM)


@pytest.mark.parametrize(("ttl", "expected"), [("5m", "5m"), ("1h", "1h"), ("unknown", "5m")])
def test_the_lifetime_that_the_markers_ask_for(ttl: str, expected: str) -> None:
    assert lifetime(Request(cache=CacheMarker(ttl, HERE))) == expected  # type: ignore[arg-type]
