"""Chat prompts of LangChain: `ChatPromptTemplate` with its message templates, messages and placeholders."""

from __future__ import annotations

from dataclasses import dataclass, replace

from promptlint.request import Place
from promptlint.sdk.shapes import langchain_messages as messages
from promptlint.sdk.shapes import langchain_templates as templates
from promptlint.sdk.shapes.langchain_templates import Template
from promptlint.source import operators
from promptlint.source.changes import spread
from promptlint.source.values import (
    Arguments,
    External,
    Item,
    Made,
    Map,
    Object,
    Seq,
    Str,
    Unknown,
    Value,
    hole_of,
    place_of,
)

_MAKERS = {
    "SystemMessagePromptTemplate": "system",
    "HumanMessagePromptTemplate": "user",
    "AIMessagePromptTemplate": "assistant",
}
_FORMATTING = frozenset({"format_messages", "aformat_messages", "format_prompt", "aformat_prompt"})
_CALLING = frozenset({"invoke", "ainvoke"})


def filled(value: Value, values: Value | None) -> Seq | None:
    """The messages that a prompt gives for these variables; None where the value is no prompt."""
    text = templates.template(value)
    if text is not None:
        message = messages.made(_role(value) or "user", text.filled(values), place_of(value))
        return Seq("list", (Item(message),), place_of(value))
    chat = _chat(value)
    return chat.filled(values) if chat is not None else None


def produced(value: Value) -> Value:
    """The messages of `prompt.format_messages(..)`, `prompt.invoke(..)` and the like; any other value as it is."""
    match value:
        case Unknown(made=Made(base=base, method=method, arguments=arguments)):
            if method == "to_messages":
                return produced(base)
            if method in _FORMATTING:
                return filled(base, templates.variables(arguments)) or value
            if method in _CALLING:
                return filled(base, arguments.get("input", 0)) or value
            return templates.formatted(value)
        case _:
            return value


@dataclass(frozen=True, slots=True)
class _Chat:
    """The messages of a chat prompt, before their variables are filled in."""

    items: tuple[Item, ...]
    place: Place
    style: str = "f-string"
    partial: tuple[tuple[str, Value], ...] = ()

    def filled(self, values: Value | None) -> Seq:
        return Seq("list", tuple(one for item in self.items for one in self._filled(item, values)), self.place)

    def _filled(self, item: Item, values: Value | None) -> tuple[Item, ...]:
        name = _placeholder(item.value)
        if name is not None:
            return spread(_history(values, name, item.value))
        chat = _chat(item.value)
        if chat is not None:
            return replace(chat, partial=(*self.partial, *chat.partial)).filled(values).items
        found = self._template(item.value)
        if found is None:
            return (item,)
        name, template = found
        return (replace(item, value=messages.made(name, template.filled(values), place_of(item.value))),)

    def _template(self, value: Value) -> tuple[str, Template] | None:
        """A message template with its role; None for a message, whose text is no template."""
        name = _role(value)
        if name is not None:
            inner = value.arguments.get("prompt") if isinstance(value, Object) and value.arguments else value
            template = templates.template(inner) if inner is not None else None
            return (name, replace(template, partial=(*self.partial, *template.partial))) if template else None
        written = messages.message(value) if isinstance(value, Str | Seq | Map) else None
        if written is None:
            return None
        role, content = (entry.value for entry in written.entries)
        return str(operators.known(role)), Template(content, self.style, self.partial)


def _chat(value: Value) -> _Chat | None:
    match value:
        case Object(External(name), Arguments() as arguments, place) if name.endswith(".ChatPromptTemplate"):
            return _of(arguments, place)
        case Unknown(made=Made(base=External(name), arguments=arguments, place=place)):
            return _of(arguments, place) if name.endswith("ChatPromptTemplate.from_messages") else None
        case Unknown(made=Made(base=base, method="partial", arguments=arguments)):
            inner = _chat(base)
            return replace(inner, partial=(*inner.partial, *arguments.keywords)) if inner is not None else None
        case _:
            return None


def _of(arguments: Arguments, place: Place) -> _Chat | None:
    listed = arguments.get("messages", 0)
    if listed is None:
        return None
    return _Chat(spread(listed), place, templates.style(arguments), templates.partial(arguments))


def _role(value: Value) -> str | None:
    """The role of a `SystemMessagePromptTemplate` and the like."""
    match value:
        case Object(External(name)):
            return _MAKERS.get(name.rsplit(".", 1)[-1])
        case Unknown(made=Made(base=External(name))):
            return _MAKERS.get(name.rsplit(".", 2)[-2]) if "." in name else None
        case _:
            return None


def _placeholder(value: Value) -> str | None:
    """The variable of a `MessagesPlaceholder` or a ("placeholder", "{name}") pair."""
    match value:
        case Object(External(name), Arguments() as arguments) if name.endswith("MessagesPlaceholder"):
            variable = arguments.get("variable_name", 0)
            return str(operators.known(variable)) if variable is not None else "messages"
        case Seq(_, (Item(first), Item(second))) if operators.known(first) == "placeholder":
            return str(operators.known(second)).strip("{}")
        case _:
            return None


def _history(values: Value | None, name: str, value: Value) -> Value:
    """What fills a placeholder: the messages under its name."""
    entry = values.get(name) if isinstance(values, Map) else None
    if entry is not None:
        return entry.value
    return Unknown(
        replace(hole_of(values or value), name=name, place=place_of(value), reason="filled in by the prompt")
    )
