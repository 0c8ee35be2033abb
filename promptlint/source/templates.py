"""Templates in code: `render` of Jinja templates, however they were found, and `string.Template`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.request import Hole, Place, Problem
from promptlint.source import jinja, operators, paths, string_template
from promptlint.source.file_texts import Unavailable
from promptlint.source.jinja_loaders import Loader
from promptlint.source.jinja_places import SETTINGS
from promptlint.source.spans import Malformed, Spans
from promptlint.source.strings import mapped
from promptlint.source.values import (
    Arguments,
    Const,
    External,
    Object,
    Seq,
    Str,
    Unknown,
    Value,
    choice,
    options,
)

if TYPE_CHECKING:
    from promptlint.source.evaluator import Evaluator

_JINJA = "jinja2.Template"
_ENVIRONMENTS = frozenset(
    {
        *("jinja2.Environment", "jinja2.environment.Environment", "jinja2.nativetypes.NativeEnvironment"),
        *("jinja2.sandbox.SandboxedEnvironment", "jinja2.sandbox.ImmutableSandboxedEnvironment"),
    }
)
_RENDERS = frozenset({"render", "render_async"})
_FINDS = frozenset({"get_template", "select_template", "get_or_select_template"})


def method(ev: Evaluator, base: Object, name: str, arguments: Arguments, place: Place, source: str) -> Value | None:
    """What a method of a template or of an environment gives; None for others."""
    kind = base.of.name if isinstance(base.of, External) else ""
    if kind == "string.Template" and name in ("substitute", "safe_substitute"):
        return string_template.substituted(base, arguments, place, safe=name == "safe_substitute")
    if kind == _JINJA and name in _RENDERS:
        return _Render(ev, base, arguments, place, source).value()
    if kind in _ENVIRONMENTS and name == "from_string":
        text = arguments.get("source", 0)
        return _template(text, base, place) if text is not None else None
    if kind in _ENVIRONMENTS and name in _FINDS and arguments.positional:
        return _found(ev, base, arguments.positional[0], place, source)
    return None


def _template(text: Value, environment: Object, place: Place) -> Object:
    return Object(External(_JINJA, place), Arguments((text,), (("environment", environment),)), place)


def _found(ev: Evaluator, environment: Object, name: Value, place: Place, source: str) -> Value:
    """`environment.get_template(name)`."""
    loader = Loader(ev, environment, place)
    wanted = [item.value for item in name.items[:1]] if isinstance(name, Seq) else [name]
    found: list[Value] = []
    for spelling in (spelling for value in wanted for spelling in paths.spelled(value)):
        try:
            found.append(_template(_source(loader, spelling, place), environment, place))
        except Unavailable as error:
            found.append(Unknown(Hole(source, place, "file", "request", "jinja2.Environment", reason=str(error))))
    return choice(found) if found else Unknown(Hole(source, place, "file", "request", "jinja2.Environment"))


def _source(loader: Loader, spelling: paths.Spelling, place: Place) -> Str:
    if spelling.path is None:
        raise Unavailable("which template is used is not known")
    text = loader.text(spelling.path)
    return Str(mapped(text, lambda piece: [replace(piece, trail=(*spelling.trail, *piece.trail))]), place)


class _Render:
    """`template.render(..)`."""

    def __init__(self, ev: Evaluator, template: Object, arguments: Arguments, place: Place, source: str) -> None:
        made_with = template.arguments or Arguments()
        environment = made_with.get("environment")
        self._ev = ev
        self._text = made_with.get("source", 0)
        self._environment = environment if isinstance(environment, Object) else None
        self._settings = _settings((self._environment.arguments if self._environment else made_with) or Arguments())
        self._arguments = arguments
        self._place = place
        self._hole = Hole(source, place, "call", "request", _JINJA, reason="the template is not known")

    def value(self) -> Value:
        """The text, for each template that it can be."""
        if self._text is None:
            return Unknown(self._hole)
        return choice(list(self._values(self._text)))

    def _values(self, text: Value) -> Iterator[Value]:
        for option in options(text):
            if isinstance(option, Unknown):
                yield Unknown(replace(option.hole, name=self._hole.name, place=self._place))
            elif not isinstance(option, Str) or option.text.known is None:
                yield Unknown(self._hole)
            elif self._settings is None:
                yield Unknown(replace(self._hole, reason="the settings of the Jinja environment are not known"))
            else:
                yield self._rendered(Spans(option.text), self._settings)

    def _rendered(self, source: Spans, settings: dict[str, object]) -> Value:
        context = string_template.context(self._arguments)
        loader = Loader(self._ev, self._environment, self._place)
        try:
            return Str(jinja.rendered(self._ev, source, context, settings, loader.text), self._place)
        except Malformed as error:
            path = error.path or source.path
            texts = self._ev.modules.texts
            if path in texts.texts:
                advice = "correct the template: what the code sends of it is not known"
                texts.report(Problem(path, str(error), error.line, error.column, advice))
            return Unknown(replace(self._hole, reason=f"{path}: {error}"))
        except Unavailable as error:
            return Unknown(replace(self._hole, reason=str(error)))


def _settings(arguments: Arguments) -> dict[str, object] | None:
    """The settings of an environment that matter to its texts; None where one of them is not known."""
    found: dict[str, object] = {}
    for key, value in arguments.keywords:
        if key in SETTINGS:
            known = operators.known(value)
            if known is None and not isinstance(value, Const):
                return None
            found[key] = known
        elif key == "autoescape":
            found[key] = bool(value.value) if isinstance(value, Const) else True
    return found
