"""The names of models: what clouds, routers and SDKs put around a Claude model's id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_ROUTES = {
    "anthropic": "anthropic",
    "~anthropic": "openrouter",
    "azure_ai": "foundry",
    "bedrock": "bedrock",
    "bedrock_converse": "bedrock",
    "anthropic_bedrock": "bedrock",
    "converse": "bedrock",
    "invoke": "bedrock",
    "claude_platform": "aws",
    "databricks": "databricks",
    "github_copilot": "github_copilot",
    "google_anthropic_vertex": "vertex",
    "google-vertex": "vertex",
    "google_vertexai": "vertex",
    "litellm_proxy": "litellm",
    "openrouter": "openrouter",
    "vercel": "vercel",
    "vercel_ai_gateway": "vercel",
    "vertex_ai": "vertex",
}
"""Words that route a request, before `/` or `:`, and the platform that then serves it."""

_HEAD = re.compile(r"(~?[a-z][a-z0-9_-]*)[/:](.+)")
_AWS_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[^:]*:[^:]*:(?:inference-profile|foundation-model)/(.+)")
_BEDROCK = re.compile(r"(?:[a-z]{2,6}(?:-gov)?\.)?anthropic\.(.+)")
_CONTEXT = re.compile(r":\d+k$")
_LONG_CONTEXT = "[1m]"
_RESELLER = re.compile(r":(?:thinking|beta|free|extended|nitro|floor|online)$")

Form = Literal["plain", "bedrock", "vertex", "newest"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: the id, the way it is written, and the platform (None for a plain id).

    `newest` names a tier only: `~anthropic/claude-haiku-latest`.
    """

    id: str
    form: Form = "plain"
    platform: str | None = None


def parse(name: str) -> Name:
    """Take off what clouds, routers and SDKs add to a model's id."""
    platform, routed, rest = _route(name.removesuffix(_LONG_CONTEXT))
    rest = _RESELLER.sub("", rest)
    arn = _ARN.fullmatch(rest)
    bedrock = _BEDROCK.fullmatch(arn[1] if arn else rest)
    if bedrock:
        return Name(_CONTEXT.sub("", bedrock[1]), "bedrock", platform or "bedrock")
    if "@" in rest:
        return Name(rest, "vertex", platform or "vertex")
    if rest.startswith("databricks-"):
        return Name(rest.removeprefix("databricks-"), "plain", "databricks")
    if routed == "~anthropic" and rest.endswith("-latest"):
        return Name(rest, "newest", platform)
    return Name(rest, "plain", platform)


def split(name: str) -> tuple[str, str]:
    """What stands before a model's id in a name, words that route and the beginning of an ARN; and the rest."""
    _, _, rest = _route(name)
    arn = _ARN.fullmatch(rest)
    inner = arn[1] if arn else rest
    return name.removesuffix(inner), inner


def _route(name: str) -> tuple[str | None, str, str]:
    """The platform that the leading words say, the last such word, and what follows them."""
    platform, last = None, ""
    while (head := _HEAD.fullmatch(name)) is not None:
        word, rest = head[1], head[2]
        if word in _ROUTES:
            if platform is None or word == "claude_platform":
                platform = _ROUTES[word]
        elif not (platform == "bedrock" and _AWS_REGION.fullmatch(word)):
            break
        last, name = word, rest
    return platform, last, name


def platform_of(name: str) -> str | None:
    """The platform that a model's name says it is served by: "bedrock", "vertex", ..; None for a plain id."""
    return parse(name).platform


def is_claude(name: str) -> bool:
    """Whether the name is that of a Claude model, known or not."""
    return re.match(r"claude(?=-|$)", parse(name).id) is not None
