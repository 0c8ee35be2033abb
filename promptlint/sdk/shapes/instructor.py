"""Instructor: a client around another SDK's that turns a `response_model` into a tool and its answer into an object."""

from __future__ import annotations

from dataclasses import replace

from promptlint.sdk.passed import Passed, PassedArguments
from promptlint.sdk.receivers import Receiver
from promptlint.sdk.schemas.tools import described
from promptlint.sdk.shapes import Gathered, _chat, _tools
from promptlint.sdk.shapes._content import blocks
from promptlint.sdk.shapes._models import claudes, for_claude, names_claude
from promptlint.sdk.shapes._response_model import in_the_prompt, tool
from promptlint.sdk.shapes._values import at, default, mapping, word
from promptlint.source.operators import known
from promptlint.source.values import Class, Const, Item, Object, Seq, Value, options, place_of

_DEFAULT_CAP = 4096
"""What `from_provider("anthropic/..")` sends as `max_tokens` if neither it nor the call says otherwise."""
_CLIENT = frozenset({"client", "mode", "beta", "async_client", "cache", "create", "provider", "hooks", "api_key"})
_OWN = frozenset({"messages", "response_model", "system", "tools", "tool_choice"})
_OPEN = frozenset({"from_bedrock"})  # serve Claude as well as others: a model that is not known may be Claude's


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of the Messages API; None where the client is another vendor's."""
    client = gathered.receiver
    if client is None:
        return None
    given = gathered.given
    first = gathered.method == "create"
    response_model = given.at("response_model", 0 if first else 1)
    conversation = given.at("messages", 1 if first else 0)
    found = PassedArguments(opaque=list(given.opaque), insert_at=given.insert_at)
    found.named |= _defaults(client) | {name: p for name, p in given.named.items() if name not in _OWN}
    if not _is_claude(client, found):
        return None
    _cap(client, found)
    system = given.get("system")
    if conversation is not None:
        found.named |= _chat.split(_listed(conversation), system)
    elif system is not None:
        found.named["system"] = system
    found.named |= _tools.passed_on(given)
    _answer(gathered, client, response_model, found)
    return found


def _defaults(client: Receiver) -> dict[str, Passed]:
    """The arguments that the client adds to every call."""
    made = client.arguments
    if made is None:
        return {}
    found = {name: at(value) for name, value in made.keywords if name not in _CLIENT}
    model = made.get("model", 0) if client.name == "from_provider" else None
    return found | ({"model": at(model)} if model is not None else {})


def _is_claude(client: Receiver, found: PassedArguments) -> bool:
    """Whether Claude answers; takes other vendors' models out."""
    if client.name == "from_anthropic" or _wraps_anthropic(client):
        return True
    model = found.get("model")
    kept = for_claude(model) if model is not None else None
    if kept is None:
        return False
    found.named["model"] = kept
    return names_claude(kept) or client.name in _OPEN or _from_provider(client) is None


def _wraps_anthropic(client: Receiver) -> bool:
    wrapped = client.arguments.get("client", 0) if client.arguments is not None else None
    made = [option.of for option in options(wrapped) if isinstance(option, Object)] if wrapped is not None else []
    return any(getattr(of, "name", "").startswith("anthropic.") for of in made)


def _from_provider(client: Receiver) -> bool | None:
    """Whether the client's own model is of Anthropic; None where it cannot be told, False where it has none."""
    model = client.arguments.get("model", 0) if client.name == "from_provider" and client.arguments else None
    if model is None:
        return False
    kept = claudes(options(model))
    names = [known(option) for option in kept]
    return all(isinstance(name, str) and name.startswith("anthropic/") for name in names) if all(names) else None


def _cap(client: Receiver, found: PassedArguments) -> None:
    if _from_provider(client) and found.get("max_tokens") is None and not found.opaque:
        found.named["max_tokens"] = default(_DEFAULT_CAP, "instructor's max_tokens", found.insert_at)


def _listed(conversation: Passed) -> Passed:
    """The messages; a text is what the user says."""
    place = place_of(conversation.value)
    if known(conversation.value) is None:
        return conversation
    said = mapping(place, role=word("user", place), content=conversation.value)
    return replace(conversation, value=Seq("list", (Item(said),), place))


def _answer(gathered: Gathered, client: Receiver, response_model: Passed | None, found: PassedArguments) -> None:
    """The `response_model` as the only tool, or in the JSON modes as text behind the system prompt."""
    if response_model is None or _is_none(response_model.value):
        return
    if in_the_prompt(client):
        found.named["system"] = _after(found.get("system"), response_model)
        return
    cls = next((option for option in options(response_model.value) if isinstance(option, Class)), None)
    one = described(gathered.ev, "instructor", cls) if cls is not None else tool(response_model)
    place = response_model.place
    found.named["tools"] = replace(response_model, value=Seq("list", (Item(one),), place))
    found.named.setdefault("tool_choice", at(mapping(place, type=word("tool", place)), place))


def _after(system: Passed | None, response_model: Passed) -> Passed:
    schema = Item(tool(response_model).rest or response_model.value)
    before = blocks(system.value) if system is not None else ()
    value: Value = Seq("list", (*before, schema), response_model.place)
    return replace(system, value=value) if system is not None else at(value, response_model.place)


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None
