"""`query(prompt=.., options=..)` and `ClaudeSDKClient(options=..).query(..)`: Claude Code runs, told by the options.

What the options leave open, Claude Code decides: the model, the cap, and the tools that it has of its own.
"""

from __future__ import annotations

from dataclasses import replace

from promptlint.request import Place
from promptlint.sdk.passed import PassedArguments, of_mapping
from promptlint.sdk.shapes import Gathered
from promptlint.sdk.shapes._models import is_claude
from promptlint.sdk.shapes._parts import (
    items,
    open_model,
    settings,
    text_block,
    tool_named,
    unseen,
    user_message,
    without_none,
)
from promptlint.sdk.shapes._values import at, mapping, open_default
from promptlint.source.operators import known
from promptlint.source.values import NOWHERE, External, Item, Map, Object, Seq, Unknown, Value, choice, options

CLAUDE_CODE = "Claude Code"
_ALIASES = frozenset({"default", "best", "sonnet", "opus", "haiku", "fable", "opusplan"})
_CONTINUING = ("continue_conversation", "resume")
_SENT = frozenset({"max_turns", "max_budget_usd", "fallback_model", "thinking", "max_thinking_tokens", "betas"})


def translate(gathered: Gathered) -> PassedArguments | None:
    """The arguments of a query; None where the model is known and not Claude's."""
    made = gathered.receiver.made if gathered.receiver is not None else None
    old = isinstance(made, Object) and isinstance(made.of, External) and made.of.name.startswith("claude_code_sdk.")
    return translated(gathered, preset=old)


def translated(gathered: Gathered, preset: bool) -> PassedArguments | None:
    """The arguments of a query. `preset`: where no system prompt is named, Claude Code's own is sent."""
    place = gathered.given.insert_at or NOWHERE
    given = _options(gathered)
    model = given.get("model")
    if model is not None and all(map(_is_other, options(model.value))):
        return None
    found = PassedArguments({name: given.named[name] for name in given.named if name in _SENT}, opaque=given.opaque)
    named = without_none(model.value) if model is not None else None
    if model is not None and named is not None:
        found.named["model"] = replace(model, value=named)
    elif not given.opaque:
        found.named["model"] = at(open_model(CLAUDE_CODE, "Claude Code's default model", place), place)
    found.named["max_tokens"] = open_default(CLAUDE_CODE, "Claude Code sets the cap", place)
    if (effort := given.get("effort")) is not None:
        found.named["output_config"] = replace(effort, value=mapping(effort.place, effort=effort.value))
    _add_system(found, given, preset, place)
    _add_tools(found, given, place)
    _add_messages(found, gathered, given)
    return found


def _is_other(model: Value) -> bool:
    name = known(model)
    alias = isinstance(name, str) and name.lower().removesuffix("[1m]") in _ALIASES
    return is_claude(model) is False and not alias


def _options(gathered: Gathered) -> PassedArguments:
    """The options of a query, or those that its client was made with."""
    value: Value | None
    if gathered.receiver is None:
        argument, hidden = gathered.given.get("options"), bool(gathered.given.opaque)
        value = argument.value if argument is not None else None
    elif (made_with := gathered.receiver.arguments) is None:
        return PassedArguments(opaque=["options"])
    else:
        value, hidden = made_with.get("options", 0), made_with.opaque
    value = without_none(value)
    every = list(options(value)) if value is not None else []
    maps = [found for option in every if (found := settings(option)) is not None]
    given = of_mapping(*maps) if maps else PassedArguments()
    unread = given.opaque or len(maps) < len(every) or (value is None and hidden)
    return PassedArguments(given.named, opaque=["options"] if unread else [])


def _add_system(found: PassedArguments, given: PassedArguments, preset: bool, place: Place) -> None:
    argument, appended = given.get("system_prompt"), given.get("append_system_prompt")
    value = without_none(argument.value) if argument is not None else None
    if argument is None or value is None:
        if not preset or given.opaque:
            return
        argument, value = at(_own_prompt(place), place), _preset(place, None)
    else:
        value = choice([_prompt(option) for option in options(value)])
    added = without_none(appended.value) if appended is not None else None
    if added is not None:
        blocks = items(value) if isinstance(value, Seq) else (Item(text_block(value)),)
        value = Seq("list", (*blocks, Item(text_block(added))), argument.place)
    found.named["system"] = replace(argument, value=value)


def _prompt(value: Value) -> Value:
    """A system prompt: a text, or a mapping that tells where it comes from."""
    kind = value.get("type") if isinstance(value, Map) else None
    if not isinstance(value, Map) or kind is None:
        return value
    if known(kind.value) == "preset":
        appended = value.get("append")
        return _preset(value.place, appended.value if appended is not None else None)
    own = value.get("prompt")
    return own.value if own is not None else unseen("system_prompt", value.place, "the prompt is in a file", "file")


def _preset(place: Place, appended: Value | None) -> Value:
    blocks: list[Value] = [_own_prompt(place), *([text_block(appended)] if appended is not None else [])]
    return Seq("list", tuple(map(Item, blocks)), place)


def _own_prompt(place: Place) -> Unknown:
    return unseen(CLAUDE_CODE, place, "Claude Code's own system prompt")


def _add_tools(found: PassedArguments, given: PassedArguments, place: Place) -> None:
    """The tools that the options name; Claude Code has more of its own, and those of its MCP servers."""
    base, allowed = given.get("tools"), given.get("allowed_tools")
    if given.opaque and base is None and allowed is None:
        return
    listed = [item for argument in (base, allowed) if argument is not None for item in items(argument.value)]
    names = dict.fromkeys(name.split("(")[0] for item in listed if isinstance(name := known(item.value), str))
    none_of_its_own = base is not None and isinstance(base.value, Seq) and not base.value.items
    if none_of_its_own and not names and given.get("mcp_servers") is None:
        return
    argument = allowed or base or at(unseen(CLAUDE_CODE, place, ""), place)
    rest = Item(unseen(CLAUDE_CODE, place, "Claude Code's own tools"), spread=True)
    tools = [Item(tool_named(name, argument.place)) for name in names]
    found.named["tools"] = replace(argument, value=Seq("list", (*tools, rest), argument.place))


def _add_messages(found: PassedArguments, gathered: Gathered, given: PassedArguments) -> None:
    """The prompt; a client remembers what was said before, and so does a session that is continued."""
    prompt = gathered.given.at("prompt", 0)
    if prompt is None:
        return
    goes_on = [argument for name in _CONTINUING if (argument := given.get(name)) is not None]
    grows = gathered.receiver is not None or any(known(argument.value) for argument in goes_on)
    message = Item(user_message(prompt.value))
    found.named["messages"] = replace(prompt, value=Seq("list", (message,), prompt.place, grows))
