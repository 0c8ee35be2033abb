"""Calls made by hand, as the left wing would resolve them, and the checks run on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from promptlint.audit import Audit
from promptlint.findings import Hit
from promptlint.ledger import Ledger
from promptlint.request import (
    Argument,
    Block,
    CacheMarker,
    CallSite,
    Hole,
    Message,
    Messages,
    Part,
    Piece,
    Place,
    Project,
    Request,
    Run,
    System,
    Text,
    Tool,
    Tools,
)
from promptlint.settings import Settings

TODAY = date(2026, 11, 22)
SENTENCE = "A parcel that three couriers could not deliver goes back to the depot and waits there for ten days. "
LONG = SENTENCE * 60
"""About 1,300 tokens: above the minimum of Haiku 5.5 (512), below that of Haiku 4.5 (4,096)."""

LEDGER = Ledger()


def at(line: int, column: int = 1, width: int = 10, path: str = "app.py") -> Place:
    return Place(path, line, column, line, column + width)


def text(*parts: str | Part, line: int = 20) -> Text:
    """Literals on lines of their own, from `line` on; holes and variants as they are."""
    return Text(tuple(_literal(part, line + i) if isinstance(part, str) else part for i, part in enumerate(parts)))


def _literal(value: str, line: int) -> Piece:
    return Piece(value, at(line, width=len(value)), (Run(0, line, 1),))


def hole(name: str, origin: Any = "parameter", lifetime: Any = "request", line: int = 50, **more: Any) -> Hole:
    return Hole(name, at(line), origin, lifetime, **more)


def marker(line: int = 60, ttl: Any = "5m") -> CacheMarker:
    return CacheMarker(ttl, at(line))


def system(*blocks: Text, marked: CacheMarker | None = None, **more: Any) -> System:
    """A system prompt whose last block is marked."""
    made = [Block("text", block, at(10)) for block in blocks]
    made[-1] = replace(made[-1], cache=marked)
    return System(True, tuple(made), place=at(10), **more)


def user(*parts: str | Part, **more: Any) -> Messages:
    return Messages((Message("user", (Block("text", text(*parts, line=30), at(30)),), at(30)),), place=at(30), **more)


def tools(*definitions: str) -> Tools:
    made = (Tool(f"tool{i}", None, body, at(40 + i)) for i, body in enumerate(definitions))
    return Tools(True, tuple(made), place=at(40))


def values(*models: str, **more: Any) -> Argument[str]:
    places = tuple(at(5, 10 * i + 1) for i, _ in enumerate(models))
    return Argument(models, present=True, how="literal", **{"place": at(5), "origins": places, **more})


def cap(tokens: int) -> Argument[int]:
    return Argument((tokens,), present=True, how="literal", place=at(6))


QUESTION = hole("question", line=31)


def call(model: str | Argument[str] = "claude-haiku-5-5", id: str = "app.py::ask", **more: Any) -> CallSite:
    """One call on line 1; further arguments go to the request if it has such a field, else to the call site."""
    request = {"max_tokens": cap(1000), "messages": user(QUESTION)}
    request |= {name: more.pop(name) for name in list(more) if name in Request.__slots__}
    argument = values(model) if isinstance(model, str) else model
    fields = {"place": at(1), "function": "ask", "api": "anthropic.messages.create", **more}
    return CallSite(id=id, request=Request(model=argument, **request), **fields)


def hits(rule: str, *calls: CallSite, caching: str = "none", sources: dict[str, str] | None = None) -> list[Hit]:
    """What a rule has to say of a project of these calls; what it says twice of one place counts once, as in a run."""
    settings = Settings(Path("/project"), caching=caching)
    audit = Audit(Project(calls, sources=sources or {}), settings, LEDGER, TODAY)
    found = _run(import_module(f"promptlint.checks.{rule.replace('-', '_')}"), audit)
    return list({(hit.place, hit.message): hit for hit in found}.values())


def _run(check: Any, audit: Audit) -> Iterator[Hit]:
    if hasattr(check, "check_project"):
        yield from check.check_project(audit)
    if hasattr(check, "check"):
        for each in (call for call in audit.project.calls if call.role == "call"):
            yield from check.check(each, audit)
