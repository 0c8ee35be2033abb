"""JSON, TOML and YAML that code loads: values with the places of their keys and texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from promptlint.request import Hole, Problem, Text
from promptlint.source import json_values, prompt_files, toml_values, yaml_values
from promptlint.source.spans import Malformed, Spans
from promptlint.source.values import Choice, Object, Str, Unknown, Value, choice

if TYPE_CHECKING:
    from promptlint.source.externals import Called

Parse = Callable[[Spans], Value]


def _load(name: str, parse: Parse) -> Callable[[Called], Value | None]:
    """`json.load(file)`, `json.loads(text)` and their kin; None where the text is not known."""

    def handler(call: Called) -> Value | None:
        return _loaded(call, call.first, name, parse) if call.first is not None else None

    return handler


def _loaded(call: Called, given: Value, name: str, parse: Parse) -> Value | None:
    match given:
        case Choice(found):
            values = [_loaded(call, option, name, parse) or Unknown(_hole(call, name)) for option in found]
            return choice(values)
        case Object() if prompt_files.is_file(given):
            # Whether it is opened as text or as bytes is the same to what loads it.
            read = prompt_files.content(call.ev, given, call.place, call.source, name, as_text=True)
            return read if isinstance(read, Unknown) else _loaded(call, read, name, parse)
        case Unknown():
            text = prompt_files.decoded(call.ev, given, call.arguments, call.place, call.source)
            return text if text is None or isinstance(text, Unknown) else _loaded(call, text, name, parse)
        case Str(text) if text.known:
            return _parsed(call, text, name, parse)
        case _:
            return None


def _parsed(call: Called, text: Text, name: str, parse: Parse) -> Value:
    texts = call.ev.modules.texts
    key = (name, text)
    if key not in texts.parsed:
        spans = Spans(text)
        try:
            texts.parsed[key] = parse(spans)
        except Malformed as error:
            if spans.path in texts.texts:
                advice = "correct the file: what the code sends of it is not known"
                texts.report(Problem(spans.path, str(error), error.line, error.column, advice))
            texts.parsed[key] = Unknown(_hole(call, name, f"{spans.path}: {error}"))
    return texts.parsed[key]


def _hole(call: Called, name: str, reason: str = "") -> Hole:
    return Hole(call.source, call.place, "file", "request", name, reason=reason)


FUNCTIONS: dict[str, Callable[[Called], Value | None]] = {
    name: _load(name, parse)
    for parse, names in (
        (json_values.parse, ("json.load", "json.loads", "orjson.loads", "ujson.load", "ujson.loads")),
        (toml_values.parse, ("tomllib.load", "tomllib.loads", "tomli.load", "tomli.loads", "toml.load", "toml.loads")),
        (
            yaml_values.parse,
            ("yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load"),
        ),
    )
    for name in names
}
