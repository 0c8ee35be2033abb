"""`promptlint/tokens/v1`, and the answers to a file of requests, one a line. Keys may be added, never renamed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from promptlint import __version__
from promptlint.report import problems

if TYPE_CHECKING:
    from promptlint.report.tallied import Counted, Tallied
    from promptlint.tokens.tally import Tally


def render(tallied: Tallied) -> str:
    """The document: ASCII only, so that no terminal or pipe can spoil it."""
    document = {
        "schema": "promptlint/tokens/v1",
        "version": __version__,
        "tokenizer": tallied.tokenizer,
        "prices_as_of": tallied.prices_as_of,
        "problems": problems.to_json(tallied.problems, tallied.paths),
        "inputs": [_counted(row, tallied) for row in tallied.rows],
    }
    return json.dumps(document, indent=2) + "\n"


def answers(tallied: Tallied) -> str:
    """One line for each request, in order: its input tokens, or why they are not known."""
    return "".join(f"{json.dumps(_answer(row, tallied.tokenizer))}\n" for row in tallied.rows)


def _counted(row: Counted, tallied: Tallied) -> dict[str, Any]:
    return {
        "path": tallied.paths.shown(row.place.path),
        "line": row.place.line,
        "kind": row.kind,
        "name": row.name,
        "characters": row.characters,
        "models": [_tally(tally, row.characters) for tally in row.tallies],
        **({"reason": row.reason} if row.reason else {}),
    }


def _tally(tally: Tally, characters: int | None) -> dict[str, Any]:
    value = tally.tokens.value
    return {
        "model": tally.model.id,
        "tokens": asdict(tally.tokens),
        "characters_per_token": round(characters / value, 2) if characters and value else None,
        "input_usd": asdict(tally.input_usd),
        "minimum_cacheable": tally.minimum,
        "cacheable": tally.cacheable,
        **({"reason": tally.reason} if tally.reason else {}),
    }


def _answer(row: Counted, tokenizer: str) -> dict[str, Any]:
    if not row.tallies:
        return {"input_tokens": None, "reason": row.reason}
    (tally,) = row.tallies
    known = {"model": tally.model.id, "tokenizer": tokenizer}
    if tally.tokens.value is None:
        return {"input_tokens": None, "reason": tally.reason, "at_least": tally.tokens.low, **known}
    return {"input_tokens": asdict(tally.tokens), **known}
