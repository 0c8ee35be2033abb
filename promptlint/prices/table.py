"""The price table: models.toml -> Model, found by any name a model goes by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli

from promptlint.prices.model import Fast, LongPrompt, Model, Premiums, Prices
from promptlint.prices.names import Name, is_claude, parse, platform_of, split

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

__all__ = [
    "PRICES_AS_OF",
    "Model",
    "Prices",
    "all_models",
    "cheaper",
    "find",
    "is_claude",
    "known",
    "name_like",
    "newest",
    "platform_of",
    "premiums",
    "price_ratio",
    "replacement",
    "source_title",
    "successor",
]

PRICES_AS_OF = "2026-11-22"
"""The date of the table; a test keeps it equal to `as_of` in models.toml, which is read only when needed."""

_SMALLER_TIER = {"fable": "opus", "mythos": "opus", "opus": "sonnet", "sonnet": "haiku", "haiku": "haiku"}
_DATE = re.compile(r"-\d{8}$")
_DOTTED = re.compile(r"(?<=\d)\.(?=\d)")
_BEDROCK_VERSION = re.compile(r"-v\d")


def all_models() -> tuple[Model, ...]:
    """Every model of the table, newest first within its tier."""
    return _table().models


@lru_cache(maxsize=1024)
def find(name: str) -> Model | None:
    """The model that goes by this name on any platform. None for a name that is not exactly a known one's."""
    parsed = parse(name)
    index = _table().index
    if parsed.form == "newest":
        return newest(parsed.id.removeprefix("claude-").removesuffix("-latest"))
    if parsed.form == "bedrock":
        versioned = _BEDROCK_VERSION.search(parsed.id)
        return index.get(f"anthropic.{parsed.id}") or (None if versioned else index.get(parsed.id))
    if parsed.form == "vertex":
        return index.get(parsed.id) or index.get(_without_at(parsed))
    return index.get(parsed.id) or index.get(_DOTTED.sub("-", parsed.id))


def known(names: Iterable[str]) -> tuple[Model, ...]:
    """The models that go by these names, in their order, each once."""
    found = [model for name in names if (model := find(name)) is not None]
    return tuple({model.id: model for model in found}.values())


def newest(family: str) -> Model | None:
    """The newest active model of a tier, None for a tier that has none."""
    active = (model for model in all_models() if model.family == family and model.status == "active")
    return max(active, key=lambda model: str(model.released), default=None)


def cheaper(model: Model) -> Model | None:
    """The current model of the next smaller tier, where its input and output cost less; else None."""
    other = newest(_SMALLER_TIER.get(model.family, model.family))
    if other is None or other.id == model.id:
        return None
    ratio = price_ratio(model, other)
    return other if ratio is not None and ratio > 1 else None


def price_ratio(model: Model, other: Model) -> float | None:
    """How many times dearer `model` is than `other`, per token: the smaller of the input and the output ratio."""
    ours, theirs = model.price, other.price
    if ours.input is None or ours.output is None or not theirs.input or not theirs.output:
        return None
    return min(ours.input / theirs.input, ours.output / theirs.output)


def replacement(model: Model, today: date) -> Model | None:
    """The model that the vendor recommends instead, followed on to one that is active on the day."""
    seen = {model.id}
    following = model.replacement
    while following is not None and following not in seen:
        seen.add(following)
        candidate = _table().index[following]
        if candidate.status_on(today) == "active":
            return candidate
        following = candidate.replacement
    return None


def successor(model: Model, today: date) -> Model | None:
    """What to use instead: the newest model of the same tier that is active on the day.

    A tier that has none left goes on in that of the vendor's recommendation.
    """
    vendors = replacement(model, today)
    families = (model.family, *((vendors.family,) if vendors else ()))
    return next(filter(None, (_newest_on(family, today) for family in families)), vendors)


def _newest_on(family: str, today: date) -> Model | None:
    active = [
        model
        for model in all_models()
        if model.family == family and model.released and model.released <= today and model.status_on(today) == "active"
    ]
    return max(active, key=lambda model: str(model.released), default=None)


def name_like(name: str, model: Model, platform: str | None) -> str | None:
    """The name of a model in the form of another name, with its route and its profile; None where it is not known.

    `platform` is what serves the other name, None for Anthropic's own API.
    """
    head, inner = split(name)
    if platform == "bedrock":
        profile = inner.rpartition("anthropic.")[0]
        known = model.bedrock and (not profile or f"{profile}{model.bedrock}" in model.bedrock_profiles)
        return f"{head}{profile}{model.bedrock}" if known else None
    if platform == "vertex":
        return f"{head}{model.vertex}" if model.vertex else None
    as_here = inner in _table().index or not _DOTTED.search(inner)
    return f"{head}{model.id}" if platform in (None, "anthropic") and as_here else None


def premiums() -> Premiums:
    """What is charged by rule instead of by model."""
    return _table().premiums


def source_title(key: str) -> str:
    """What a key of `Model.sources` stands for. Raises KeyError for no such key."""
    return _table().sources[key]


@dataclass(frozen=True, slots=True)
class _Table:
    models: tuple[Model, ...]
    index: dict[str, Model]
    sources: dict[str, str]
    premiums: Premiums


@cache
def _table() -> _Table:
    document = tomli.loads(Path(__file__).with_name("models.toml").read_text(encoding="utf-8"))
    charged = Premiums(**document["premiums"])
    models = tuple(_model(row, document["bedrock_profiles"], charged.batch) for row in document["models"])
    return _Table(models, _index(models), document["sources"], charged)


def _index(models: tuple[Model, ...]) -> dict[str, Model]:
    """Models by each name; an undated name is the newest model of that name, which stands first in the table."""
    index: dict[str, Model] = {}
    for model in models:
        for name in (model.id, *model.aliases, model.bedrock, model.vertex):
            if name is not None:
                index[name] = model
    for model in models:
        names = (model.id, *model.aliases)
        undated = [_DATE.sub("", name) for name in names]
        if model.vertex is not None:
            undated.append(model.vertex.split("@")[0])
        for name in undated:
            index.setdefault(name, model)
    return index


def _without_at(name: Name) -> str:
    base, _, version = name.id.partition("@")
    return base if version in ("default", "latest") else f"{base}-{version}"


def _model(row: dict[str, Any], profiles: list[str], batch: float) -> Model:
    fields = dict(row)
    price = Prices(**fields.pop("price"))
    long_prompt, fast = fields.pop("long_prompt", None), fields.pop("fast", None)
    has_batch_price = fields.pop("batch_price", True)
    bedrock = row.get("bedrock")
    for name in ("aliases", "sources"):
        fields[name] = tuple(fields.get(name, ()))
    return Model(
        **fields,
        price=price,
        batch_price=price.scaled(batch) if has_batch_price else None,
        long_prompt=LongPrompt(long_prompt["above"], Prices(**long_prompt["price"])) if long_prompt else None,
        fast=Fast(**fast) if fast else None,
        bedrock_profiles=tuple(f"{profile}.{bedrock}" for profile in profiles) if bedrock else (),
    )
