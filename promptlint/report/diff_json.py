"""`promptlint/diff/v1`: what becomes of every call, for programs. Keys may be added, never renamed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from promptlint import __version__
from promptlint.report import problems
from promptlint.report.diff_view import per_call
from promptlint.report.savings import PER
from promptlint.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from promptlint.changes.bounds import Bounds
    from promptlint.changes.change import Change
    from promptlint.changes.diffed import Diffed, Side
    from promptlint.changes.figures import Figures
    from promptlint.changes.invalidations import Invalidation, TokenizerChange
    from promptlint.findings import Finding
    from promptlint.report.checked import Paths
    from promptlint.report.diff_view import View


def render(diffed: Diffed, view: View) -> str:
    """The document: ASCII only, so that no terminal or pipe can spoil it."""
    before, after = diffed.months
    compared = diffed.compared
    document = {
        "schema": "promptlint/diff/v1",
        "version": __version__,
        "tokenizer": view.tokenizer,
        "prices_as_of": view.prices_as_of,
        "base": _side(diffed.before, view.paths[0]),
        "head": _side(diffed.after, view.paths[1]),
        "verdict": diffed.verdict.level,
        "has_budget": diffed.has_budget,
        "over_budget": diffed.verdict.over_budget,
        "reasons": [asdict(reason) for reason in diffed.verdict.reasons],
        "months": {"before_usd": _bounds(before), "after_usd": _bounds(after)},
        "calls": [{**_change(change, view), "unread": diffed.is_unread(change)} for change in compared.changes],
        "cache_invalidations": [_invalidation(each) for each in compared.invalidations],
        "tokenizer_changes": [_tokenizer(each) for each in compared.tokenizers],
        "findings": {
            "new": _findings(diffed.findings.new, view.paths[1]),
            "gone": _findings(diffed.findings.gone, view.paths[0]),
        },
    }
    return json.dumps(document, indent=2) + "\n"


def _side(side: Side, paths: Paths) -> dict[str, Any]:
    return {
        "name": side.name,
        "calls": len(side.calls),
        "problems": problems.to_json(side.problems, paths),
        "left_out": list(side.left_out),
    }


def _change(change: Change, view: View) -> dict[str, Any]:
    delta, month = change.delta, change.month
    return {
        "id": change.shown.id,
        "key": change.key,
        "change": change.kind,
        "moved": change.moved,
        "aspects": list(change.aspects),
        "before": {} if change.before is None else _figures(change.before, view.paths[0]),
        "after": {} if change.after is None else _figures(change.after, view.paths[1]),
        "delta_of": delta.of,
        "delta_reason": delta.reason,
        "delta_per_call_usd": _bounds(delta.usd),
        "delta_per_1000_calls_usd": _bounds(delta.usd.times(PER)),
        "delta_per_month_usd": _bounds(month),
        "delta_share": _bounds(delta.share),
    }


def _figures(figures: Figures, paths: Paths) -> dict[str, Any]:
    call, request, tokens = figures.call, figures.call.request, figures.total.tokens
    calls = figures.calls_per_month
    return {
        "id": figures.id,
        "path": paths.shown(call.place.path),
        "cell": call.place.cell or None,
        "line": call.place.line,
        "function": call.function,
        "api": call.api,
        "model": {
            "values": list(request.model.values),
            "ids": [model.id for model in figures.models],
            "complete": request.model.complete,
        },
        "prefix_tokens": asdict(tokens.prefix),
        "input_tokens": asdict(tokens.total),
        "max_tokens": {"values": list(request.max_tokens.values), "complete": request.max_tokens.complete},
        "cache_breakpoints": len(request.cache_breakpoints),
        "cache_ttls": sorted({marker.ttl for marker in request.cache_breakpoints}),
        "cached_prefix_tokens": None if tokens.cached_prefix is None else asdict(tokens.cached_prefix),
        "unknown": [masked(name) for name in figures.unknown],
        "input_usd": asdict(figures.total.input_usd),
        "output_usd": asdict(figures.total.output_usd),
        "tools_usd": asdict(figures.total.tools_usd),
        "per_1000_calls_usd": asdict(per_call(figures).times(PER)),
        "calls_per_month": calls,
        "per_month_usd": None if calls is None else asdict(figures.total.usd.times(calls)),
    }


def _bounds(bounds: Bounds | None) -> dict[str, float | None] | None:
    return None if bounds is None else asdict(bounds)


def _invalidation(found: Invalidation) -> dict[str, Any]:
    return {
        "calls": list(found.calls),
        "aspects": list(found.aspects),
        "tokens": asdict(found.tokens),
        "rewrite_usd": asdict(found.usd),
    }


def _tokenizer(found: TokenizerChange) -> dict[str, Any]:
    return {
        "call": found.call,
        "from": {"model": found.old.id, "tokenizer": found.old.tokenizer, "input_tokens": asdict(found.before)},
        "to": {"model": found.new.id, "tokenizer": found.new.tokenizer, "input_tokens": asdict(found.after)},
    }


def _findings(findings: Iterable[Finding], paths: Paths) -> list[dict[str, Any]]:
    return [
        {
            "code": finding.rule.code,
            "name": finding.rule.name,
            "severity": finding.severity,
            "path": paths.shown(finding.hit.place.path),
            "cell": finding.hit.place.cell or None,
            "line": finding.hit.place.line,
            "column": finding.hit.place.column,
            "message": finding.hit.message,
            "call": finding.hit.call,
            "fingerprint": finding.fingerprint,
        }
        for finding in findings
    ]
