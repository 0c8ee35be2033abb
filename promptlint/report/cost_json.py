"""`promptlint/cost/v1`: every call with what it sends and what that costs. Keys may be added, never renamed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from promptlint import __version__
from promptlint.economics import Economics
from promptlint.prices.caching import LIFETIME_HOURS
from promptlint.prices.levers import Step
from promptlint.report import problems
from promptlint.report.checked import Paths
from promptlint.report.costed import Costed, Months, Row
from promptlint.report.savings import PER
from promptlint.request import Argument, CallSite, Messages, System, Via
from promptlint.tasks import task_of


def render(costed: Costed, more: Callable[[CallSite], dict[str, Any]] = lambda _: {}) -> str:
    """The document: ASCII only, so that no terminal or pipe can spoil it. `more` gives further keys for each call."""
    document = {
        "schema": "promptlint/cost/v1",
        "version": __version__,
        "tokenizer": costed.tokenizer,
        "prices_as_of": costed.prices_as_of,
        "problems": problems.to_json(costed.problems, costed.paths),
        "months": _months(costed.months),
        "calls": [{**_call(row, costed.paths), **more(row.call)} for row in costed.rows],
    }
    return json.dumps(document, indent=2) + "\n"


def _call(row: Row, paths: Paths) -> dict[str, Any]:
    call, request, tokens = row.call, row.call.request, row.total.tokens
    return {
        **_identity(call, paths),
        "model": {
            "values": list(request.model.values),
            "ids": [model.id for model in row.models],
            **_certainty(request.model),
        },
        "max_tokens": {"values": list(request.max_tokens.values), **_certainty(request.max_tokens)},
        "system": {**_system(request.system), "tokens": asdict(tokens.system)},
        "messages": {**_messages(request.messages), "tokens": asdict(tokens.messages)},
        "tools": {
            "present": request.tools.present,
            "count": len(request.tools.tools),
            "tokens": asdict(tokens.tools),
        },
        "cache_breakpoints": len(request.cache_breakpoints),
        "cacheable_prefix": {"tokens": asdict(tokens.prefix), "minimum": row.minimum},
        "task": task_of(call),
        "cost": {
            "input_usd": asdict(row.total.input_usd),
            "output_usd": asdict(row.total.output_usd),
            "tools_usd": asdict(row.total.tools_usd),
            "per_month_usd": None if row.per_month is None else asdict(row.per_month),
            "by_model": {model: asdict(cost) for model, cost in row.total.by_model.items()},
        },
        "workload": None if row.workload is None else asdict(row.workload),
        "caching": None if row.economics is None else _caching(row.economics),
        "steps": [] if row.economics is None else [_step(step) for step in row.economics.steps],
    }


def _months(months: Months) -> dict[str, Any]:
    return {
        "known_usd": months.usd,
        "known_calls": months.known,
        "unknown_calls": months.partly,
        "unknown_at_least_usd": months.at_least,
        "calls_without_volume": months.without_volume,
    }


def _caching(found: Economics) -> dict[str, Any]:
    """When caching pays for the call, and where its markers go; the plan is null without traffic."""
    arrivals, plan = found.arrivals, found.plan
    return {
        "segments": [{"name": segment.name, "tokens": segment.tokens} for segment in found.segments],
        "calls_per_hour_and_key": None if arrivals is None else arrivals.per_hour_and_key,
        "hit_rate": None if arrivals is None else {ttl: arrivals.hit_rate(ttl) for ttl in LIFETIME_HOURS},
        "break_even": {ttl: asdict(even) for ttl, even in found.break_even.items()},
        "plan": None
        if plan is None
        else {"breakpoints": [asdict(each) for each in plan.breakpoints], "saves_per_call_usd": plan.saving},
        "grow_prefix_by": None if found.growth is None else asdict(found.growth),
        "cold_fan_out_usd": found.fan_out_usd,
    }


def _step(step: Step) -> dict[str, Any]:
    """One change; `percent` is of what the steps before it have left."""
    return {
        "change": step.change,
        "condition": step.condition,
        "saves_per_call_usd": step.saving,
        "saves_per_1000_calls_usd": step.saving * PER,
        "percent": 100 * step.share,
        "left_per_call_usd": step.left,
    }


def _identity(call: CallSite, paths: Paths) -> dict[str, Any]:
    return {
        "id": call.id,
        "path": paths.shown(call.place.path),
        "cell": call.place.cell or None,
        "line": call.place.line,
        "column": call.place.column,
        "end_line": call.place.end_line,
        "function": call.function,
        "api": call.api,
        "role": call.role,
        "async": call.asynchronous,
        "streaming": call.request.streaming,
        "batch": call.request.batch,
        "in_loop": bool(call.context.loops),
        "via": _via(call.via, paths),
        "callers": list(call.callers),
    }


def _via(via: Via | None, paths: Paths) -> dict[str, Any] | None:
    if via is None:
        return None
    place = via.place
    return {
        "path": paths.shown(place.path),
        "cell": place.cell or None,
        "line": place.line,
        "function": via.function,
    }


def _certainty(argument: Argument[Any]) -> dict[str, Any]:
    return {"complete": argument.complete, "how": argument.how}


def _system(system: System) -> dict[str, Any]:
    text, static = system.sent, _static(system)
    digest = hashlib.sha256((text.known or "").encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "present": system.present,
        "static": static,
        "static_chars": len(text.written),
        "text_sha256": digest if static == "yes" else None,
    }


def _static(system: System) -> str:
    """How much of the text is known: yes for all of it, partly, no for holes only, unknown."""
    whole = system.complete and all(block.text is not None for block in system.blocks)
    if system.blocks and whole and system.sent.known is not None:
        return "yes"
    if any(system.sent.pieces()):
        return "partly"
    return "no" if whole and system.present is not None else "unknown"


def _messages(messages: Messages) -> dict[str, Any]:
    texts = [block.text for message in messages.messages for block in message.blocks]
    known = [text for text in texts if text is not None]
    return {
        "static_chars": len(messages.text.written),
        "dynamic": not messages.complete or len(known) < len(texts) or any(text.known is None for text in known),
        "history_grows": messages.grows,
    }
