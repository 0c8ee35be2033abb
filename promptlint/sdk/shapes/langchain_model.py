"""A chat model of LangChain: what it was made with, and what `bind`, `bind_tools` and the like set on it since."""

from __future__ import annotations

from dataclasses import dataclass, field

from promptlint.request import Place
from promptlint.sdk.receivers import PIPES, Receiver
from promptlint.sdk.shapes import langchain_facts as facts
from promptlint.sdk.shapes import langchain_tools as tools
from promptlint.sdk.shapes._models import claudes, is_claude
from promptlint.sdk.shapes._values import mapping
from promptlint.sdk.shapes.langchain_config import configs, configured
from promptlint.source.values import Arguments, Const, Made, Map, Unknown, Value, choice, options, place_of

_CONFIGURABLE = "init_chat_model"
_UNCHANGING = frozenset(
    "with_retry with_fallbacks with_types with_listeners with_alisteners configurable_fields configurable_alternatives "
    "assign pick".split()
)


@dataclass(slots=True)
class Model:
    """A model with its settings under the names of the Messages API.

    `heads` are what stands before it in its chain, first to last; `opaque` are arguments that cannot be read.
    """

    named: dict[str, Value] = field(default_factory=dict)
    heads: list[Value] = field(default_factory=list)
    opaque: list[str] = field(default_factory=list)


def of_name(name: Value, place: Place) -> Model | None:
    """The model that `init_chat_model` makes of a name; None where it is not Claude."""
    return made(Receiver(_CONFIGURABLE, "", Arguments((name,)), name), None, place)


def made(receiver: Receiver, config: Value | None, place: Place | None = None) -> Model | None:
    """The model that a receiver is, `config` being that of the call; None where it cannot be Claude."""
    arguments = receiver.arguments or Arguments(opaque=True)
    given = ({"model": arguments.positional[0]} if arguments.positional else {}) | dict(arguments.keywords)
    if receiver.name == _CONFIGURABLE:
        given |= configured(given, [*configs(receiver.steps), *([config] if config is not None else [])])
    provider = given.get("model_provider") or given.get("provider")
    found = Model(named(given), [], ["kwargs"] if arguments.opaque else [])
    made_at = place or place_of(receiver.made)
    if not _is_claude(found, provider, made_at, receiver.platform == "anthropic"):
        return None
    if not _stepped(found, receiver):
        return None
    if not found.opaque:
        _cap(found, receiver.name, provider, made_at)
    return found


def named(given: dict[str, Value]) -> dict[str, Value]:
    """Arguments of a model under the names of the Messages API; the others say nothing about the request."""
    found: dict[str, Value] = {}
    for key in facts.table()["spread"]["names"]:
        for option in options(given[key]) if key in given else ():
            if isinstance(option, Map):
                found |= named({entry.key: entry.value for entry in option.entries})
    names = facts.table()["arguments"]
    found |= {names[key]: value for key, value in given.items() if key in names and not _is_none(value)}
    effort = given.get("effort") or given.get("reasoning_effort")
    if effort is not None and not _is_none(effort):
        found["output_config"] = mapping(place_of(effort), effort=effort)
    return found


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None


def _is_claude(found: Model, provider: Value | None, place: Place, is_own: bool) -> bool:
    """Whether the model can be Claude; other models that it may be are left out.

    `is_own` tells that it is of a class for nothing but Claude: a name of another vendor is a default to be changed.
    """
    model = found.named.get("model")
    if model is None:
        if not found.opaque:
            found.named["model"] = facts.unknown("model", place, "the configuration says it at run time")
        return facts.serves(facts.provider(Const(None, place), provider))
    kept = claudes(options(model))
    if not kept and is_own:
        kept = [facts.unknown("model", place, "a model other than the default")]
    found.named["model"] = choice(kept) if kept else model
    named_so = any(is_claude(option) for option in kept)
    return named_so or (bool(kept) and facts.serves(facts.provider(kept[0], provider)))


def _cap(found: Model, cls: str, provider: Value | None, place: Place) -> None:
    if not _is_none(found.named.get("max_tokens", Const(None, place))):
        return
    model = found.named["model"]
    if cls == _CONFIGURABLE:
        first = next(iter(options(model)))
        cls = facts.table()["providers"].get(facts.provider(first, provider), "")
    cap = facts.cap(cls, model, place)
    found.named["max_tokens"] = cap or facts.unknown("max_tokens", place, "not passed: the model's own default")


def _stepped(found: Model, receiver: Receiver) -> bool:
    """Apply what was done to the model since it was made; whether it is still one that can be called."""
    before: object = _origin(receiver.made)
    for step in receiver.steps:
        on_model = _origin(step.base) is before
        before = step
        if step.method in PIPES:
            if not on_model:
                found.heads = [*chain(step.base), *found.heads]
        elif not _apply(found, step):
            return False
    return True


def _apply(found: Model, step: Made) -> bool:
    arguments = dict(step.arguments.keywords)
    match step.method:
        case "bind_tools":
            found.named |= tools.bound(step.arguments, found.named.get("thinking"))
        case "bind":
            found.named |= named(arguments)
        case "with_structured_output":
            found.named |= tools.structured(step.arguments, found.named.get("thinking"))
        case "with_config":
            return True
        case _:
            return step.method in _UNCHANGING
    if step.arguments.opaque:
        found.opaque.append("kwargs")
    return True


def _origin(value: Value) -> object:
    return value.made if isinstance(value, Unknown) and value.made is not None else value


def chain(value: Value) -> list[Value]:
    """The parts of `a | b | c`."""
    if isinstance(value, Unknown) and value.made is not None and value.made.method in PIPES:
        return [*chain(value.made.base), *(part for right in value.made.arguments.positional for part in chain(right))]
    return [value]
