"""Jinja templates as texts: parsed by Jinja's own parser and never rendered.

What is not known when the code is read stays a hole; what an `if` may bring is a variant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from promptlint.request import Hole, Part, Text, Variant
from promptlint.source import jinja_expressions as expressions
from promptlint.source import names, operators
from promptlint.source.file_texts import Unavailable
from promptlint.source.jinja_places import Places, parse
from promptlint.source.spans import Spans
from promptlint.source.values import Seq, Str, Unknown, Value, text_of, variant

if TYPE_CHECKING:
    from jinja2 import nodes

    from promptlint.source.evaluator import Evaluator

MAX_PARTS = 10_000  # and statements of one rendering, those of loops and includes counted each time
MAX_INCLUDES = 8  # templates within templates
Load = Callable[[str], Text]
Context = dict[str, Value]


@dataclass(slots=True)
class _Rendering:
    """What one rendering shares: how templates are read and found, and how much work is left."""

    ev: Evaluator
    settings: dict[str, object]
    load: Load
    left: int = MAX_PARTS
    blocks: dict[str, tuple[nodes.Block, Places]] = field(default_factory=dict)

    def spend(self, count: int) -> None:
        """Do some of the work that is allowed. Raises `Unavailable` when it is too much."""
        self.left -= count
        if self.left < 0:
            raise Unavailable("the template makes too much text to follow")


def rendered(ev: Evaluator, source: Spans, context: Context, settings: dict[str, object], load: Load) -> Text:
    """The text of a template; `load` gives the source of those that it names. Raises `Malformed`, `Unavailable`."""
    return _template(_Rendering(ev, settings, load), source, dict(context), 0)


def _template(run: _Rendering, source: Spans, context: Context, depth: int) -> Text:
    tree, places = parse(source, run.settings)
    writer = _Writer(run, places, context, depth)
    parent: Any = next((node for node in tree.body if type(node).__name__ == "Extends"), None)
    if parent is None:
        return Text(tuple(writer.block(tree.body)))
    for block in tree.find_all(_blocks()):
        run.blocks.setdefault(block.name, (block, places))
    for node in tree.body:
        if type(node).__name__ in ("Assign", "AssignBlock", "Macro"):
            list(writer.node(node))
    return Text(tuple(writer.included(parent.template, parent)))


def _blocks() -> type[nodes.Block]:
    from jinja2 import nodes

    return nodes.Block


class _Writer:
    """Writes the nodes of one template as parts of a text."""

    def __init__(self, run: _Rendering, places: Places, context: Context, depth: int) -> None:
        self._run = run
        self._places = places
        self._context = context
        self._depth = depth

    def block(self, body: Sequence[nodes.Node]) -> Iterator[Part]:
        """The parts of some statements, one after the other."""
        for node in body:
            yield from self.node(node)

    def node(self, node: nodes.Node) -> Iterator[Part]:
        """The parts that one statement makes."""
        self._run.spend(1)
        handler = _STATEMENTS.get(type(node).__name__)
        if handler is not None:
            yield from handler(self, node)

    def value(self, node: nodes.Expr) -> Value:
        """What an expression is worth."""
        return expressions.value(self._run.ev, node, self._context, self._places)

    def text(self, body: Sequence[nodes.Node]) -> Text:
        """What some statements make, in a scope of their own."""
        inner = _Writer(self._run, self._places, dict(self._context), self._depth)
        return Text(tuple(inner.block(body)))

    def _hole(self, node: nodes.Node, reason: str) -> Hole:
        return Hole("...", self._places.statement(node), reason=reason)

    def output(self, node: Any) -> Iterator[Part]:
        for part in node.nodes:
            if type(part).__name__ == "TemplateData":
                text = self._places.data(part)
            else:
                text = self._escaped(text_of(expressions.named(self.value(part), part, self._places)), part)
            self._run.spend(len(text.parts))
            yield from text.parts

    def _escaped(self, text: Text, node: nodes.Expr) -> Text:
        special = any(set("<>&'\"") & set(piece.text) for piece in text.pieces())
        if not (special and self._run.settings.get("autoescape")):
            return text
        return Text((Hole(self._places.source(node), self._places.expression(node), reason="escaped for HTML"),))

    def conditional(self, node: Any) -> Iterator[Part]:
        texts: list[Text] = []
        for test, body in [(node.test, node.body), *((branch.test, branch.body) for branch in node.elif_)]:
            truth = operators.truth(self.value(test))
            if truth is False:
                continue
            if truth is True and not texts:
                yield from self.block(body)
                return
            texts.append(self.text(body))
            if truth is True:
                break
        else:
            if not texts:
                yield from self.block(node.else_)
                return
            texts.append(self.text(node.else_))
        yield from variant(texts).parts

    def loop(self, node: Any) -> Iterator[Part]:
        values = self.value(node.iter)
        elements = names.known_elements(values) if node.test is None and not node.recursive else None
        if elements is not None and not any(item.optional for item in elements):
            for item in elements:
                yield from self._round(node, item.value).parts
            if not elements:
                yield from self.block(node.else_)
            return
        place = self._places.statement(node)
        source = self._places.line(node)
        hole = Hole(source, place, "loop", "request", reason="any number of rounds")
        element = next((item.value for item in values.items), None) if isinstance(values, Seq) else None
        once = self._round(node, element if element is not None else Unknown(hole))
        yield Variant((self.text(node.else_), once))
        yield hole

    def _round(self, node: Any, element: Value) -> Text:
        inner = _Writer(self._run, self._places, dict(self._context), self._depth)
        expressions.bind(inner._context, node.target, element, self._places)
        inner._context.pop("loop", None)
        return Text(tuple(inner.block(node.body)))

    def include(self, node: Any) -> Iterator[Part]:
        yield from self.included(node.template, node)

    def included(self, name: nodes.Expr, node: Any) -> Iterator[Part]:
        """The text of another template."""
        wanted = self.value(name)
        options = [item.value for item in wanted.items] if isinstance(wanted, Seq) else [wanted]
        for option in options:
            known = operators.known(option)
            if not isinstance(known, str) or self._depth >= MAX_INCLUDES:
                break
            try:
                source = self._run.load(known)
            except Unavailable:
                continue
            if source.known is None:
                break
            yield from self._nested(Spans(source)).parts
            return
        if not getattr(node, "ignore_missing", False):
            yield self._hole(node, "the template that is included cannot be found")

    def _nested(self, source: Spans) -> Text:
        return _template(self._run, source, dict(self._context), self._depth + 1)

    def assign(self, node: Any) -> Iterator[Part]:
        value = expressions.named(self.value(node.node), node.node, self._places)
        expressions.bind(self._context, node.target, value, self._places)
        return iter(())

    def assign_block(self, node: Any) -> Iterator[Part]:
        place = self._places.statement(node)
        value: Value = Str(self.text(node.body), place)
        if node.filter is not None:
            value = Unknown(self._hole(node, "a filter"))
        expressions.bind(self._context, node.target, value, self._places)
        return iter(())

    def named_block(self, node: Any) -> Iterator[Part]:
        block, places = self._run.blocks.get(node.name, (node, self._places))
        return _Writer(self._run, places, self._context, self._depth).block(block.body)

    def scope(self, node: Any) -> Iterator[Part]:
        inner = _Writer(self._run, self._places, dict(self._context), self._depth)
        for target, value in zip(getattr(node, "targets", ()), getattr(node, "values", ()), strict=True):
            expressions.bind(inner._context, target, self.value(value), self._places)
        return inner.block(node.body)

    def opaque(self, node: Any) -> Iterator[Part]:
        yield self._hole(node, "a block that is filtered or called")

    def imported(self, node: Any) -> Iterator[Part]:
        listed = getattr(node, "names", None) or [node.target]
        for name in listed:
            bound = name[1] if isinstance(name, tuple) else name
            self._context[bound] = Unknown(Hole(bound, self._places.statement(node), reason="from another template"))
        return iter(())


_STATEMENTS: dict[str, Callable[[_Writer, Any], Iterator[Part]]] = {
    "Output": _Writer.output,
    "If": _Writer.conditional,
    "For": _Writer.loop,
    "Include": _Writer.include,
    "Assign": _Writer.assign,
    "AssignBlock": _Writer.assign_block,
    "Block": _Writer.named_block,
    "With": _Writer.scope,
    "Scope": _Writer.scope,
    "ScopedEvalContextModifier": _Writer.scope,
    "FilterBlock": _Writer.opaque,
    "CallBlock": _Writer.opaque,
    "Import": _Writer.imported,
    "FromImport": _Writer.imported,
}
