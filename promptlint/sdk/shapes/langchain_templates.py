"""The string templates of LangChain's prompts: what is known of their variables is filled in, the rest stays holes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from promptlint.request import Hole, Part, Piece, Text
from promptlint.source import operators, strings
from promptlint.source.values import (
    Arguments,
    Const,
    Entry,
    External,
    Made,
    Map,
    Object,
    Seq,
    Str,
    Unknown,
    Value,
    choice,
    options,
    place_of,
    text_of,
)

_FIELD = re.compile(r"\{\{|\}\}|\{(\w+)[^{}]*\}")
_DOUBLE = re.compile(r"\{\{\{?\s*&?\s*(\w+)[^{}]*\}\}\}?")
_STATEMENT = re.compile(r"\{%|\{\{[#^/]")


@dataclass(frozen=True, slots=True)
class Template:
    """A `PromptTemplate`, or the text of one message of a chat prompt. `style` is f-string, jinja2 or mustache."""

    body: Value
    style: str = "f-string"
    partial: tuple[tuple[str, Value], ...] = ()

    def filled(self, values: Value | None) -> Value:
        """The text for these variables: `values` is the mapping that holds them, or the value of the only one."""
        return _filled(self.body, self, values)


def template(value: Value) -> Template | None:
    """The string template that a value is; None where it is none."""
    match value:
        case Object(External(name), Arguments() as arguments) if name.endswith(".PromptTemplate"):
            return _of(arguments.get("template"), arguments)
        case Unknown(made=Made(base=External(name), arguments=arguments)) if name.endswith("Template.from_template"):
            return _of(arguments.get("template", 0), arguments)
        case Unknown(made=Made(base=base, method="partial", arguments=arguments)):
            inner = template(base)
            return replace(inner, partial=(*inner.partial, *arguments.keywords)) if inner is not None else None
        case _:
            return None


def _of(body: Value | None, arguments: Arguments) -> Template | None:
    return Template(body, style(arguments), partial(arguments)) if body is not None else None


def style(arguments: Arguments) -> str:
    """The syntax of the templates that a prompt is made with."""
    given = arguments.get("template_format")
    return str(operators.known(given) or "unknown") if given is not None else "f-string"


def partial(arguments: Arguments) -> tuple[tuple[str, Value], ...]:
    """The variables that a prompt is made with."""
    given = arguments.get("partial_variables")
    return tuple((entry.key, entry.value) for entry in given.entries) if isinstance(given, Map) else ()


def formatted(value: Value) -> Value:
    """The text of `template.format(..)`; any other value as it is."""
    match value:
        case Unknown(made=Made(base=base, method="format", arguments=arguments)) if found := template(base):
            return found.filled(variables(arguments))
        case _:
            return value


def variables(arguments: Arguments) -> Value | None:
    """The keyword arguments of a call as a mapping; None where they cannot all be seen."""
    if arguments.opaque:
        return None
    entries = tuple(Entry(key, value, place_of(value)) for key, value in arguments.keywords)
    return Map(entries, entries[0].key_place) if entries else None


def _filled(body: Value, own: Template, values: Value | None) -> Value:
    match body:
        case Str(text, place):
            return Str(_text(text, own, values), place)
        case Seq(_, items):
            return replace(body, items=tuple(replace(item, value=_filled(item.value, own, values)) for item in items))
        case Map(entries):
            return replace(body, entries=tuple(_entry(entry, own, values) for entry in entries))
        case _:
            return choice([_filled(o, own, values) if isinstance(o, Str | Seq) else o for o in options(body)])


def _entry(entry: Entry, own: Template, values: Value | None) -> Entry:
    return replace(entry, value=_filled(entry.value, own, values)) if entry.key == "text" else entry


def _text(text: Text, own: Template, values: Value | None) -> Text:
    pattern = _FIELD if own.style == "f-string" else _DOUBLE
    fields = (match[1] for piece in text.pieces() for match in pattern.finditer(piece.text) if match[1])
    known = dict(own.partial)
    names = [name for name in dict.fromkeys(fields) if name not in known]
    for name in names:
        value = values if len(names) == 1 and isinstance(values, Str | Const) else _variable(values, name)
        if value is not None:
            known[name] = value
    arguments = Arguments((), tuple(known.items()))
    if own.style == "f-string":
        return strings.format_text(text, arguments)
    return strings.mapped(text, lambda piece: _substituted(piece, arguments))


def _variable(values: Value | None, name: str) -> Value | None:
    if not isinstance(values, Map | Unknown):
        return None
    place = place_of(values)
    return operators.index(values, Str(Text((Piece(name, place),)), place), place, name)


def _substituted(piece: Piece, arguments: Arguments) -> list[Part]:
    """A piece of a Jinja or Mustache template."""
    if _STATEMENT.search(piece.text):
        return [Hole("...", piece.place, reason="a template with statements")]
    parts: list[Part] = []
    start = 0
    for match in _DOUBLE.finditer(piece.text):
        value = arguments.get(match[1])
        hole = Hole(match[1], piece.locate(match.start(), match.end()), reason="filled in by the template")
        if match.start() > start:
            parts.append(strings.cut(piece, start, match.start()))
        parts += text_of(value).parts if value is not None else (hole,)
        start = match.end()
    return [*parts, strings.cut(piece, start, len(piece.text))] if start < len(piece.text) else parts
