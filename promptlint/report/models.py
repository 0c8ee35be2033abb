"""The price table as people and programs read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from promptlint.prices.model import Model
from promptlint.prices.table import PRICES_AS_OF, premiums, source_title
from promptlint.report.columns import aligned
from promptlint.report.style import Palette

_UNKNOWN = "?"
_HEADER = (
    "model",
    "input",
    "output",
    "write 5m",
    "write 1h",
    "read",
    "caches from",
    "context",
    "output max",
    "retires",
)
_TIERS = ("fable", "mythos", "opus", "sonnet", "haiku")


def to_json(models: Sequence[Model], today: date) -> str:
    """`promptlint/models/v1`: every field of every model; null is unknown."""
    document = {
        "schema": "promptlint/models/v1",
        "prices_as_of": PRICES_AS_OF,
        "unit": "USD per million tokens",
        "premiums": asdict(premiums()),
        "models": [_model(model, today) for model in models],
    }
    return json.dumps(document, indent=2, default=str) + "\n"


def _model(model: Model, today: date) -> dict[str, Any]:
    return {
        **asdict(model),
        "status": model.status_on(today),
        "prices_from": "configuration" if model.configured else "list price",
        "sources": [source_title(key) for key in model.sources],
    }


def to_table(models: Sequence[Model], today: date, palette: Palette, *, quiet: bool = False) -> Iterator[str]:
    """The models by tier, the newest first; then what the prices mean."""
    families = [*_TIERS, *sorted({model.family for model in models} - set(_TIERS))]
    rows = [_row(model, today) for family in families for model in models if model.family == family]
    yield from aligned([_HEADER, *rows], palette)
    if quiet:
        return
    yield ""
    charged = premiums()
    for line in (
        f"USD per million tokens as of {PRICES_AS_OF}; ? is not known, * from the configuration.",
        f"A batch costs x{charged.batch:g}{_no_batch(models)}. `caches from`: a shorter prefix is not cached.",
        f'inference_geo="us" costs x{charged.resident:g} from Claude 4.6 on.',
        f"A regional endpoint of Bedrock or Vertex costs x{charged.regional:g} from Claude 4.5 on.",
        f"A web search costs ${charged.web_search_usd:g}.",
        *_steps(models),
    ):
        yield palette.paint("quiet", line)


def _no_batch(models: Sequence[Model]) -> str:
    without = [model.id for model in models if model.batch_price is None]
    return f", not known for {', '.join(without)}" if without else ""


def _row(model: Model, today: date) -> tuple[str, ...]:
    price = model.price
    return (
        f"{model.id}{' *' if model.configured else ''}",
        _usd(price.input),
        _usd(price.output),
        _usd(price.cache_write_5m),
        _usd(price.cache_write_1h),
        _usd(price.cache_read),
        _tokens(model.min_cacheable_tokens),
        _tokens(model.context_window),
        _tokens(model.max_output),
        _retires(model, today),
    )


def _retires(model: Model, today: date) -> str:
    if model.retirement_date is not None:
        return f"{'retired ' if model.status_on(today) == 'retired' else ''}{model.retirement_date}"
    if model.status_on(today) != "active":
        return model.status_on(today)
    return "" if model.retire_not_sooner_than is None else f"not before {model.retire_not_sooner_than}"


def _steps(models: Sequence[Model]) -> Iterator[str]:
    """What is charged otherwise under a condition: long prompts, fast mode."""
    for model in models:
        if model.long_prompt is not None:
            long = model.long_prompt
            yield (
                f"{model.id} above {long.above:,} prompt tokens: {_usd(long.price.input)} in, "
                f"{_usd(long.price.output)} out, for the whole call."
            )
        if model.fast is not None:
            until = "" if model.fast.removed_on is None else f", until {model.fast.removed_on}"
            yield f'{model.id} with speed="fast": {_usd(model.fast.input)} in, {_usd(model.fast.output)} out{until}.'


def _usd(price: float | None) -> str:
    return _UNKNOWN if price is None else f"{price:.4f}".rstrip("0").ljust(len(f"{price:.2f}"), "0")


def _tokens(count: int | None) -> str:
    return _UNKNOWN if count is None else f"{count:,}"
