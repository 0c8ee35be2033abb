"""Where the parts of a Jinja template stand: its parser keeps lines only, its lexer keeps every character."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.request import Place, Text
from promptlint.source.spans import Malformed, Spans
from promptlint.source.strings import replaced

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

SETTINGS = frozenset(
    {
        *(f"{kind}_{end}_string" for kind in ("block", "variable", "comment") for end in ("start", "end")),
        *("trim_blocks", "lstrip_blocks", "keep_trailing_newline", "line_statement_prefix", "line_comment_prefix"),
    }
)
"""The settings of an environment that say how a template is read."""

_EXTENSIONS = ("jinja2.ext.do", "jinja2.ext.i18n", "jinja2.ext.loopcontrols")
Span = tuple[int, int]


def parse(source: Spans, settings: dict[str, object]) -> tuple[nodes.Template, Places]:
    """The tree of a template, and where its parts stand. Raises `Malformed`."""
    import jinja2  # takes a while, and few projects need it

    chosen = {key: value for key, value in settings.items() if key in SETTINGS}
    source = _with_line_feeds(source)
    try:
        environment = jinja2.Environment(extensions=_EXTENSIONS, **chosen)  # type: ignore[arg-type]
        tree = environment.parse(source.text)
        return tree, Places(source, tree, environment)
    except jinja2.TemplateSyntaxError as error:
        message = (error.message or "")[:1].lower() + (error.message or "")[1:]
        raise Malformed(f"this is not valid Jinja: {message.rstrip('.')}", *_real(source, error.lineno)) from None
    except (RecursionError, AssertionError, TypeError):
        raise Malformed("this is not valid Jinja: it is nested too deeply, or its marks are no texts") from None


def _with_line_feeds(source: Spans) -> Spans:
    if "\r" not in source.text:
        return source
    feed = Text((source.made("\n", 0, 0),))
    text = replaced(replaced(source.whole, "\r\n", feed), "\r", feed)
    return Spans(text)


def _real(source: Spans, line: int) -> tuple[int, None, str]:
    """The line of the file that a line of the template is."""
    start = sum(len(text) + 1 for text in source.text.split("\n")[: line - 1])
    return source.place(start, start + 1).line, None, source.path


class Places:
    """The places of a template's literal texts, expressions and statements."""

    def __init__(self, source: Spans, tree: nodes.Template, environment: Environment) -> None:
        self._source = source
        self._data: dict[int, Span] = {}
        self._expressions: dict[int, Span] = {}
        self._blocks: dict[int, Span] = {}
        self._lines = [0]
        for line in source.text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._locate(tree, environment)

    def data(self, node: nodes.TemplateData) -> Text:
        """A literal text."""
        span = self._data.get(id(node))
        if span is not None:
            return self._source.cut(*span)
        return Spans.as_text(self._source.made(node.data, *self._line(node)))

    def expression(self, node: nodes.Node) -> Place:
        """The place of `{{ .. }}`, or of the line that an expression inside of one is on."""
        return self._source.place(*self._expressions.get(id(node), self._line(node)))

    def source(self, node: nodes.Node) -> str:
        """What stands between `{{` and `}}`; of other expressions nothing."""
        span = self._expressions.get(id(node))
        if span is None:
            return ""
        written = " ".join(self._source.text[slice(*span)][2:-2].strip("-+ \t\n").split())
        return written if len(written) <= 80 else written[:77] + "..."

    def literal(self, node: nodes.Const) -> Place:
        """The place of a string within an expression, where it stands on its line once."""
        start, end = self._line(node)
        found = [self._source.text.find(f"{quote}{node.value}{quote}", start, end) for quote in "'\""]
        at = max(found)
        return self.expression(node) if at < 0 else self._source.place(at + 1, at + 1 + len(node.value))

    def statement(self, node: nodes.Node) -> Place:
        """The place of `{% .. %}`."""
        return self._source.place(*self._blocks.get(node.lineno, self._line(node)))

    def line(self, node: nodes.Node) -> str:
        """A statement as written."""
        return " ".join(self._source.text[slice(*self._blocks.get(node.lineno, self._line(node)))].split())

    def _line(self, node: nodes.Node) -> Span:
        line = min(max(node.lineno, 1), len(self._lines) - 1)
        return self._lines[line - 1], max(self._lines[line] - 1, self._lines[line - 1])

    def _locate(self, tree: nodes.Template, environment: Environment) -> None:
        from jinja2 import nodes

        data, expressions = self._tokens(environment)
        outputs = [part for output in tree.find_all(nodes.Output) for part in output.nodes]
        literal = [part for part in outputs if isinstance(part, nodes.TemplateData)]
        shown = [part for part in outputs if not isinstance(part, nodes.TemplateData)]
        if len(literal) == len(data) and all(
            self._source.text[slice(*s)] == n.data for s, n in zip(data, literal, strict=True)
        ):
            self._data = {id(node): span for node, span in zip(literal, data, strict=True)}
        if len(shown) == len(expressions):
            self._expressions = {id(node): span for node, span in zip(shown, expressions, strict=True)}

    def _tokens(self, environment: Environment) -> tuple[list[Span], list[Span]]:
        """The spans of the literal texts and of the expressions, in order; those of the statements are noted."""
        data: list[Span] = []
        expressions: list[Span] = []
        at = opened = opened_line = 0
        for line, kind, value in environment.lexer.tokeniter(self._source.text, None):
            start = self._source.text.find(value, at)
            at = start + len(value)
            if kind == "data" and value:
                data.append((start, at))
            elif kind in ("variable_begin", "block_begin"):
                opened, opened_line = start, line
            elif kind == "variable_end":
                expressions.append((opened, start + len(value.rstrip())))
            elif kind == "block_end":
                self._blocks.setdefault(opened_line, (opened, start + len(value.rstrip())))
        return data, expressions
