"""InvokeModel of Amazon Bedrock: the body is that of the Messages API, the model stands beside it."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.sdk.passed import Passed, PassedArguments, of_mapping
from promptlint.sdk.shapes import Gathered
from promptlint.sdk.shapes._models import for_claude, names_claude
from promptlint.sdk.shapes._values import mapping, word
from promptlint.source.values import Item, Map, Seq, Str, Value, options

_OPAQUE = "body"


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of the body, with the model; None where either is another vendor's."""
    given = gathered.given
    model = given.get("modelId")
    model = for_claude(model) if model is not None else None
    if model is None:
        return PassedArguments(opaque=given.opaque) if given.opaque and given.get("modelId") is None else None
    body = given.get("body")
    bodies = list(_bodies(body.value)) if body is not None else []
    if not bodies:
        return PassedArguments({"model": model}, opaque=[_OPAQUE, *given.opaque])
    kept = [one for one in bodies if one.get("anthropic_version") or (one.get("messages") and one.get("max_tokens"))]
    if not kept and not names_claude(model):
        return None
    found = of_mapping(*(kept or bodies))
    found.named = {"model": model} | found.named
    _completion(found.named)
    return found


def _bodies(body: Value) -> Iterator[Map]:
    """The mappings that a body is the JSON text of."""
    for option in options(body):
        if isinstance(option, Map):
            yield option
        elif isinstance(option, Str) and option.data is not None:
            yield from _bodies(option.data)


def _completion(named: dict[str, Passed]) -> None:
    """The first Claude models took one `prompt` and `max_tokens_to_sample`."""
    prompt = named.pop("prompt", None)
    if prompt is not None and "messages" not in named:
        message = mapping(prompt.place, role=word("user", prompt.place), content=prompt.value)
        conversation = Seq("list", (Item(message),), prompt.place)
        named["messages"] = Passed(conversation, prompt.keyword, prompt.place, prompt.optional)
    cap = named.pop("max_tokens_to_sample", None)
    if cap is not None:
        named.setdefault("max_tokens", cap)
