"""Findings and calls made by hand, for the tests of the reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from promptlint.catalogue import Rule, Severity
from promptlint.estimate import Estimate
from promptlint.findings import Finding, Hit, Related
from promptlint.ledger import Total
from promptlint.prices.cost import CallCost
from promptlint.prices.table import Model, find
from promptlint.report.checked import Checked, Paths
from promptlint.report.costed import Costed, Row
from promptlint.report.savings import Saving
from promptlint.request import (
    Argument,
    Block,
    CacheMarker,
    CallSite,
    Directive,
    Hole,
    Message,
    Messages,
    Piece,
    Place,
    Problem,
    Request,
    System,
    Text,
    Tool,
    Tools,
)
from promptlint.tokens.measure import RequestTokens

ROOT = Path("/project")
TRIAGE = """\
from app.prompts import RULES


def triage(client, ticket):
    return client.messages.create(
        system=RULES,
        model="claude-opus-5-5",
        max_tokens=16,
        messages=[{"role": "user", "content": ticket}],
    )
"""


def rule(code: str, name: str, severity: Severity) -> Rule:
    return Rule(code, name, "caching", "code", severity, "high", "0.1.0", "stable", "A summary", "Because", "Do it")


NOT_CACHED = rule("PL103", "reused-prefix-not-cached", "warning")
ABOVE_TASK = rule("PL302", "model-above-task", "info")
RETIRED = rule("PL301", "retired-model", "error")


def finding(of: Rule, place: Place, message: str, suppressed: Directive | None = None, **hit: Any) -> Finding:
    return Finding(of, Hit(place, message, **hit), of.severity, of.confidence, f"{of.code}-{place.line}", suppressed)


def uncached(suppressed: Directive | None = None) -> Finding:
    return finding(
        NOT_CACHED,
        Place("app/triage.py", 6, 9, 6, 21),
        "A reused prompt prefix of 1,412 tokens is sent without cache_control",
        suppressed,
        call="app/triage.py::triage",
        label="1,412 tokens, the same on every call",
        cost="$0.0056 per call uncached, $0.0003 as a cache read",
        savings=Estimate(0.004, 0.005, 0.0053, "tokenizer"),
        help='mark the end of the prefix\n    system=[{"type": "text", "text": RULES}]',
        related=(Related(Place("app/prompts.py", 3, 9, 40, 4), "the prompt stands here"),),
    )


def over_tiered() -> Finding:
    place = Place("app/triage.py", 5, 12, 10, 6)
    return finding(ABOVE_TASK, place, "An Opus model answers with a label", call="app/triage.py::triage")


def call(id: str = "app/triage.py::triage", request: Request | None = None, **rest: Any) -> CallSite:
    model = Argument(("claude-opus-5-5",), present=True, how="literal")
    place = Place(id.split("::")[0], 5, 12, 10, 6)
    return CallSite(id, place, "triage", "anthropic.messages.create", request or Request(model=model), **rest)


def checked(
    *findings: Finding,
    calls: tuple[CallSite, ...] | None = None,
    problems: tuple[Problem, ...] = (),
    sources: dict[str, str] | None = None,
    directory: Path = ROOT,
) -> Checked:
    return Checked(
        findings,
        problems,
        (call(),) if calls is None else calls,
        3,
        {"app/triage.py": TRIAGE} if sources is None else sources,
        Paths(ROOT, directory),
    )


PRICED = Estimate(0.0056, 0.0058, 0.0061, "list price")
SONNET = find("claude-sonnet-5-5")
assert SONNET is not None


def tokens(**sections: Estimate) -> RequestTokens:
    given = {
        "frame": Estimate.exactly(3, "tokenizer"),
        "system": Estimate(1400, 1412, 1420, "tokenizer"),
        "messages": Estimate.unknown(12),
        "tools": Estimate.exactly(0, "exact"),
        "total": Estimate(1415, None, None, "unknown"),
        "prefix": Estimate(1400, 1412, 1420, "tokenizer"),
        "cached_prefix": None,
    }
    return RequestTokens(**{**given, **sections})


def row(of: CallSite | None = None, total: Total | None = None, models: tuple[Model, ...] = (SONNET,)) -> Row:
    up_to = Estimate(0, None, 0.006, "list price")
    cost = {model.id: CallCost(PRICED, up_to) for model in models}
    return Row(of or call(request=FULL), models, total or Total(tokens(), PRICED, up_to, cost))


def costed(*rows: Row, problems: tuple[Problem, ...] = (), savings: dict[str, Saving] | None = None) -> Costed:
    paths = Paths(ROOT, ROOT)
    return Costed(rows, problems, 3, paths, "ctok 1.3.0", "2026-11-22", savings or {})


_SPAN = Place("app/triage.py", 6, 9, 6, 21)
_RULES = Text((Piece("Be kind.\n", _SPAN), Piece("Be short. é", _SPAN)))
FULL = Request(
    model=Argument(("claude-sonnet-5-5",), present=True, how="import"),
    max_tokens=Argument((600,), present=True, how="literal"),
    system=System(True, (Block("text", _RULES, _SPAN, CacheMarker("5m", _SPAN)),)),
    messages=Messages(
        (Message("user", (Block("text", Text((Piece("Hi ", _SPAN), Hole("name", _SPAN))), _SPAN),), _SPAN),)
    ),
    tools=Tools(True, (Tool("look_up", None, None, _SPAN),)),
)
